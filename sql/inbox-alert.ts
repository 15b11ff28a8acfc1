/**
 * One alert as its page shows it: where it stands, how it grew night by night, who called through what, where its tickets lie, what was said, and what
 * became of others like it. Each statement reads one alert by its keys.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface AlertHead {
  id: string
  kind: string
  level: string
  withheld: string | null
  place: string
  topic: string
  placeId: number
  topicId: number
  households: number | null
  lng: number | null
  lat: number | null
  /** The mean of tickets, which may be one person's door. */
  centreFromTickets: boolean
  firstNight: string
  lastNight: string
  parentId: string | null
  leadReason: string
  dueOn: string | null
  dueAt: number | null
  dueClock: string | null
  timeZone: string
  tickets: number
  callers: number
  observed: number
  expected: number
  upper: number
  windowDays: number
  recurrenceDays: number
  why: Record<string, unknown>
}

/** Undefined where no alert has the id, or the reader may not see it. */
export async function readAlertHead(db: Queryable, id: string): Promise<AlertHead | undefined> {
  return (await db.query<AlertHead & Record<string, unknown>>(statement('inbox-alert-head'), [id])).rows[0]
}

/** Tickets and callers of the alert by night, as it grew; oldest first. */
export interface GrowthRow { night: string, level: string, tickets: number, callers: number, observed: number, expected: number }

export async function readGrowth(db: Queryable, id: string): Promise<GrowthRow[]> {
  const { rows } = await db.query<GrowthRow & Record<string, unknown>>(
    'select night, level, tickets, callers, observed, expected from (select * from alert_nights where alert_id = $1 order by night desc limit 90) as n order by night', [id])
  return rows
}

/** Of the alert's tickets: how they came, and by how many people. `top` is the most tickets of one caller; known callers alone. */
export interface CallerFacts { tickets: number, callers: number, anonymous: number, repeats: number, top: number, many: number, channels: { name: string, tickets: number }[] }

/** A cell of the map: tickets near a grid point, and the first night on which it had any. */
export interface MapCell { lng: number, lat: number, tickets: number, callers: number, first: string }

/** Places below the alert's in which its tickets lie, by night of the first; those of too few callers are counted together under null. */
export interface PlaceGrowth { place: string | null, tickets: number, callers: number, first: string }

export interface SampleRow { day: string, title: string | null, content: string | null, channel: string | null }

/** What the page tells of an alert's tickets, read once. */
export interface TicketFacts {
  callers: CallerFacts
  /** Cells of fewer callers than asked are left out. */
  cells: MapCell[]
  places: PlaceGrowth[]
  /** Redacted texts, one a caller, evenly from the first to the last; none where fewer callers may be quoted than asked. */
  samples: SampleRow[]
  /** Numbers, to answer them in the hotline's own system; secret ones are left out. */
  numbers: string[]
}

/** @param fewest distinct callers of whatever is shown @param most texts */
export async function readTicketFacts(db: Queryable, id: string, fewest: number, most: number): Promise<TicketFacts> {
  return (await db.query<TicketFacts & Record<string, unknown>>(statement('inbox-alert-tickets'), [id, fewest, most])).rows[0]!
}

export interface SimilarRow {
  id: string
  level: string
  state: string
  place: string
  firstNight: string
  lastNight: string
  tickets: number
  callers: number
  samePlace: boolean
  struckOffOn: string | null
  returned: boolean
  finding: string | null
  /** What its unit said was done, the latest; null where nobody wrote. */
  helped: string | null
  helpedBy: string | null
}

/** Five earlier alerts of the family that are over or were handled, nearest in the tree of places first, then the latest. */
export async function readSimilar(db: Queryable, id: string): Promise<SimilarRow[]> {
  return (await db.query<SimilarRow & Record<string, unknown>>(statement('inbox-alert-similar'), [id])).rows
}

export interface NoticeLine { night: string, reason: string, unit: string | null, status: string, error: string | null, at: Date | null, deliveredAt: Date | null }

