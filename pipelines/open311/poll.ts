/**
 * Takes new and changed tickets from an Open311 server. Servers cannot be asked what changed, so each poll asks again for the days
 * before the last one, and once a week for those of a quarter; rows that say the same are no news to the import, others are versions.
 * Each span of time is imported before the next is asked for: a poll that ends early has lost nothing and goes on from there.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createAddressGuard } from '../../core/address-guard.ts'
import type { Config } from '../../core/config.ts'
import { readSecret } from '../../core/config.ts'
import { PipelineError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Db } from '../../sql/db.ts'
import { advanceFeed, beginPoll, endPoll, failPoll } from '../../sql/open311.ts'
import { importInput } from '../ingest/import.ts'
import type { OpenRecord } from './answer.ts'
import { createClient, PollError } from './client.ts'
import type { Client } from './client.ts'
import { listFeeds } from './feed.ts'
import type { Feed } from './feed.ts'
import { rowMap, toCsv } from './rows.ts'
import { readTopics } from './services.ts'
import type { Topics } from './services.ts'
import { createWindowReader } from './window.ts'
import type { Window } from './window.ts'

export interface PollDeps {
  db: Db
  config: Config
  log: Log
  signal?: AbortSignal
  /** Milliseconds since the epoch; default the clock. */
  now?: () => number
  /** Waits between requests; default a timer. */
  wait?: (ms: number) => Promise<void>
  /** Longest a poll may take; default ten minutes. What is left is for the next. */
  budgetMs?: number
}

export interface PollResult {
  source: string
  requests: number
  windows: number
  read: number
  new: number
  changed: number
  rejected: number
  /** Everything requested before this moment has been asked for; null where nothing has. */
  polledUntil: string | null
  /** Time was over before all had been asked for. */
  more: boolean
  faults: string[]
  error: { code: string, message: string } | null
}

const DAY_MS = 86_400_000
const BUDGET_MS = 600_000
/** Clocks of servers are not always right, and some read dates without the time: the last span reaches into tomorrow. */
const AHEAD_MS = DAY_MS
/** Tokens are looked up so many a span. */
const MOST_TOKENS = 50

/** Polls all feeds one after the other. One that fails is told and costs the others nothing. The caller holds the write lock. */
export async function pollFeeds(deps: PollDeps): Promise<PollResult[]> {
  const results: PollResult[] = []
  for (const feed of await listFeeds(deps.db)) {
    if (feed.enabled) results.push(await pollFeed(deps, feed))
  }
  return results
}

/** One poll. Failures of the server are part of the result. */
export async function pollFeed(deps: PollDeps, feed: Feed): Promise<PollResult> {
  const { db, log } = deps
  const now = deps.now ?? Date.now
  const begun = now()
  const result: PollResult = {
    source: feed.source, requests: 0, windows: 0, read: 0, new: 0, changed: 0, rejected: 0, polledUntil: feed.polledUntil?.toISOString() ?? null, more: false, faults: [], error: null,
  }
  if (feed.holdUntil !== null && feed.holdUntil.getTime() > begun) {
    return { ...result, error: { code: 'open311_held', message: `the server asked not to be asked before ${feed.holdUntil.toISOString()}` } }
  }
  await beginPoll(db, feed.sourceId, new Date(begun))
  const faults = new Set<string>()
  let client: Client | undefined
  try {
    client = clientOf(deps, feed, now)
    const topics = await readTopics(db, client, feed)
    if (!topics.listed) faults.add('services_unlisted')
    const reader = createWindowReader(client, feed.options)
    const plan = planWindows(feed, begun)
    for (const [i, window] of plan.windows.entries()) {
      if (now() - begun > (deps.budgetMs ?? BUDGET_MS)) {
        result.more = true
        break
      }
      const reading = await reader.read(window)
      for (const fault of reading.faults) faults.add(fault)
      await take(deps, feed, client, topics, window, reading.records, result, now, faults)
      result.windows++
      // The moment itself is asked for again, by the overlap or by its being the start.
      if (i < plan.recent) {
        const until = new Date(Math.min(window.until, begun))
        await advanceFeed(db, feed.sourceId, until)
        if (result.polledUntil === null || until.toISOString() > result.polledUntil) result.polledUntil = until.toISOString()
      }
    }
    result.faults = [...faults].sort()
    await endPoll(db, feed.sourceId, new Date(now()), plan.deep && !result.more, result.faults)
  } catch (error) {
    if (!(error instanceof PipelineError) || deps.signal?.aborted) throw error
    result.faults = [...faults].sort()
    result.error = { code: error.code, message: error.message }
    const hold = error instanceof PollError && error.holdSeconds !== undefined ? new Date(now() + error.holdSeconds * 1000) : null
    await failPoll(db, feed.sourceId, error.code, error.message, hold)
  }
  result.requests = client?.requests() ?? 0
  const { error, ...counts } = result
  if (error) log.error('open311.failed', { ...counts, code: error.code, message: error.message })
  else log.info('open311.polled', counts)
  return result
}

