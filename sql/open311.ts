/**
 * Row functions of the Open311 servers that tickets are taken from.
 */
import type { Queryable } from './db.ts'

export interface NewFeed {
  sourceId: number
  url: string
  jurisdiction: string | null
  keyRef: string | null
  options: object
  since: Date
}

export interface FeedRow extends Omit<NewFeed, 'options'> {
  source: string
  city: string
  timeZone: string
  options: unknown
  polledUntil: Date | null
  firstPollAt: Date | null
  lastDeepAt: Date | null
  lastPollAt: Date | null
  lastOkAt: Date | null
  holdUntil: Date | null
  errorCode: string | null
  error: string | null
  failures: number
  faults: string[]
  enabled: boolean
}

export interface ServiceRow { code: string, name: string, topic: string[] }

const COLUMNS = `f.source_id as "sourceId", s.name as source, s.city, s.time_zone as "timeZone", f.url, f.jurisdiction, f.key_ref as "keyRef", f.options, f.since,
  f.polled_until as "polledUntil", f.first_poll_at as "firstPollAt", f.last_deep_at as "lastDeepAt", f.last_poll_at as "lastPollAt", f.last_ok_at as "lastOkAt",
  f.hold_until as "holdUntil", f.error_code as "errorCode", f.error, f.failures, f.faults, f.enabled`

/** By name; the removed ones too. */
export async function readFeeds(db: Queryable): Promise<FeedRow[]> {
  return (await db.query<FeedRow & Record<string, unknown>>(`select ${COLUMNS} from open311_feeds f join sources s on s.id = f.source_id order by s.name`)).rows
}

/** A feed of the same source takes the new address and options and goes on where it was; it begins anew where `since` is earlier. */
export async function saveFeed(client: Queryable, feed: NewFeed): Promise<void> {
  await client.query(
    `insert into open311_feeds (source_id, url, jurisdiction, key_ref, options, since) values ($1, $2, $3, $4, $5, $6)
     on conflict (source_id) do update set url = excluded.url, jurisdiction = excluded.jurisdiction, key_ref = excluded.key_ref, options = excluded.options,
       since = excluded.since, enabled = true, failures = 0, error = null, error_code = null, hold_until = null,
       polled_until = case when excluded.since < open311_feeds.since then null else open311_feeds.polled_until end`,
    [feed.sourceId, feed.url, feed.jurisdiction, feed.keyRef, JSON.stringify(feed.options), feed.since])
}

/** @returns false where there is no such feed */
export async function stopFeed(db: Queryable, sourceId: number): Promise<boolean> {
  return ((await db.query('update open311_feeds set enabled = false where source_id = $1', [sourceId])).rowCount ?? 0) > 0
}

export async function beginPoll(db: Queryable, sourceId: number, now: Date): Promise<void> {
  await db.query('update open311_feeds set last_poll_at = $2, first_poll_at = coalesce(first_poll_at, $2) where source_id = $1', [sourceId, now])
}

/** Everything requested before `until` has been asked for. */
export async function advanceFeed(db: Queryable, sourceId: number, until: Date): Promise<void> {
  await db.query('update open311_feeds set polled_until = greatest(polled_until, $2) where source_id = $1', [sourceId, until])
}

/** @param deep older tickets were asked for again, too */
export async function endPoll(db: Queryable, sourceId: number, now: Date, deep: boolean, faults: readonly string[]): Promise<void> {
  await db.query(
    `update open311_feeds set last_ok_at = $2, last_deep_at = case when $3 then $2 else last_deep_at end, faults = $4, failures = 0, error = null, error_code = null,
       hold_until = null where source_id = $1`, [sourceId, now, deep, faults])
}

export async function failPoll(db: Queryable, sourceId: number, code: string, error: string, holdUntil: Date | null): Promise<void> {
  await db.query('update open311_feeds set failures = failures + 1, error_code = $2, error = $3, hold_until = $4 where source_id = $1', [sourceId, code, error.slice(0, 500), holdUntil])
}

export async function readServices(db: Queryable, sourceId: number): Promise<ServiceRow[]> {
  return (await db.query<ServiceRow & Record<string, unknown>>('select code, name, topic from open311_services where source_id = $1 order by code', [sourceId])).rows
}

/** Services that are known keep their topics. */
export async function addServices(db: Queryable, sourceId: number, services: readonly ServiceRow[]): Promise<void> {
  if (services.length === 0) return
  await db.query(
    `insert into open311_services (source_id, code, name, topic)
     select $1, s.code, s.name, array(select jsonb_array_elements_text(s.topic)) from jsonb_to_recordset($2::jsonb) as s (code text, name text, topic jsonb)
     on conflict (source_id, code) do nothing`, [sourceId, JSON.stringify(services)])
}
