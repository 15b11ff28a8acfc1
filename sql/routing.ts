/**
 * Row functions of routing: versions of its rules, units as rules see them, and what a night decided about owners.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface RoutingVersionRow {
  version: number
  rules: unknown
  hash: string
  author: string
  source: string
  note: string
  effectiveOn: string
  createdAt: Date
}

const COLUMNS = 'version, rules, hash, author, source, note, effective_on as "effectiveOn", created_at as "createdAt"'

/** The version in force on a night: the latest that holds by then, the later of two; undefined before the first. */
export async function readRoutingOn(db: Queryable, night: string): Promise<RoutingVersionRow | undefined> {
  const { rows } = await db.query<RoutingVersionRow & Record<string, unknown>>(
    `select ${COLUMNS} from routing_versions where effective_on <= $1 order by effective_on desc, version desc limit 1`, [night])
  return rows[0]
}

/** In the order in which they hold. */
export async function readRoutingVersions(db: Queryable): Promise<RoutingVersionRow[]> {
  const { rows } = await db.query<RoutingVersionRow & Record<string, unknown>>(`select ${COLUMNS} from routing_versions order by effective_on, version`)
  return rows
}

export type NewRoutingVersion = Pick<RoutingVersionRow, 'rules' | 'hash' | 'author' | 'source' | 'note' | 'effectiveOn'>

/** @returns its number */
export async function insertRoutingVersion(db: Queryable, row: NewRoutingVersion): Promise<number> {
  const { rows } = await db.query<{ version: number }>(
    `insert into routing_versions (rules, hash, author, source, note, effective_on) values ($1, $2, $3, $4, $5, $6) returning version`,
    [JSON.stringify(row.rules), row.hash, row.author, row.source, row.note, row.effectiveOn])
  return rows[0]!.version
}

/** A unit with its territory and the topics that the registry gives it. */
export interface UnitFactsRow { id: number, name: string, kind: string, territory: string | null, topics: string[] }

export async function readUnitFacts(db: Queryable): Promise<UnitFactsRow[]> {
  const { rows } = await db.query<UnitFactsRow & Record<string, unknown>>(
    `select u.id, u.name, u.kind, u.territory_path as territory,
            array(select x.topic_path from unit_topics x where x.unit_id = u.id order by x.topic_path) as topics
     from units u order by u.id`)
  return rows
}

/** The hotline's desk is a unit like others; made where it is not there yet. */
export async function ensureHotlineUnit(db: Queryable, name: string): Promise<void> {
  await db.query(`insert into units (name, kind) values ($1, 'hotline') on conflict (name) do nothing`, [name])
}

/** Names that no unit has become units. @returns how many */
export async function addUnits(db: Queryable, names: readonly string[]): Promise<number> {
  return (await db.query('insert into units (name) select distinct unnest($1::text[]) on conflict (name) do nothing', [names])).rowCount ?? 0
}

/** The tickets of an alert by a night. */
export interface HeldRow {
  alertId: string
  tickets: number
  /** Different people; a ticket without a caller counts as one. */
  callers: number
  /** The units that they had been sent to, the busiest first, and the share of each in all that were sent. */
  shares: { unitId: number, n: number, share: number }[]
}

/** Nothing of alerts without tickets. */
export async function readHeldTickets(db: Queryable, ids: readonly string[], night: string): Promise<HeldRow[]> {
  if (ids.length === 0) return []
  const { rows } = await db.query<Omit<HeldRow, 'shares'> & { sent: { unitId: number, n: number }[] }>(statement('alert-held'), [ids, night])
  return rows.map(({ sent, ...row }) => {
    const all = sent.reduce((sum, { n }) => sum + n, 0)
    return { ...row, shares: sent.map(({ unitId, n }) => ({ unitId, n, share: n / all })) }
  })
}

export interface AssignedRow { id: string, lead: number, reason: string, territory: number | null, co: number[] }

