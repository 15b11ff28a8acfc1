/**
 * The inbox read page by page: alerts by deadline, level or age, from after a key on; how many there are by filter; what changed since.
 */
import { InvalidOptionError } from '../core/errors.ts'
import type { Queryable } from './db.ts'
import { conditionOf, Params, unread } from './inbox-filter.ts'
import type { InboxFilter, SearchWord } from './inbox-filter.ts'

export const INBOX_SORTS = ['due', 'level', 'new'] as const
export type InboxSort = (typeof INBOX_SORTS)[number]

/** Where a page ends: the values of its last row that the order goes by. */
export interface InboxKey { due: string, rank: number, first: string, id: string }

export interface InboxRow {
  id: string
  kind: string
  level: string
  status: string
  state: string
  version: number
  finding: string | null
  escalated: string | null
  snoozedUntil: string | null
  open: boolean
  withheld: string | null
  /** Names from the city down, joined by ›; of topics from the top, '' for all. */
  place: string
  topic: string
  firstNight: string
  lastNight: string
  lead: string | null
  territory: string | null
  units: string[]
  assignee: string | null
  /** Milliseconds; null where nothing is due. */
  dueAt: number | null
  dueClock: string | null
  dueUnit: string | null
  changedAt: Date
  unread: boolean
  timeZone: string
  observed: number
  expected: number
  upper: number
  windowDays: number
  recurrenceDays: number
  callers: number
  tickets: number
  why: Record<string, unknown>
  /** The last 28 days that the alert keeps, oldest first; null is a gap. */
  days: (number | null)[]
  usual: (number | null)[]
  /** Text of due_at, of which a key is made. */
  dueKey: string
  rank: number
}

export interface InboxReader { account: string, actors: readonly string[] }

const ORDERS: Readonly<Record<InboxSort, string>> = {
  due: 'i.due_at, i.rank, i.alert_id', level: 'i.rank, i.due_at, i.alert_id', new: 'i.first_night desc, i.rank, i.alert_id',
}

/** At most `limit` rows after the key, in the order. @param limit stands in the statement itself: a plan for any number of rows would sort them all */
export async function readInbox(db: Queryable, filter: InboxFilter, sort: InboxSort, after: InboxKey | null, limit: number, reader: InboxReader): Promise<InboxRow[]> {
  if (!Number.isInteger(limit)) throw new InvalidOptionError('limit', limit, 'a whole number')
  const params = new Params()
  const condition = conditionOf(filter, params)
  const from = after === null ? '' : ` and ${afterKey(sort, after, params)}`
  const { rows } = await db.query<InboxRow & Record<string, unknown>>(
    `with page as materialized (select * from inbox_items i where ${condition}${from} order by ${ORDERS[sort]} limit ${limit})
     select i.alert_id as id, i.kind, i.level, i.status, i.state, i.version, i.finding, i.escalated, i.snoozed_until as "snoozedUntil", i.open, i.withheld, p.path as place, t.path as topic,
            i.first_night as "firstNight", i.last_night as "lastNight", i.lead, i.territory, i.units, i.assignee, i.due_clock as "dueClock", i.due_unit as "dueUnit", i.changed_at as "changedAt",
            case when isfinite(i.due_at) then floor(extract(epoch from i.due_at) * 1000)::float8 end as "dueAt", i.due_at::text as "dueKey", i.rank,
            ${unread(reader.account, reader.actors, params)} as unread,
            coalesce((select min(z.time_zone) from sources z where z.city = split_part(p.path, '›', 1)), 'UTC') as "timeZone",
            n.observed, n.expected, n.upper, n.window_days as "windowDays", n.recurrence_days as "recurrenceDays", n.callers, n.tickets, n.why, s.days, s.usual
     from page i join places p on p.id = i.place_id join topics t on t.id = i.topic_id
     left join alert_nights n on n.alert_id = i.alert_id and n.night = i.last_night
     cross join lateral (select coalesce(array_agg(x.observed order by x.day), '{}') as days, coalesce(array_agg(x.expected order by x.day), '{}') as usual
       from (select day, observed, expected from alert_series where alert_id = i.alert_id order by day desc limit 28) as x) as s
     order by ${ORDERS[sort]}`, params.values)
  return rows
}

