/**
 * Per episode that somebody should be told of: was it, by whom of its callers, and how long before it was large?
 */
import { formatDay } from '../../core/days.ts'
import { deadlineOf, knownBy, nightOf } from '../../models/evaluate/episode-course.ts'
import { measureLineage } from '../../models/evaluate/lineage.ts'
import type { Queryable } from '../../sql/db.ts'
import { readStrongestSignals } from '../../sql/scorecard.ts'
import type { TicketSpan } from '../../sql/scorecard.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import type { Attributed, Mention } from './attributed.ts'
import { CLUSTER_TICKETS, IN_TIME_CALLER } from './episodes.ts'
import type { Episode, Unjudged } from './episodes.ts'

/** One row of the table of surges; nights as dates, leads in days, null where there is no such ticket or no alert. */
export interface SurgeRow {
  id: string
  kind: string
  /** The first of its places, from the city down, and of its topics. */
  place: string[]
  topic: string[]
  /** First day and last day. */
  from: string
  until: string
  tickets: number
  callers: number
  /** At least 20 tickets by the last night. */
  cluster: boolean
  /** Why it is not asked whether it was told in time; empty where it is. */
  unjudged: Unjudged
  found: boolean
  in_time: boolean
  /** Told above blue, and within the unit's budget, by the same caller. */
  in_time_above_blue: boolean
  in_time_sent: boolean
  first_alert: string | null
  alert_id: string | null
  level: string | null
  /** Tickets and distinct callers known on that night. */
  ticket_number: number | null
  caller_number: number | null
  fifth_caller: string | null
  twentieth_ticket: string | null
  peak: string | null
  lead_10: number | null
  lead_20: number | null
  lead_50: number | null
  lead_peak: number | null
  lineage_nights: number
  lineage_agreeing: number
  alerts: number
  /** What the nights knew until the fifth caller, where no alert was opened by then. */
  strongest_signal: SeenSignal | null
}

/** The strongest signal at, above or below the place of a surge, of its family. */
export interface SeenSignal {
  night: string
  place: string[]
  topic: string[]
  verdict: string
  callers: number
  expected: number
  window_days: number
  recurrence_days: number
}

/** @param signals  the strongest of each episode that was not told in time */
export function describeSurges(
  episodes: readonly Episode[], { alerts, mentions }: Attributed, places: ReadonlyMap<number, PlaceRow>, signals: ReadonlyMap<number, SeenSignal> = new Map(),
): SurgeRow[] {
  const ids = alerts.map((alert) => alert.id)
  return episodes.flatMap((episode, e) => (episode.wanted ? [{ ...describe(episode, mentions[e]!, ids, places), strongest_signal: signals.get(e) ?? null }] : []))
}

/** The strongest signals of episodes that were not told by their fifth caller, by position. */
export async function readMissedSignals(db: Queryable, episodes: readonly Episode[], { mentions }: Attributed): Promise<Map<number, SeenSignal>> {
  const spans = episodes.flatMap((episode, i): TicketSpan[] => {
    const deadline = deadlineOf(episode.course, IN_TIME_CALLER)
    if (!episode.wanted || episode.unjudged !== '' || mentions[i]!.some((mention) => mention.night <= deadline)) return []
    const from = formatDay(nightOf(episode.course.ticketNights, 1))
    const cells = new Set(episode.placeIds.flatMap((place) => episode.familyIds.map((family) => `${place}/${family}`)))
    return [...cells].map((cell) => {
      const [placeId, topicId] = cell.split('/').map(Number) as [number, number]
      return { i, placeId, topicId, from, until: formatDay(deadline + 1) }
    })
  })
  return new Map((await readStrongestSignals(db, spans)).map((row) => [row.i, {
    night: row.night, place: row.place.split('›'), topic: row.topic.split('›'), verdict: row.verdict, callers: row.callers, expected: row.expected,
    window_days: row.windowDays, recurrence_days: row.recurrenceDays,
  }]))
}

function describe(episode: Episode, mentions: readonly Mention[], ids: readonly string[], places: ReadonlyMap<number, PlaceRow>): Omit<SurgeRow, 'strongest_signal'> {
  const { course } = episode
  const first = mentions[0]
  const deadline = deadlineOf(course, IN_TIME_CALLER)
  const inTime = (told: (mention: Mention) => boolean): boolean => mentions.some((mention) => told(mention) && mention.night <= deadline)
  const lead = (night: number): number | null => (first === undefined || Number.isNaN(night) ? null : night - first.night)
  const date = (night: number): string | null => (Number.isNaN(night) ? null : formatDay(night))
  const lineage = measureLineage(mentions.map((mention) => mention.night), mentions.map((mention) => mention.lineage))
  return {
    id: episode.id, kind: episode.kind, place: placeNames(episode, places), topic: episode.topics[0] ?? [],
    from: formatDay(episode.from), until: formatDay(episode.until - 1),
    tickets: course.ticketNights.length, callers: course.callerNights.length, cluster: course.ticketNights.length >= CLUSTER_TICKETS,
    unjudged: episode.unjudged, found: first !== undefined,
    in_time: inTime(() => true), in_time_above_blue: inTime((mention) => mention.level !== 'blue'),
    in_time_sent: inTime((mention) => mention.level !== 'blue' && mention.withinBudget),
    first_alert: first ? formatDay(first.night) : null, alert_id: first ? ids[first.alert]! : null, level: first?.level ?? null,
    ticket_number: first ? knownBy(course.ticketNights, first.night) : null, caller_number: first ? knownBy(course.callerNights, first.night) : null,
    fifth_caller: date(deadline), twentieth_ticket: date(nightOf(course.ticketNights, CLUSTER_TICKETS)), peak: date(course.peak),
    lead_10: lead(nightOf(course.ticketNights, 10)), lead_20: lead(nightOf(course.ticketNights, CLUSTER_TICKETS)),
    lead_50: lead(nightOf(course.ticketNights, 50)), lead_peak: lead(course.peak),
    lineage_nights: lineage.nights, lineage_agreeing: lineage.agreeing, alerts: lineage.alerts,
  }
}

/** The label's own words; of an episode known by its tickets alone, the place of the first. */
function placeNames(episode: Episode, places: ReadonlyMap<number, PlaceRow>): string[] {
  const first = episode.places[0]
  if (first) return first
  const place = places.get(episode.tickets[0]?.placeId ?? -1)
  return place ? place.rollup.map((id) => places.get(id)!.name) : []
}