/** Writes the units of alerts, all at once. */
export async function assignUnits(db: Queryable, rows: readonly AssignedRow[]): Promise<void> {
  if (rows.length === 0) return
  await db.query(
    `update alerts a set lead_unit_id = r.lead, lead_reason = r.reason, territory_unit_id = r.territory,
       co_unit_ids = array(select jsonb_array_elements_text(r.co)::int)
     from jsonb_to_recordset($1::jsonb) as r (id text, lead int, reason text, territory int, co jsonb)
     where a.id = r.id`, [JSON.stringify(rows)])
}

export interface RouteRow {
  alertId: string
  step: string
  rule: string | null
  version: number | null
  refused: readonly number[]
  suggestion: unknown
  held: 'silenced' | 'inhibited' | 'snoozed' | 'merged' | null
  heldBy: string | null
  news: 'opened' | 'returned' | 'raised' | 'widened' | 'released' | null
}

/** Writes how the alerts of a night came to their units; after their nights. */
export async function insertRoutes(db: Queryable, night: string, rows: readonly RouteRow[]): Promise<void> {
  if (rows.length === 0) return
  await db.query(
    `insert into alert_routes (alert_id, night, step, rule, version, refused, suggestion, held, held_by, news)
     select r."alertId", $1, r.step, r.rule, r.version, array(select jsonb_array_elements_text(r.refused)::int), r.suggestion, r.held, r."heldBy", r.news
     from jsonb_to_recordset($2::jsonb) as r ("alertId" text, step text, rule text, version int, refused jsonb, suggestion jsonb, held text, "heldBy" text, news text)`,
    [night, JSON.stringify(rows)])
}

/** The route of an alert on its last night. */
export async function readRoute(db: Queryable, alertId: string): Promise<(RouteRow & { night: string }) | undefined> {
  const { rows } = await db.query<RouteRow & { night: string } & Record<string, unknown>>(
    `select alert_id as "alertId", night, step, rule, version, refused, suggestion, held, held_by as "heldBy", news from alert_routes
     where alert_id = $1 order by night desc limit 1`, [alertId])
  return rows[0]
}

/** Of open alerts, those that were held on every night on which they had their present level: their units know nothing of it. */
export async function readUntold(db: Queryable, ids: readonly string[], night: string): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await db.query<{ id: string }>(
    `select n.alert_id as id
     from alert_nights n
     join (select distinct on (alert_id) alert_id, level from alert_nights where alert_id = any ($1::text[]) and night < $2 order by alert_id, night desc) as l
       on l.alert_id = n.alert_id and l.level = n.level
     left join alert_routes r on r.alert_id = n.alert_id and r.night = n.night
     where n.night < $2
     group by 1 having bool_and(r.held is not null)`, [ids, night])
  return new Set(rows.map((row) => row.id))
}

/** Alerts of which nobody was told on their last night before this one because they were held. */
export async function readHeldBefore(db: Queryable, ids: readonly string[], night: string): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await db.query<{ id: string }>(
    `select r.id from (select distinct on (alert_id) alert_id as id, held from alert_routes where alert_id = any ($1::text[]) and night < $2 order by alert_id, night desc) as r where r.held is not null`, [ids, night])
  return new Set(rows.map((row) => row.id))
}

/** Children of parents, all at once. */
export async function setParents(db: Queryable, parents: readonly { id: string, parent: string | null }[]): Promise<void> {
  if (parents.length === 0) return
  await db.query(
    `update alerts a set parent_alert_id = r.parent from jsonb_to_recordset($1::jsonb) as r (id text, parent text)
     where a.id = r.id and a.parent_alert_id is distinct from r.parent`, [JSON.stringify(parents)])
}

export interface AlertPlaceRow { alertId: string, placeId: number, callers: number, usual: number | null, childId: string | null }