function afterKey(sort: InboxSort, { due, rank, first, id }: InboxKey, params: Params): string {
  if (sort === 'due') return `(i.due_at, i.rank, i.alert_id) > (${params.add(due)}::timestamptz, ${params.add(rank)}::smallint, ${params.add(id)})`
  if (sort === 'level') return `(i.rank, i.due_at, i.alert_id) > (${params.add(rank)}::smallint, ${params.add(due)}::timestamptz, ${params.add(id)})`
  const day = params.add(first)
  return `(i.first_night < ${day}::date or i.first_night = ${day}::date and (i.rank, i.alert_id) > (${params.add(rank)}::smallint, ${params.add(id)}))`
}

export interface InboxCounts {
  all: number
  levels: Record<string, number>
  states: Record<string, number>
  kinds: Record<string, number>
  overdue: number
  today: number
  week: number
}

/** How many fit, by level, state, kind and deadline. @param ends instants of now, of today's end and of the week's, in milliseconds */
export async function countInbox(db: Queryable, filter: InboxFilter, ends: { now: number, today: number, week: number }): Promise<InboxCounts> {
  const params = new Params()
  const condition = conditionOf(filter, params)
  const before = (ms: number): string => `count(*) filter (where i.due_at < to_timestamp(${params.add(ms)}::float8 / 1000))::int`
  const { rows } = await db.query<{ level: string | null, state: string | null, kind: string | null, n: number, overdue: number, today: number, week: number }>(
    `select i.level, i.state, i.kind, count(*)::int as n, ${before(ends.now)} as overdue, ${before(ends.today)} as today, ${before(ends.week)} as week
     from inbox_items i where ${condition} group by 1, 2, 3`, params.values)
  const counts: InboxCounts = { all: 0, levels: {}, states: {}, kinds: {}, overdue: 0, today: 0, week: 0 }
  for (const row of rows) {
    counts.all += row.n
    counts.overdue += row.overdue
    counts.today += row.today
    counts.week += row.week
    for (const [group, key] of [[counts.levels, row.level], [counts.states, row.state], [counts.kinds, row.kind]] as const) group[key!] = (group[key!] ?? 0) + row.n
  }
  return counts
}

/** Alerts that fit and changed after the instant, by somebody else: not more than `limit`. */
export async function readChanged(db: Queryable, filter: InboxFilter, since: number, limit: number, reader: InboxReader): Promise<{ id: string, at: number }[]> {
  const params = new Params()
  const condition = conditionOf(filter, params)
  const { rows } = await db.query<{ id: string, at: number }>(
    `select i.alert_id as id, floor(extract(epoch from i.changed_at) * 1000)::float8 as at from inbox_items i
     where i.changed_at > to_timestamp(${params.add(since)}::float8 / 1000) and coalesce(i.changed_by <> all (${params.add(reader.actors)}::text[]), true) and ${condition}
     order by i.changed_at limit ${params.add(limit)}`, params.values)
  return rows
}

/** What each word of a search may mean. */
export async function readSearchWords(db: Queryable, words: readonly string[]): Promise<SearchWord[]> {
  const { rows } = await db.query<SearchWord & Record<string, unknown>>(
    `select w.word as id,
            array(select distinct p.id from places h join (select id, unnest(rollup) as above from places) as p on p.above = h.id where h.name ilike w.like order by p.id) as places,
            array(select distinct t.id from topics h join (select id, unnest(rollup) as above from topics) as t on t.above = h.id where h.name ilike w.like order by t.id) as topics,
            array(select u.name from units u where u.name ilike w.like) as units
     from unnest($1::text[]) with ordinality as x (word, at) cross join lateral (select x.word, '%' || regexp_replace(x.word, '([\\\\%_])', '\\\\\\1', 'g') || '%' as like) as w order by x.at`, [words])
  return rows
}

/** The account has seen the alert as it is now. */
export async function markSeen(db: Queryable, account: string, alertId: string): Promise<void> {
  await db.query(
    `insert into inbox_seen (account, alert_id, seen_at) select $1, alert_id, changed_at from inbox_items where alert_id = $2
     on conflict (account, alert_id) do update set seen_at = excluded.seen_at where inbox_seen.seen_at < excluded.seen_at`, [account, alertId])
}
