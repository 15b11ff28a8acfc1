/**
 * One POST and what came of it. Redirects are answers, not ways; one clock runs from the name to the last byte; of the answer
 * 64 KB are read; the server's certificate is verified.
 */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressGuard } from './address-guard.ts'

export interface Post { url: string, headers: Readonly<Record<string, string>>, body: string }

export interface Answer {
  status: number
  /** UTF-8, at most MOST_BYTES of it. */
  body: string
  /** The server asks not to be tried again for so long. */
  retryAfterSeconds?: number
}

export interface HttpOptions { guard: AddressGuard, timeoutMs?: number }

export const MOST_BYTES = 65_536
const TIMEOUT_MS = 15_000

/** @throws {Error} no answer in time, no connection, a refused address */
export async function post({ url, headers, body }: Post, { guard, timeoutMs = TIMEOUT_MS }: HttpOptions): Promise<Answer> {
  const target = new URL(url)
  const lookup = guard.lookupFor(target)
  const bytes = Buffer.from(body)
  return await new Promise<Answer>((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(target, {
      method: 'POST', lookup, agent: false,
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'weisu', ...headers, 'content-length': bytes.length },
    })
    const timer = setTimeout(() => request.destroy(new Error(`no whole answer within ${timeoutMs / 1000} s`)), timeoutMs)
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      settle()
      request.destroy()
    }
    request.on('error', (error) => end(() => reject(error)))
    request.on('response', (response) => {
      readSome(response).then((text) => end(() => resolve(answerOf(response, text))), (error: Error) => end(() => reject(error)))
    })
    request.end(bytes)
  })
}

async function readSome(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, MOST_BYTES - size))
    size += part.length
    if (size >= MOST_BYTES) break
  }
  return Buffer.concat(parts).toString('utf8')
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: string): Answer {
  const after = retryAfter(headers['retry-after'], Date.now())
  return { status: statusCode, body, ...(after === undefined ? {} : { retryAfterSeconds: after }) }
}

/** RFC 9110 §10.2.3: seconds or a date. @param now milliseconds since the epoch */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000))
}