/** Where within their areas the alerts of a night are; after their nights. */
export async function insertAlertPlaces(db: Queryable, night: string, rows: readonly AlertPlaceRow[]): Promise<void> {
  if (rows.length === 0) return
  await db.query(
    `insert into alert_places (alert_id, night, place_id, callers, usual, child_id)
     select r."alertId", $1, r."placeId", r.callers, r.usual, r."childId"
     from jsonb_to_recordset($2::jsonb) as r ("alertId" text, "placeId" int, callers int, usual float8, "childId" text)`, [night, JSON.stringify(rows)])
}

/** The places of an alert on the last of its nights that has any, the busiest first, with their names from the city down. */
export async function readAlertPlaces(db: Queryable, alertId: string): Promise<(Omit<AlertPlaceRow, 'alertId'> & { night: string, names: string[] })[]> {
  const { rows } = await db.query<Omit<AlertPlaceRow, 'alertId'> & { night: string, names: string[] } & Record<string, unknown>>(
    `select x.night, x.place_id as "placeId", x.callers, x.usual, x.child_id as "childId",
            array(select h.name from unnest(p.rollup) with ordinality as r (id, n) join places h on h.id = r.id order by r.n) as names
     from alert_places x join places p on p.id = x.place_id
     where x.alert_id = $1 and x.night = (select max(night) from alert_places where alert_id = $1)
     order by x.callers desc, x.place_id`, [alertId])
  return rows
}

/** Usual callers a day at places, for a topic and below it, over the days [from, until), as known on the night. */
export async function readUsualCallers(db: Queryable, cells: readonly { placeId: number, topicId: number, from: string, until: string }[], night: string): Promise<number[]> {
  if (cells.length === 0) return []
  const { rows } = await db.query<{ usual: number }>(statement('usual-callers'), [JSON.stringify(cells), night])
  return rows.map((row) => row.usual)
}

/** Of open alerts that a larger one held on their last night before, which it was. */
export async function readParentsThatHeld(db: Queryable, ids: readonly string[], night: string): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{ id: string, by: string | null }>(
    `select distinct on (alert_id) alert_id as id, case when held = 'inhibited' then held_by end as by from alert_routes
     where alert_id = any ($1::text[]) and night < $2 order by alert_id, night desc`, [ids, night])
  return new Map(rows.flatMap(({ id, by }) => (by === null ? [] : [[id, by] as const])))
}

/** Alerts that fell to the hotline's desk, as of their last night up to `night`, by place and family. */
export async function readDeskAlerts(db: Queryable, night: string): Promise<{ placeId: number, familyId: number, alerts: string[], suggestion: unknown }[]> {
  const { rows } = await db.query<{ placeId: number, familyId: number, alerts: string[], suggestion: unknown }>(
    `select n.place_id as "placeId", a.family_id as "familyId", array_agg(n.alert_id order by n.alert_id) as alerts,
            (array_agg(r.suggestion order by n.night desc, n.alert_id))[1] as suggestion
     from (select distinct on (alert_id) * from alert_nights where night <= $1 order by alert_id, night desc) as n
     join alerts a on a.id = n.alert_id
     left join alert_routes r on r.alert_id = n.alert_id and r.night = n.night
     where n.lead_reason = 'hotline_desk'
     group by 1, 2 order by count(*) desc, 1, 2`, [night])
  return rows
}

/** Units that led the alerts on nights before, and the last of them. */
export async function readLeadsBefore(db: Queryable, ids: readonly string[], night: string): Promise<Map<string, { last: number | null, all: number[] }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{ id: string, last: number | null, all: number[] }>(
    `select alert_id as id, (array_agg(lead_unit_id order by night desc))[1] as last, array_agg(distinct lead_unit_id) as all
     from alert_nights where alert_id = any ($1::text[]) and night < $2 group by 1`, [ids, night])
  return new Map(rows.map(({ id, ...leads }) => [id, leads]))
}
