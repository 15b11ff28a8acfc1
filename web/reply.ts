/**
 * Replies that are no pages: redirects after a form, with a message for the next page; JSON; files.
 */
import { Buffer } from 'node:buffer'
import { TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'info'

/** What the next page says. Parameters are shown as text. */
export interface Message { key: TextKey, params?: Readonly<Record<string, string | number>>, tone?: Tone }

export const FLASH = 'flash'

/** 303 to a path of our own, with a message on the page that follows. */
export function redirect(path: string, message?: Message, headers: Record<string, string> = {}): Response {
  const response = new Response(null, { status: 303, headers: { location: localPath(path), ...headers } })
  if (message) response.headers.append('set-cookie', `${FLASH}=${Buffer.from(JSON.stringify(message)).toString('base64url')}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`)
  return response
}

/** The path where it is one of ours, else '/'. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[^\\\x00-\x1f\x7f]*$/.test(path) ? path : '/'
}

/** Undefined where the cookie is no message of ours. */
export function readMessage(cookie: string | undefined): Message | undefined {
  if (!cookie || cookie.length > 4000) return undefined
  try {
    const { key, params, tone } = JSON.parse(Buffer.from(cookie, 'base64url').toString()) as Message
    return typeof key === 'string' && Object.hasOwn(TEXTS, key) ? { key, ...(params && typeof params === 'object' ? { params } : {}), ...(tone ? { tone } : {}) } : undefined
  } catch {
    return undefined
  }
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } })
}

/** A download. @param name of the file; anything but letters, digits, dots, dashes and blanks becomes '-' in the plain form, the rest is kept in filename* */
export function download(body: Uint8Array<ArrayBuffer> | string, name: string, type: string): Response {
  const plain = name.normalize('NFKD').replace(/[^\w. -]/g, '-').replace(/^\.+/, '')
  return new Response(body, {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}` },
  })
}
