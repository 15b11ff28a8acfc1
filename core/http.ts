/**
 * One HTTP exchange and what came of it. Redirects are answers, not ways; one clock runs from the name to the last byte; of the
 * answer no more is read than was allowed; the server's certificate is verified.
 */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { AddressGuard } from './address-guard.ts'

export interface Post { url: string, headers: Readonly<Record<string, string>>, body: string }

export interface Get { url: string, headers: Readonly<Record<string, string>> }

export interface Answer {
  status: number
  /** UTF-8, at most MOST_BYTES of it. */
  body: string
  /** The server asks not to be tried again for so long. */
  retryAfterSeconds?: number
}

export interface Page extends Omit<Answer, 'body'> {
  /** Of the whole answer, unpacked. */
  bytes: Buffer
  /** Where a redirect points; it was not followed. */
  location?: string
}

export interface HttpOptions { guard: AddressGuard, timeoutMs?: number }

export interface GetOptions extends HttpOptions {
  signal?: AbortSignal
}

const MOST_BYTES = 65_536
const TIMEOUT_MS = 15_000
/** Longest page that is read, packed and unpacked. */
const GET_BYTES = 64_000_000

/** @throws {Error} no answer in time, no connection, a refused address */
export async function post({ url, headers, body }: Post, { guard, timeoutMs = TIMEOUT_MS }: HttpOptions): Promise<Answer> {
  const bytes = Buffer.from(body)
  const given = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'weisu', ...headers, 'content-length': String(bytes.length) }
  return await exchange('POST', url, given, bytes, { guard, timeoutMs }, async (response) => ({ ...answerOf(response), body: (await readUpTo(response, MOST_BYTES)).toString('utf8') }))
}

/** @throws {Error} no answer in time, no connection, a refused address, a longer answer than allowed */
export async function get({ url, headers }: Get, { guard, timeoutMs = 60_000, signal }: GetOptions): Promise<Page> {
  const given = { 'user-agent': 'weisu', 'accept-encoding': 'gzip, deflate', ...headers }
  return await exchange('GET', url, given, undefined, { guard, timeoutMs, ...(signal ? { signal } : {}) }, async (response) => {
    const packed = await readUpTo(response, GET_BYTES + 1)
    if (packed.length > GET_BYTES) throw new Error(`the answer is longer than ${GET_BYTES} bytes`)
    const bytes = unpack(packed, response.headers['content-encoding'])
    const { location } = response.headers
    return { ...answerOf(response), bytes, ...(location === undefined ? {} : { location }) }
  })
}

async function exchange<T>(
  method: string, url: string, headers: Readonly<Record<string, string>>, body: Buffer | undefined, { guard, timeoutMs = TIMEOUT_MS, signal }: GetOptions, read: (response: IncomingMessage) => Promise<T>,
): Promise<T> {
  const target = new URL(url)
  const lookup = guard.lookupFor(target)
  return await new Promise<T>((resolve, reject) => {
    const send = target.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(target, { method, lookup, agent: false, headers, ...(signal ? { signal } : {}) })
    const timer = setTimeout(() => request.destroy(new Error(`no whole answer within ${timeoutMs / 1000} s`)), timeoutMs)
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      settle()
      request.destroy()
    }
    request.on('error', (error) => end(() => reject(error)))
    request.on('response', (response) => {
      read(response).then((result) => end(() => resolve(result)), (error: Error) => end(() => reject(error)))
    })
    request.end(body)
  })
}

/** At most so many bytes; the rest is not waited for. */
async function readUpTo(response: IncomingMessage, most: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, most - size))
    size += part.length
    if (size >= most) break
  }
  return Buffer.concat(parts)
}

/** @throws {Error} damaged, or longer than allowed once unpacked */
function unpack(packed: Buffer, encoding: string | undefined): Buffer {
  const options = { maxOutputLength: GET_BYTES }
  if (encoding === undefined || encoding === '' || encoding === 'identity' || packed.length === 0) return packed
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(packed, options)
  if (encoding === 'deflate') return inflateSync(packed, options)
  if (encoding === 'br') return brotliDecompressSync(packed, options)
  throw new Error(`the answer is packed as ${encoding}`)
}

function answerOf({ statusCode = 0, headers }: IncomingMessage): Omit<Answer, 'body'> {
  const after = retryAfter(headers['retry-after'], Date.now())
  return { status: statusCode, ...(after === undefined ? {} : { retryAfterSeconds: after }) }
}

/** RFC 9110 §10.2.3: seconds or a date. @param now milliseconds since the epoch */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000))
}
