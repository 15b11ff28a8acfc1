/**
 * Per episode that somebody should be told of: was it, by whom of its callers, and how long before it was large?
 */
import { formatDay } from '../../core/days.ts'
import { deadlineOf, knownBy, nightOf } from '../../models/evaluate/episode-course.ts'
import { measureLineage } from '../../models/evaluate/lineage.ts'
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
}

export function describeSurges(episodes: readonly Episode[], { alerts, mentions }: Attributed, places: ReadonlyMap<number, PlaceRow>): SurgeRow[] {
  return episodes.flatMap((episode, e) => (episode.wanted ? [describe(episode, mentions[e]!, alerts.map((alert) => alert.id), places)] : []))
}

function describe(episode: Episode, mentions: readonly Mention[], ids: readonly string[], places: ReadonlyMap<number, PlaceRow>): SurgeRow {
  const { course } = episode
  const first = mentions[0]
  const deadline = deadlineOf(course, IN_TIME_CALLER)
  const inTime = (told: (mention: Mention) => boolean): boolean => mentions.some((mention) => told(mention) && mention.night <= deadline)
  const lead = (night: number): number | null => (first === undefined || Number.isNaN(night) ? null : night - first.night)
  const date = (night: number): string | null => (Number.isNaN(night) ? null : formatDay(night))
  const lineage = measureLineage(mentions.map((mention) => mention.night), mentions.map((mention) => mention.alert))
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
