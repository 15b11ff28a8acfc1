/**
 * Row functions of alerts and what hangs on them. An alert's current columns are always derived from alert_nights, so
 * that nights may be run again or filled in later and the result does not depend on the order.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface OpenAlertRow {
  id: string
  kind: string
  placeId: number
  familyId: number
  level: string
  lastNight: string
  firstNight: string
  withinBudget: boolean
  dueOn: string | null
  dueCertain: boolean
  /** What the units were last told; `toldTickets` null where nights did not keep it yet. */
  toldLevel: string
  toldPlaceId: number
  toldPlaces: number
  toldTickets: number | null
}

/**
 * Alerts of signals (those of seasons have none) with a signal in [from, night), as they stood on their last night before `night`.
 *
 * @param also alerts whose last signal may be older
 */
export async function readOpenAlerts(db: Queryable, from: string, night: string, also: readonly string[] = []): Promise<OpenAlertRow[]> {
  const { rows } = await db.query<OpenAlertRow>(
    `select distinct on (a.id) a.id, a.kind, n.place_id as "placeId", a.family_id as "familyId", n.level, n.night as "lastNight",
            (select min(night) from alert_nights f where f.alert_id = a.id) as "firstNight", n.within_budget as "withinBudget",
            case when n.kind is null then a.due_on else n.due_on end as "dueOn", coalesce(n.due_certain, a.due_certain, true) as "dueCertain",
            coalesce(n.told_level, n.level) as "toldLevel", coalesce(n.told_place_id, n.place_id) as "toldPlaceId", coalesce(n.told_places, 1) as "toldPlaces",
            n.told_tickets as "toldTickets"
     from alert_nights n join alerts a on a.id = n.alert_id
     where (n.night >= $1 or a.id = any ($3)) and n.night < $2 and a.kind <> 'seasonal'
     order by a.id, n.night desc`, [from, night, also])
  return rows
}

/** Tickets of the alerts as known before `night`, as 'source/number'. */
export async function readAlertTickets(db: Queryable, ids: string[], night: string): Promise<Map<string, Set<string>>> {
  const { rows } = await db.query<{ id: string, ticket: string }>(
    `select alert_id as id, source_id || '/' || ticket_no as ticket from alert_tickets where alert_id = any ($1) and first_night < $2`, [ids, night])
  const tickets = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]))
  for (const row of rows) tickets.get(row.id)!.add(row.ticket)
  return tickets
}

/**
 * For the rest of the transaction: every ticket of an alert is looked up once, so that keeping what was looked up only costs (three quarters of
 * the time where an alert of a whole city has tens of thousands).
 */
export async function lookUpOnce(db: Queryable): Promise<void> {
  await db.query('set local enable_memoize = off')
}

/** Takes back everything that an earlier run of this night wrote about alerts; notices stay, they may have been sent. */
export async function forgetNight(db: Queryable, night: string): Promise<void> {
  await db.query('delete from alert_events where night = $1', [night])
  await db.query('delete from alert_tickets where first_night = $1', [night])
  await db.query('delete from alert_nights where night = $1', [night])
  await db.query('update alerts set parent_alert_id = null where parent_alert_id in (select id from alerts a where not exists (select 1 from alert_nights n where n.alert_id = a.id))')
  await db.query('delete from alerts a where not exists (select 1 from alert_nights n where n.alert_id = a.id)')
}

export interface NewAlertRow { id: string, kind: string, placeId: number, topicId: number, familyId: number, night: string }

