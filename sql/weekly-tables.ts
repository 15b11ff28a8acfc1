/**
 * Row functions of what is computed once a week: the outlook of the seasons, and topics that go before others.
 */
import type { Queryable } from './db.ts'

/** A past year's rise: when it was above, by how much, with how many callers. */
export interface OutlookYear { from: string, peak: string, until: string, factor: number, callers: number, whole: boolean }

/** Where a past rise was: share of its callers, and that share over the place's usual one of the family. */
export interface OutlookArea { placeId: number, callers: number, share: number, lift: number }

export interface OutlookRow {
  placeId: number
  familyId: number
  beginsOn: string
  peaksOn: string
  begun: boolean
  factor: number
  low: number
  high: number
  present: number
  year: number
  p: number
  q: number
  years: OutlookYear[]
  areas: OutlookArea[]
}

export interface LeadExample { placeId: number, before: string, after: string }

export interface LeadRow {
  placeDepth: number
  beforeTopicId: number
  afterTopicId: number
  lag: number
  lagLow: number
  lagHigh: number
  rises: number
  hits: number
  expected: number
  places: number
  backward: number
  p: number
  q: number
  examples: LeadExample[]
}

export type WeeklyName = 'seasonal_outlook' | 'topic_leads' | 'routing_counts'

export interface WeeklyTable { night: string, tested: number, found: number }

/** The newest of the name up to the night, or null. */
export async function readWeeklyTable(db: Queryable, name: WeeklyName, night: string): Promise<WeeklyTable | null> {
  const { rows } = await db.query<WeeklyTable>('select night, tested, found from weekly_tables where name = $1 and night <= $2 order by night desc limit 1', [name, night])
  return rows[0] ?? null
}

async function markWeek(db: Queryable, name: WeeklyName, { night, tested, found }: WeeklyTable): Promise<void> {
  await db.query(
    `insert into weekly_tables (night, name, tested, found) values ($1, $2, $3, $4)
     on conflict (night, name) do update set tested = excluded.tested, found = excluded.found`, [night, name, tested, found])
}

/** Rewrites the outlook of a night. Inside a transaction. */
export async function saveOutlook(db: Queryable, night: string, rows: readonly OutlookRow[], tested: number): Promise<void> {
  await db.query('delete from seasonal_outlook where night = $1', [night])
  await db.query(
    `insert into seasonal_outlook (night, place_id, family_id, begins_on, peaks_on, begun, factor, low, high, present, year, p, q, years, areas)
     select $1, o."placeId", o."familyId", o."beginsOn", o."peaksOn", o.begun, o.factor, o.low, o.high, o.present, o.year, o.p, o.q, o.years, o.areas
     from jsonb_to_recordset($2::jsonb) as o ("placeId" int, "familyId" int, "beginsOn" date, "peaksOn" date, begun boolean, factor float8, low float8, high float8,
       present float8, year float8, p float8, q float8, years jsonb, areas jsonb)`, [night, JSON.stringify(rows)])
  await markWeek(db, 'seasonal_outlook', { night, tested, found: rows.length })
}

/** The outlook as of a Sunday night, the soonest first. */
export async function readOutlook(db: Queryable, night: string): Promise<OutlookRow[]> {
  const { rows } = await db.query<OutlookRow>(
    `select place_id as "placeId", family_id as "familyId", begins_on as "beginsOn", peaks_on as "peaksOn", begun, factor, low, high, present, year, p, q, years, areas
     from seasonal_outlook where night = $1 order by begins_on, p, place_id, family_id`, [night])
  return rows
}

/** Cities' rows of the Sundays in [from, until], oldest first. */
export async function readCityOutlooks(db: Queryable, from: string, until: string): Promise<(OutlookRow & { night: string })[]> {
  const { rows } = await db.query<OutlookRow & { night: string }>(
    `select o.night, o.place_id as "placeId", o.family_id as "familyId", o.begins_on as "beginsOn", o.peaks_on as "peaksOn", o.begun, o.factor, o.low, o.high, o.present,
            o.year, o.p, o.q, o.years, o.areas
     from seasonal_outlook o join places p on p.id = o.place_id and p.depth = 0
     where o.night >= $1 and o.night <= $2 order by o.night, o.begins_on, o.p, o.place_id, o.family_id`, [from, until])
  return rows
}

/** Nights of [from, until] for which a table was computed. */
export async function readWeeks(db: Queryable, name: WeeklyName, from: string, until: string): Promise<Set<string>> {
  const { rows } = await db.query<{ night: string }>('select night from weekly_tables where name = $1 and night >= $2 and night <= $3', [name, from, until])
  return new Set(rows.map((row) => row.night))
}

/** Rewrites the leads of a night. Inside a transaction. */
export async function saveLeads(db: Queryable, night: string, rows: readonly LeadRow[], tested: number): Promise<void> {
  await db.query('delete from topic_leads where night = $1', [night])
  await db.query(
    `insert into topic_leads (night, place_depth, before_topic_id, after_topic_id, lag, lag_low, lag_high, rises, hits, expected, places, backward, p, q, examples)
     select $1, l."placeDepth", l."beforeTopicId", l."afterTopicId", l.lag, l."lagLow", l."lagHigh", l.rises, l.hits, l.expected, l.places, l.backward, l.p, l.q, l.examples
     from jsonb_to_recordset($2::jsonb) as l ("placeDepth" int, "beforeTopicId" int, "afterTopicId" int, lag float8, "lagLow" float8, "lagHigh" float8, rises int,
       hits int, expected float8, places int, backward int, p float8, q float8, examples jsonb)`, [night, JSON.stringify(rows)])
  await markWeek(db, 'topic_leads', { night, tested, found: rows.length })
}

/** The leads as of a Sunday night, those of the smallest places first, then the surest. */
export async function readLeads(db: Queryable, night: string): Promise<LeadRow[]> {
  const { rows } = await db.query<LeadRow>(
    `select place_depth as "placeDepth", before_topic_id as "beforeTopicId", after_topic_id as "afterTopicId", lag, lag_low as "lagLow", lag_high as "lagHigh",
            rises, hits, expected, places, backward, p, q, examples
     from topic_leads where night = $1 order by place_depth desc, q, p, before_topic_id, after_topic_id`, [night])
  return rows
}
