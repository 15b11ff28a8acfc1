/**
 * Episodes as they are scored: a label with its tickets as the nights that ran came to know them.
 */
import { formatDay, lowerBound } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { courseOf } from '../../models/evaluate/episode-course.ts'
import type { EpisodeCourse } from '../../models/evaluate/episode-course.ts'
import type { Queryable } from '../../sql/db.ts'
import { readTicketsByNumber, readTicketsBySpan } from '../../sql/scorecard.ts'
import type { EpisodeTicketRow, TicketSpan } from '../../sql/scorecard.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import type { Label } from './labels.ts'

/** Why an episode is not asked whether it was told in time. */
export type Unjudged = '' | 'began_before' | 'fifth_after' | 'no_tickets'

export interface Episode extends Label {
  /** Tickets known by the last night; `known` is the first night that ran and knew of it. */
  tickets: EpisodeTicketRow[]
  course: EpisodeCourse
  /** Its places and families, as ids. */
  placeIds: number[]
  familyIds: number[]
  unjudged: Unjudged
}

/** The caller by which it should be told, and from how many tickets on it counts as a cluster. */
export const IN_TIME_CALLER = 5
export const CLUSTER_TICKETS = 20

/**
 * @param nights  nights that ran, ascending
 */
export async function readEpisodes(
  db: Queryable, labels: readonly Label[], nights: readonly Day[], places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): Promise<Episode[]> {
  const byPath = <Row extends { id: number, path: string }>(rows: ReadonlyMap<number, Row>): Map<string, number> => new Map([...rows.values()].map((row) => [row.path, row.id]))
  const placeOf = byPath(places)
  const topicOf = byPath(topics)
  const placeIds = labels.map((label) => label.places.map((names) => placeOf.get(names.join('›'))).filter((id) => id !== undefined))
  const topicIds = labels.map((label) => label.topics.map((names) => topicOf.get(names.join('›'))).filter((id) => id !== undefined))
  const rows = await ticketsOf(db, labels, placeIds, topicIds)
  const nextNight = (known: Day): Day | undefined => nights[lowerBound(nights, known)]
  return labels.map((label, i) => {
    const tickets = rows[i]!.flatMap((row) => {
      const known = nextNight(row.known)
      return known === undefined ? [] : [{ ...row, known }]
    })
    const callers = new Map<string, number>()
    const course = courseOf({
      day: Int32Array.from(tickets, (row) => row.day), known: Int32Array.from(tickets, (row) => row.known),
      caller: Int32Array.from(tickets, ({ caller }) => {
        if (caller === null) return -1
        if (!callers.has(caller)) callers.set(caller, callers.size)
        return callers.get(caller)!
      }),
    })
    const beganBefore = rows[i]!.some((row) => row.known < nights[0]!)
    const unjudged: Unjudged = tickets.length === 0 ? 'no_tickets' : beganBefore ? 'began_before'
      : isCutOff(label, course, nights, rows[i]!.length > tickets.length) ? 'fifth_after' : ''
    return { ...label, tickets, course, placeIds: placeIds[i]!, familyIds: topicIds[i]!.map((id) => topics.get(id)!.familyId ?? id), unjudged }
  })
}

/** Fewer than five callers so far, and more may come after the last night. */
function isCutOff(label: Label, course: EpisodeCourse, nights: readonly Day[], more: boolean): boolean {
  return course.callerNights.length < IN_TIME_CALLER && (more || label.until > nights.at(-1)! + 1)
}

async function ticketsOf(db: Queryable, labels: readonly Label[], placeIds: number[][], topicIds: number[][]): Promise<EpisodeTicketRow[][]> {
  const out: EpisodeTicketRow[][] = labels.map(() => [])
  const owner = new Map(labels.flatMap((label, i) => label.ticketNos.map((no) => [no, i] as const)))
  for (const row of await readTicketsByNumber(db, [...owner.keys()])) out[owner.get(row.ticketNo)!]!.push(row)
  const spans: TicketSpan[] = labels.flatMap((label, i) => (label.ticketNos.length > 0 ? [] : placeIds[i]!.flatMap((placeId) => topicIds[i]!.map((topicId) => (
    { i, placeId, topicId, from: formatDay(label.from), until: formatDay(label.until) })))))
  for (const row of await readTicketsBySpan(db, spans)) out[row.i]!.push(row)
  return out
}