/** Those that are there already stay as they are. */
export async function insertAlerts(db: Queryable, alerts: readonly NewAlertRow[]): Promise<void> {
  if (alerts.length === 0) return
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
     select a.id, a.kind, 'blue', 'open', a."placeId", a."topicId", a."familyId", a.night, a.night
     from jsonb_to_recordset($1::jsonb) as a (id text, kind text, "placeId" int, "topicId" int, "familyId" int, night date)
     on conflict (id) do nothing`, [JSON.stringify(alerts)])
}

export interface AlertNightRow {
  alertId: string
  level: string
  placeId: number
  topicId: number
  observed: number
  expected: number
  upper: number
  windowDays: number
  log10P: number
  recurrenceDays: number
  rank: number
  withinBudget: boolean
  why: Record<string, unknown>
  /** Of the alert up to the night; none of seasons. */
  tickets: number
  callers: number
  /** The level that the rules ask for tonight, and what the units know after it; not of seasons. */
  ruledLevel?: string
  told?: { level: string, placeId: number, places: number, tickets: number }
}

/** The alerts must be there. */
export async function insertAlertNights(db: Queryable, night: string, rows: readonly AlertNightRow[]): Promise<void> {
  if (rows.length === 0) return
  await db.query(statement('alert-nights-insert'), [night, JSON.stringify(rows)])
}

/** Adds tickets, given as 'source/number', to alerts. @returns how many were new to each; nothing where none was */
export async function insertAlertTickets(db: Queryable, night: string, rows: readonly { id: string, tickets: readonly string[] }[]): Promise<Map<string, number>> {
  const tickets = rows.flatMap((row) => row.tickets)
  if (tickets.length === 0) return new Map()
  const { rows: added } = await db.query<{ id: string, n: number }>(
    `with added as (
       insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
       select a, split_part(t, '/', 1)::smallint, substr(t, position('/' in t) + 1), $1 from unnest($2::text[], $3::text[]) as x (a, t) on conflict do nothing
       returning alert_id
     )
     select alert_id as id, count(*)::int as n from added group by 1`, [night, rows.flatMap((row) => row.tickets.map(() => row.id)), tickets])
  return new Map(added.map(({ id, n }) => [id, n]))
}

export interface AlertEventRow { id: string, kind: string, before: string | null, after: string | null }

/** The first of a kind stays. */
export async function insertAlertEvents(db: Queryable, night: string, events: readonly AlertEventRow[]): Promise<void> {
  if (events.length === 0) return
  await db.query(
    `insert into alert_events (alert_id, night, kind, before, after)
     select e.id, $1, e.kind, e.before, e.after
     from rows from (jsonb_to_recordset($2::jsonb) as (id text, kind text, before text, after text)) with ordinality as e (id, kind, before, after, at)
     order by e.at on conflict do nothing`, [night, JSON.stringify(events)])
}

export interface AlertUnits { leadUnitId: number, territoryUnitId: number | null, coUnitIds: number[] }

/**
 * The alert that last spoke of the cause of each new one, with its last signal in [from, quiet). Nothing of alerts of seasons.
 *
 * @returns earlier alert's id by new alert's id
 */
export async function readEarlierAlerts(db: Queryable, ids: readonly string[], from: string, quiet: string): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string, earlier: string }>(
    `select distinct on (a.id) a.id, n.alert_id as earlier
     from alerts a join alerts b on b.family_id = a.family_id and b.id <> a.id and b.kind <> 'seasonal'
     join alert_nights n on n.alert_id = b.id and n.place_id = a.place_id and n.night >= $2 and n.night < $3
     where a.id = any ($1) and not exists (select 1 from alert_nights l where l.alert_id = b.id and l.night >= $3 and l.night < a.first_night)
     order by a.id, n.night desc, n.alert_id`, [ids, from, quiet])
  return new Map(rows.map((row) => [row.id, row.earlier]))
}

export async function setDeadlines(db: Queryable, rows: readonly { id: string, dueOn: string | null, certain: boolean }[]): Promise<void> {
  if (rows.length === 0) return
  await db.query(
    `update alerts a set due_on = d."dueOn", due_certain = d.certain
     from jsonb_to_recordset($1::jsonb) as d (id text, "dueOn" date, certain boolean) where a.id = d.id`, [JSON.stringify(rows)])
}

/** Days from `from` on, null for a gap. */
export interface AlertSeriesRow { id: string, from: string, observed: readonly (number | null)[], expected: readonly (number | null)[], upper: readonly (number | null)[] }

/** Replaces the charts of the alerts of which `night` is the newest. */
export async function saveAlertSeries(db: Queryable, night: string, rows: readonly AlertSeriesRow[]): Promise<void> {
  if (rows.length === 0) return
  const { rows: newest } = await db.query<{ id: string }>(
    'select id from unnest($1::text[]) as a (id) where not exists (select 1 from alert_nights n where n.alert_id = a.id and n.night > $2)', [rows.map(({ id }) => id), night])
  const ids = new Set(newest.map(({ id }) => id))
  const kept = rows.filter(({ id }) => ids.has(id))
  if (kept.length === 0) return
  await db.query('delete from alert_series where alert_id = any ($1)', [[...ids]])
  await db.query(
    `insert into alert_series (alert_id, day, observed, expected, upper)
     select v.id, v."from" + v.n, v.observed, v.expected, v.upper
     from unnest($1::text[], $2::date[], $3::int[], $4::int[], $5::float8[], $6::float8[]) as v (id, "from", n, observed, expected, upper)`,
    [
      kept.flatMap(({ id, observed }) => observed.map(() => id)), kept.flatMap(({ from, observed }) => observed.map(() => from)), kept.flatMap(({ observed }) => observed.map((_, n) => n)),
      kept.flatMap(({ observed }) => observed), kept.flatMap(({ expected }) => expected), kept.flatMap(({ upper }) => upper),
    ])
}

/** Writes down how the night's alerts stand after it, so that later nights may be run again from there. */
export async function keepNightState(db: Queryable, night: string): Promise<void> {
  await db.query(statement('alert-night-state'), [night])
}

/** Brings the current columns of all alerts in line with their nights. @param lastNight newest night that was run */
export async function refreshAlerts(db: Queryable, lastNight: string, quietNights: number): Promise<void> {
  await db.query(statement('alerts-refresh'), [lastNight, quietNights])
}

/** Alerts above blue that were sent within budget, per lead unit as of the night before, in the ISO week of `night` and before it. */
export async function countSentThisWeek(db: Queryable, night: string): Promise<Map<number, number>> {
  const { rows } = await db.query<{ unit: number, n: number }>(
    `select coalesce(l.lead_unit_id, a.lead_unit_id) as unit, count(distinct e.alert_id)::int as n
     from alert_events e
     join alerts a on a.id = e.alert_id
     join alert_nights n on n.alert_id = e.alert_id and n.night = e.night
     cross join lateral (select lead_unit_id from alert_nights where alert_id = e.alert_id and night < $1::date order by night desc limit 1) as l
     left join alert_routes r on r.alert_id = e.alert_id and r.night = e.night
     where (r.news <> 'widened' or r.alert_id is null and e.kind in ('opened', 'raised')) and n.level <> 'blue' and n.within_budget
       and e.night >= date_trunc('week', $1::date)::date and e.night < $1::date
     group by 1`, [night])
  return new Map(rows.map((row) => [row.unit, row.n]))
}

export interface NoticeRow { id: string, alertId: string, night: string, reason: string, unitId: number, payload: Record<string, unknown>, status: 'pending' | 'withheld', error: string | null }

/**
 * A notice that is already there stays as it is, sent or not. Neither is a unit told twice within `quietNights` of the
 * same level at the same place and family: nights run again in another order may give a cause another alert.
 *
 * @returns whether it is new
 */
export async function insertNotice(db: Queryable, notice: NoticeRow, quietNights: number): Promise<boolean> {
  const { rowCount } = await db.query(
    statement('notice-insert'),
    [notice.id, notice.alertId, notice.night, notice.reason, notice.unitId, JSON.stringify(notice.payload), notice.status, notice.error, quietNights])
  return (rowCount ?? 0) > 0
}

export interface AlertListRow {
  id: string
  kind: string
  level: string
  status: string
  placeId: number
  topicId: number
  familyId: number
  firstNight: string
  lastNight: string
  tickets: number
  callers: number
  observed: number
  expected: number
  upper: number
  windowDays: number
  recurrenceDays: number
  rank: number
  withinBudget: boolean
  leadUnit: string | null
  territoryUnit: string | null
  coUnits: string[]
  dueOn: string | null
  dueCertain: boolean
  parentId: string | null
  why: Record<string, unknown>
}

/** Alerts as they stood on `night`, or with `all` every alert as it stood on its last night up to then. Strongest first. */
export async function readAlerts(db: Queryable, night: string, all: boolean): Promise<AlertListRow[]> {
  const { rows } = await db.query<AlertListRow>(statement('alerts-list'), [night, all])
  return rows
}