function clientOf({ config, signal, wait }: PollDeps, feed: Feed, now: () => number): Client {
  return createClient({
    url: feed.url, format: feed.options.format, jurisdiction: feed.jurisdiction, perMinute: feed.options.perMinute, now,
    guard: createAddressGuard(config.delivery.allowPrivateTargets),
    wait: wait ?? ((ms) => pause(ms, signal)),
    ...(feed.keyRef === null ? {} : { key: readSecret(feed.keyRef) }), ...(signal ? { signal } : {}),
  })
}

/** What is asked for: the recent spans first, `recent` of them; then the older ones when their day has come. */
export function planWindows(feed: Pick<Feed, 'since' | 'polledUntil' | 'lastDeepAt' | 'options'>, now: number): { windows: Window[], recent: number, deep: boolean } {
  const { windowDays, overlapDays, deepDays, deepEveryDays } = feed.options
  const since = feed.since.getTime()
  const polled = feed.polledUntil?.getTime()
  const from = polled === undefined ? since : Math.max(since, polled - overlapDays * DAY_MS)
  const recent = cut(from, now + AHEAD_MS, windowDays)
  const deep = feed.lastDeepAt === null || now - feed.lastDeepAt.getTime() >= deepEveryDays * DAY_MS
  const older = polled !== undefined && deep ? cut(Math.max(since, polled - deepDays * DAY_MS), from, windowDays) : []
  return { windows: [...recent, ...older], recent: recent.length, deep }
}

function cut(from: number, until: number, days: number): Window[] {
  const windows: Window[] = []
  for (let at = from; at < until; at += days * DAY_MS) windows.push({ from: at, until: Math.min(until, at + days * DAY_MS) })
  return windows
}

async function take(
  { db, config, log }: PollDeps, feed: Feed, client: Client, topics: Topics, window: Window, records: readonly OpenRecord[], result: PollResult, now: () => number, faults: Set<string>,
): Promise<void> {
  if (records.length === 0) return
  const csv = toCsv(await withNumbers(client, records, faults), { ...feed.options, topicOf: topics.topicOf })
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
  const batch = await importInput({ db, config, log }, {
    // The moment belongs to the identity: a ticket that goes back to what it was must be read again.
    input: { stream: Readable.from([Buffer.from(csv)]), name: `${feed.source} ${day(window.from)} ${day(window.until)}`, hash: createHash('sha256').update(csv).update(`${feed.source} ${window.from} ${now()}`).digest('hex') },
    preset: 'open311_v2', map: rowMap(feed.options.map), source: feed.source, city: feed.city, acceptHopeless: true,
    // History is learned of at once; what comes later comes when it comes.
    recorded: result.polledUntil === null || result.polledUntil < (feed.firstPollAt?.toISOString() ?? '9') ? 'auto' : 'arrival',
  })
  await topics.save(db)
  result.read += batch.read
  result.new += batch.new
  result.changed += batch.versions
  result.rejected += batch.rejected
}

/** Some servers give a token first and the number later. A token without a number yet stays a reject of this poll, and is asked for by the next. */
async function withNumbers(client: Client, records: readonly OpenRecord[], faults: Set<string>): Promise<OpenRecord[]> {
  const numbered: OpenRecord[] = []
  let asked = 0
  for (const record of records) {
    if (record.service_request_id || !record.token) {
      numbered.push(record)
      continue
    }
    const answer = asked++ < MOST_TOKENS ? await client.askMaybe(`tokens/${encodeURIComponent(record.token)}`, 'service_requests', {}) : undefined
    const number = answer?.[0]?.service_request_id
    if (!number) faults.add('tokens_open')
    numbered.push(number ? { ...record, service_request_id: number } : record)
  }
  return numbered
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
