/**
 * An Open311 server as a source of tickets: what it is asked, how often, and which of its fields mean what.
 */
import { checkTimeZone } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { resolveOptions } from '../../core/options.ts'
import type { Db } from '../../sql/db.ts'
import { readFeeds, saveFeed, stopFeed } from '../../sql/open311.ts'
import type { FeedRow } from '../../sql/open311.ts'
import { ensureSource } from '../../sql/sources.ts'
import { TICKET_FIELDS } from '../ingest/presets.ts'

export interface FeedOptions {
  format: 'json' | 'xml'
  /** Tickets asked for at once; servers may give fewer. */
  pageSize: number
  /** Days of requests asked for at once; servers refuse more than 90. */
  windowDays: number
  /** Days before the last poll that every poll asks for again: servers cannot be asked what changed. */
  overlapDays: number
  /** Days before the last poll that are asked for again once in `deepEveryDays`. */
  deepDays: number
  deepEveryDays: number
  /** Most requests in a minute. */
  perMinute: number
  /** Asks for `extensions=true`, which some servers answer with further fields. */
  extensions: boolean
  /** Whether `updated_datetime` of a closed ticket is the time it was closed. */
  closedAt: 'updated' | 'none'
  /** Field of a ticket → field of the answer ('extended_attributes.ward'), before the preset's own. */
  map: Readonly<Record<string, string>>
  /** Service code → names of the topic from the top down. */
  topics: Readonly<Record<string, readonly string[]>>
}

export const FEED_DEFAULTS: Readonly<FeedOptions> = {
  format: 'json', pageSize: 200, windowDays: 7, overlapDays: 7, deepDays: 90, deepEveryDays: 7, perMinute: 60, extensions: false, closedAt: 'updated', map: {}, topics: {},
}

const RANGES = {
  pageSize: [1, 10_000, 'whole'], windowDays: [1, 90, 'whole'], overlapDays: [0, 365, 'whole'], deepDays: [0, 3650, 'whole'], deepEveryDays: [1, 365, 'whole'], perMinute: [1, 6000],
} as const

export interface Feed extends Omit<FeedRow, 'options'> { options: FeedOptions }

export interface FeedRequest {
  name: string
  url: string
  city: string
  country: string
  timeZone: string
  since: Date
  jurisdiction?: string | undefined
  /** Reference to the key: 'env:NAME', 'file:/path'. */
  keyRef?: string | undefined
  options?: Partial<FeedOptions>
}

/** Adds a feed, or changes one. @throws {InvalidOptionError} */
export async function addFeed(db: Db, request: FeedRequest): Promise<Feed> {
  const { name, city, country, timeZone, jurisdiction, keyRef, since } = request
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u.test(name)) throw new InvalidOptionError('--name', name, 'a name of letters, digits, _ . -')
  if (city.trim() === '') throw new InvalidOptionError('--city', city, 'the name of the city')
  if (keyRef !== undefined && !/^(env|file):.+$/.test(keyRef)) throw new InvalidOptionError('--key', '***', 'env:NAME or file:/path')
  if (Number.isNaN(since.getTime())) throw new InvalidOptionError('--since', 'no date', 'a day')
  checkTimeZone('--time-zone', timeZone)
  const options = resolveOptions('open311', FEED_DEFAULTS, RANGES, request.options ?? {})
  for (const field of Object.keys(options.map)) {
    if (!(TICKET_FIELDS as readonly string[]).includes(field)) throw new InvalidOptionError('field in --map', field, TICKET_FIELDS.join(', '))
  }
  for (const [code, topic] of Object.entries(options.topics)) {
    if (topic.length === 0 || topic.length > 4 || topic.some((level) => level.trim() === '')) throw new InvalidOptionError(`topic of ${code}`, topic.join('/'), 'one to four names')
  }
  await db.transaction(async (client) => {
    const source = await ensureSource(client, { name, preset: 'open311_v2', city, country, timeZone, datum: 'WGS-84', staffChannels: [], profile: {} })
    if (source.preset !== 'open311_v2') throw new InvalidOptionError('--name', name, `a name that no source of another kind has (${source.preset})`)
    await saveFeed(client, { sourceId: source.id, url: baseUrl(request.url), jurisdiction: jurisdiction ?? null, keyRef: keyRef ?? null, options, since })
  })
  return await findFeed(db, name)
}

export async function listFeeds(db: Db): Promise<Feed[]> {
  return (await readFeeds(db)).map((row) => ({ ...row, options: resolveOptions('open311', FEED_DEFAULTS, RANGES, row.options as Partial<FeedOptions>) }))
}

/** @throws {InvalidOptionError} no such feed */
export async function findFeed(db: Db, name: string): Promise<Feed> {
  const feeds = await listFeeds(db)
  const feed = feeds.find((each) => each.source === name)
  if (!feed) throw new InvalidOptionError('source', name, feeds.map((each) => each.source).join(', ') || 'an Open311 source: weisu sources add')
  return feed
}

/** Its tickets stay. @throws {InvalidOptionError} no such feed */
export async function removeFeed(db: Db, name: string): Promise<void> {
  await stopFeed(db, (await findFeed(db, name)).sourceId)
}

/** The address without a query, a file name or a slash at its end. */
export function baseUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new InvalidOptionError('--url', text, 'an address such as https://311.city.example/open311/v2')
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password) throw new InvalidOptionError('--url', url.protocol, 'https, without a password')
  if (url.search || url.hash) throw new InvalidOptionError('--url', text, 'an address without a query: the key and the jurisdiction have flags of their own')
  return `${url.origin}${url.pathname.replace(/\/(services|requests|discovery)(\.json|\.xml)?\/?$/, '').replace(/\/+$/, '')}`
}
