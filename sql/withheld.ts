/**
 * Row functions of what units are not told of: alerts that were held or exceed a budget, and signals that became no alert.
 */
import type { Queryable } from './db.ts'

export interface WithheldRow {
  id: string
  kind: string
  level: string
  placeId: number
  topicId: number
  leadUnit: string | null
  observed: number
  expected: number
  windowDays: number
  rank: number
  held: 'silenced' | 'inhibited' | 'snoozed' | 'merged' | null
  heldBy: string | null
  withinBudget: boolean
  firstNight: string
}

/** Of the night's alerts those that nobody was told of, in the order of their ranks. */
export async function readWithheld(db: Queryable, night: string): Promise<WithheldRow[]> {
  const { rows } = await db.query<WithheldRow & Record<string, unknown>>(
    `select n.alert_id as id, a.kind, n.level, n.place_id as "placeId", n.topic_id as "topicId", u.name as "leadUnit", n.observed, n.expected, n.window_days as "windowDays", n.rank,
            r.held, r.held_by as "heldBy", n.within_budget as "withinBudget", (select min(f.night) from alert_nights f where f.alert_id = a.id) as "firstNight"
     from alert_nights n
     join alerts a on a.id = n.alert_id
     left join alert_routes r on r.alert_id = n.alert_id and r.night = n.night
     left join units u on u.id = coalesce(n.lead_unit_id, a.lead_unit_id)
     where n.night = $1 and (r.held is not null or not n.within_budget)
     order by n.rank, n.alert_id`, [night])
  return rows
}

export interface LostSignalRow { placeId: number, topicId: number, verdict: string, observed: number, expected: number, windowDays: number, recurrenceDays: number }

/** Signals of the night at places and families without an alert on it, the rarest first. */
export async function readLostSignals(db: Queryable, night: string): Promise<LostSignalRow[]> {
  const { rows } = await db.query<LostSignalRow & Record<string, unknown>>(
    `select s.place_id as "placeId", s.topic_id as "topicId", s.verdict, s.observed, s.expected, s.window_days as "windowDays", s.recurrence_days as "recurrenceDays"
     from signals s join topics o on o.id = s.topic_id
     where s.night = $1 and not exists (
       select 1 from alert_nights n join alerts a on a.id = n.alert_id
       where n.night = s.night and n.place_id = s.place_id and a.family_id = coalesce(o.family_id, o.id) and a.kind <> 'seasonal')
     order by s.recurrence_days desc, s.place_id, s.topic_id`, [night])
  return rows
}

export interface RatedNightRow {
  id: string
  level: string
  placeId: number
  topicId: number
  leadUnit: string | null
  observed: number
  expected: number
  windowDays: number
  recurrenceDays: number
  verdict: 'alert' | 'watch' | null
  facts: unknown
}

/** The night's alerts of signals with what the level rules saw of them. */
export async function readRatedNights(db: Queryable, night: string): Promise<RatedNightRow[]> {
  const { rows } = await db.query<RatedNightRow & Record<string, unknown>>(
    `select n.alert_id as id, n.level, n.place_id as "placeId", n.topic_id as "topicId", u.name as "leadUnit", n.observed, n.expected, n.window_days as "windowDays",
            n.recurrence_days as "recurrenceDays", n.why->>'verdict' as verdict, f.facts
     from alert_nights n
     join alerts a on a.id = n.alert_id and a.kind <> 'seasonal'
     join alert_facts f on f.alert_id = n.alert_id and f.night = n.night
     left join units u on u.id = coalesce(n.lead_unit_id, a.lead_unit_id)
     where n.night = $1 order by n.rank, n.alert_id`, [night])
  return rows
}