/** Who was told what when; latest first. */
export async function readNoticeLines(db: Queryable, id: string): Promise<NoticeLine[]> {
  const { rows } = await db.query<NoticeLine & Record<string, unknown>>(
    `select n.night, n.reason, u.name as unit, n.status, n.error, n.created_at as at, n.delivered_at as "deliveredAt" from notices n left join units u on u.id = n.unit_id
     where n.alert_id = $1 order by coalesce(n.created_at, n.night::timestamptz) desc, n.id limit 60`, [id])
  return rows
}

/** Days ahead as forecast on the night, oldest first. */
export async function readComingDays(db: Queryable, night: string, placeId: number, topicId: number): Promise<{ day: string, q10: number, q25: number, q50: number, q75: number, q90: number }[]> {
  const { rows } = await db.query<{ day: string, q10: number, q25: number, q50: number, q75: number, q90: number }>(
    'select day, q10, q25, q50, q75, q90 from forecast_days where night = $1 and place_id = $2 and topic_id = $3 order by day limit 28', [night, placeId, topicId])
  return rows
}

/** Alerts that this one may be merged with: open ones of the family nearby, or of the same place; the busiest first. */
export async function readNeighboursOf(db: Queryable, id: string): Promise<{ id: string, level: string, place: string, topic: string, callers: number }[]> {
  const { rows } = await db.query<{ id: string, level: string, place: string, topic: string, callers: number }>(
    `with own as materialized (
       select o.alert_id, o.family_id, o.place_id, array(select q.id from places h join places q on h.rollup[2] = any (q.rollup) or q.id = any (h.rollup) where h.id = o.place_id) as near
       from inbox_items o where o.alert_id = $1
     )
     select i.alert_id as id, i.level, p.path as place, t.path as topic, n.callers
     from own o join inbox_items i on i.open and i.alert_id <> o.alert_id and (i.family_id = o.family_id and i.place_id = any (o.near) or i.place_id = o.place_id)
     join places p on p.id = i.place_id join topics t on t.id = i.topic_id left join alert_nights n on n.alert_id = i.alert_id and n.night = i.last_night
     order by i.place_id = o.place_id desc, n.callers desc nulls last, i.alert_id limit 20`, [id])
  return rows
}

/** Every unit's name, for lists to choose from. */
export async function readUnitChoices(db: Queryable): Promise<string[]> {
  return (await db.query<{ name: string }>('select name from units order by name')).rows.map(({ name }) => name)
}

/** Names of places in a frame of degrees, the largest first, so that a map can be read. */
export async function readPlacesIn(db: Queryable, frame: { west: number, east: number, south: number, north: number }): Promise<{ name: string, lng: number, lat: number, depth: number }[]> {
  const { rows } = await db.query<{ name: string, lng: number, lat: number, depth: number }>(
    `select name, lng, lat, depth::int from places where lng between $1 and $2 and lat between $3 and $4 and not centre_from_tickets order by depth, id limit 120`, [frame.west, frame.east, frame.south, frame.north])
  return rows
}

/** The alert's 90 days as of its last night, oldest first. */
export async function readDays(db: Queryable, id: string): Promise<{ day: string, observed: number | null, expected: number | null, upper: number | null }[]> {
  const { rows } = await db.query<{ day: string, observed: number | null, expected: number | null, upper: number | null }>(
    'select day, observed, expected, upper from alert_series where alert_id = $1 order by day', [id])
  return rows
}

/** What nights saw of the alert, oldest first. */
export async function readNightEvents(db: Queryable, id: string): Promise<NightEventRow[]> {
  return (await db.query<NightEventRow & Record<string, unknown>>('select night, kind, before, after from alert_events where alert_id = $1 order by night, kind', [id])).rows
}

export interface NightEventRow { night: string, kind: string, before: string | null, after: string | null }

/** Known events over the alert's series, on the days [from, until). */
export async function readEventsOver(db: Queryable, placeId: number, topicId: number, night: string): Promise<{ from: string, until: string, note: string }[]> {
  const { rows } = await db.query<{ from: string, until: string, note: string }>(
    `select e.from_on as "from", e.until_on as "until", e.note from known_events e
     where e.place_id = any ((select rollup from places where id = $1)::int[]) and e.topic_id = any ((select rollup from topics where id = $2)::int[])
       and e.known_on <= $3::date and e.from_on <= $3::date and e.until_on > $3::date - 89 order by e.from_on, e.id limit 20`, [placeId, topicId, night])
  return rows
}
