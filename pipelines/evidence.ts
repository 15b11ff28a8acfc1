/**
 * The tickets behind a night's candidates: read once, asked many times how many different people they come from.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import type { Queryable } from '../sql/db.ts'
import { readRecentTickets } from '../sql/recent.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'

/** Longest window of a detector, in days. */
export const EVIDENCE_DAYS = 56

/** Columns of the tickets of the last `EVIDENCE_DAYS` days as known on the night, in order of day. */
export interface Evidence {
  length: number
  day: Int32Array
  /** Day on which we learned of it. */
  known: Int32Array
  place: Int32Array
  topic: Int32Array
  /** The same number for the same person; a ticket without caller has a number of its own. */
  caller: Int32Array
  /** 1 where the source told no caller. */
  anonymous: Uint8Array
  /** 'source/number' of a ticket. */
  ticket(at: number): string
  /** Positions of the tickets at or below a place and topic. */
  cell(place: number, topic: number): number[]
}

/** @param cellPlaces @param cellTopics  nodes whose cells will be asked for; tickets outside all of them are not read */
export async function readEvidence(
  db: Queryable, night: Day, cellPlaces: number[], cellTopics: number[], places: Map<number, PlaceRow>, topics: Map<number, TopicRow>,
): Promise<Evidence> {
  const below = (nodes: number[], tree: Map<number, { id: number, rollup: number[] }>): number[] => {
    const wanted = new Set(nodes)
    return [...tree.values()].filter((node) => node.rollup.some((id) => wanted.has(id))).map((node) => node.id)
  }
  const rows = cellPlaces.length === 0 ? [] : await readRecentTickets(
    db, formatDay(night + 1 - EVIDENCE_DAYS), formatDay(night), formatDay(night), below(cellPlaces, places), below(cellTopics, topics))
  const n = rows.length
  const day = new Int32Array(n)
  const known = new Int32Array(n)
  const place = new Int32Array(n)
  const topic = new Int32Array(n)
  const caller = new Int32Array(n)
  const anonymous = new Uint8Array(n)
  const people = new Map<string, number>()
  const byPlace = new Map<number, number[]>()
  rows.forEach((row, i) => {
    day[i] = row.day
    known[i] = row.known
    place[i] = row.place
    topic[i] = row.topic
    let number = row.caller === null ? undefined : people.get(row.caller)
    if (number === undefined) {
      number = i
      if (row.caller !== null) people.set(row.caller, i)
    }
    caller[i] = number
    anonymous[i] = row.caller === null ? 1 : 0
    for (const id of places.get(row.place)!.rollup) {
      const list = byPlace.get(id)
      if (list) list.push(i)
      else byPlace.set(id, [i])
    }
  })
  return {
    length: n, day, known, place, topic, caller, anonymous,
    ticket: (at) => `${rows[at]!.source}/${rows[at]!.no}`,
    cell: (p, t) => (byPlace.get(p) ?? []).filter((i) => topics.get(topic[i]!)!.rollup.includes(t)),
  }
}

/** Different people among the tickets after `day`, exclusive. */
export function callersWithin(evidence: Evidence, cell: readonly number[], day: Day): number {
  const callers = new Set<number>()
  for (const at of cell) if (evidence.day[at]! > day) callers.add(evidence.caller[at]!)
  return callers.size
}
