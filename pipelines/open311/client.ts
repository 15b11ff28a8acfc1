/**
 * Asks an Open311 server: at its pace, again when it fails for the moment, and never for longer than allowed.
 */
import type { AddressGuard } from '../../core/address-guard.ts'
import { RefusedTarget } from '../../core/address-guard.ts'
import { PipelineError } from '../../core/errors.ts'
import { get } from '../../core/http.ts'
import type { Page } from '../../core/http.ts'
import { BadAnswer, readError, readRecords } from './answer.ts'
import type { OpenRecord } from './answer.ts'

/** A poll that came to no end. Nothing of what was taken before is lost. */
export class PollError extends PipelineError {
  override readonly exitCode = 6
  override readonly retryable = true
  /** The server asked not to be asked again for so long. */
  readonly holdSeconds: number | undefined
  constructor(code: string, message: string, details: Record<string, unknown> = {}, holdSeconds?: number) {
    super(code, message, details)
    this.holdSeconds = holdSeconds
  }
}

export interface ClientOptions {
  url: string
  format: 'json' | 'xml'
  jurisdiction: string | null
  /** The key itself; it stands in no message. */
  key?: string
  perMinute: number
  guard: AddressGuard
  /** Waits so many milliseconds. */
  wait: (ms: number) => Promise<void>
  /** Milliseconds since the epoch. */
  now: () => number
  signal?: AbortSignal
  timeoutMs?: number
}

export interface Client {
  /** @throws {PollError} */
  ask(path: string, list: string, query: Readonly<Record<string, string>>): Promise<OpenRecord[]>
  /** The same, with undefined where the server knows no such thing. */
  askMaybe(path: string, list: string, query: Readonly<Record<string, string>>): Promise<OpenRecord[] | undefined>
  requests(): number
}

/** Pauses before the second and later tries, in milliseconds. */
const PAUSES = [1000, 5000, 20_000]
/** A longer pause is left to the next poll. */
const LONGEST_WAIT_SECONDS = 120

export function createClient(options: ClientOptions): Client {
  const { url, format, jurisdiction, key, perMinute, guard, wait, now, signal, timeoutMs } = options
  const gap = 60_000 / perMinute
  let next = 0
  let asked = 0
  const once = async (address: string): Promise<Page> => {
    const early = next - now()
    if (early > 0) await wait(early)
    next = Math.max(now(), next) + gap
    asked++
    return await get({ url: address, headers: { accept: format === 'json' ? 'application/json' : 'application/xml, text/xml' } }, { guard, ...(signal ? { signal } : {}), ...(timeoutMs ? { timeoutMs } : {}) })
  }
  const askMaybe: Client['askMaybe'] = async (path, list, query) => {
    const address = new URL(`${url}/${path}.${format}`)
    if (jurisdiction !== null) address.searchParams.set('jurisdiction_id', jurisdiction)
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
    if (key !== undefined) address.searchParams.set('api_key', key)
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted()
      const outcome = await tryOnce(() => once(address.href), path, list)
      if (!('problem' in outcome)) return outcome.records
      const { problem } = outcome
      if (!problem.retryable || attempt >= PAUSES.length) throw problem.error
      const pause = Math.max(PAUSES[attempt]!, (problem.error.holdSeconds ?? 0) * 1000)
      if (pause > LONGEST_WAIT_SECONDS * 1000) throw problem.error
      await wait(pause)
    }
  }
  return {
    requests: () => asked,
    askMaybe,
    ask: async (path, list, query) => {
      const records = await askMaybe(path, list, query)
      if (records === undefined) throw new PollError('open311_not_found', `the server has no ${path}: is the address right?`, { path })
      return records
    },
  }
}

type Outcome = { records: OpenRecord[] | undefined } | { problem: { retryable: boolean, error: PollError } }

async function tryOnce(send: () => Promise<Page>, path: string, list: string): Promise<Outcome> {
  const problem = (retryable: boolean, code: string, message: string, details: Record<string, unknown> = {}, hold?: number): Outcome =>
    ({ problem: { retryable, error: new PollError(code, message, { path, ...details }, hold) } })
  let page: Page
  try {
    page = await send()
  } catch (error) {
    if (error instanceof RefusedTarget) return problem(false, 'open311_refused_address', error.message, { refusal: error.refusal })
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message
    return problem((error as Error).name !== 'AbortError', 'open311_unreachable', `the server cannot be reached: ${reason}`, { reason })
  }
  const { status } = page
  if (status === 404 || status === 410) return { records: undefined }
  if (status >= 300 && status < 400) return problem(false, 'open311_redirected', `the server answers from another address: ${hostOf(page.location)}`, { host: hostOf(page.location) })
  if (status === 429) return problem(true, 'open311_too_often', 'the server was asked too often', { status }, page.retryAfterSeconds)
  if (status >= 500 || status === 408 || status === 425) return problem(true, 'open311_failed', `the server failed with ${status}`, { status }, page.retryAfterSeconds)
  if (status !== 200) return problem(false, 'open311_refused', `the server refused with ${status}: ${readError(page.bytes) || 'no reason'}`, { status, reason: readError(page.bytes) || '–' })
  try {
    const records = readRecords(page.bytes, list)
    // Some servers tell an error with status 200.
    if (records.length > 0 && records.every((record) => record.code && record.description && !record.service_code && !record.service_request_id)) {
      return problem(false, 'open311_refused', `the server refused: ${readError(page.bytes)}`, { status, reason: readError(page.bytes) })
    }
    return { records }
  } catch (error) {
    if (!(error instanceof BadAnswer)) throw error
    return problem(true, 'open311_bad_answer', `${path}: ${error.message}`, { reason: error.message })
  }
}

function hostOf(location: string | undefined): string {
  try {
    const { protocol, host, pathname } = new URL(location ?? '')
    return `${protocol}//${host}${pathname}`
  } catch {
    return '–'
  }
}
