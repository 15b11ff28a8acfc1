/**
 * Episodes of a city that has no labels: surges of the counts as they are known at the end, each at the deepest place that explains it,
 * with 20 distinct callers at least.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { findSurges, SURGE_RULE } from '../../models/evaluate/surges.ts'
import type { Db } from '../../sql/db.ts'
import { readTicketsBySpan } from '../../sql/scorecard.ts'
import type { EpisodeTicketRow } from '../../sql/scorecard.ts'
import type { FamilyCounts } from '../../sql/scorecard-counts.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import type { Label } from './labels.ts'

interface Candidate { place: PlaceRow, family: number, from: Day, until: Day, expected: number }

/**
 * Surges that begin on a night of [from, until) and last at least until then.
 *
 * @param rows  counts of the days before and in the range
 */
export async function defineSurges(
  db: Db, rows: FamilyCounts, from: Day, until: Day, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): Promise<Label[]> {
  const candidates = findCandidates(rows, until, places).filter((surge) => surge.from >= from)
  const spans = candidates.map((surge, i) => ({ i, placeId: surge.place.id, topicId: surge.family, from: formatDay(surge.from), until: formatDay(surge.until) }))
  const tickets: EpisodeTicketRow[][] = candidates.map(() => [])
  for (const row of await readTicketsBySpan(db, spans)) tickets[row.i]!.push(row)
  const kept: { surge: Candidate, tickets: EpisodeTicketRow[] }[] = []
  const taken = new Set<string>()
  // The deepest first: what a place below explains is not a surge of the place above as well.
  const order = [...candidates.keys()].sort((a, b) => candidates[b]!.place.depth - candidates[a]!.place.depth || a - b)
  for (const i of order) {
    const surge = candidates[i]!
    const left = tickets[i]!.filter((ticket) => !taken.has(ticket.ticketNo))
    const callers = new Set(left.map((ticket) => ticket.caller ?? ticket.ticketNo)).size
    if (callers < SURGE_RULE.callers || callers < SURGE_RULE.ratio * surge.expected) continue
    for (const ticket of left) taken.add(ticket.ticketNo)
    kept.push({ surge, tickets: left })
  }
  kept.sort((a, b) => a.surge.from - b.surge.from || compare(a.surge.place.path, b.surge.place.path) || compare(topics.get(a.surge.family)!.path, topics.get(b.surge.family)!.path))
  return kept.map(({ surge, tickets: own }, i) => ({
    id: `surge-${String(i + 1).padStart(3, '0')}`, kind: surge.place.kind, wanted: true, from: surge.from, until: surge.until,
    places: [surge.place.rollup.map((id) => places.get(id)!.name)], topics: [topics.get(surge.family)!.rollup.slice(1).map((id) => topics.get(id)!.name)],
    ticketNos: own.map((ticket) => ticket.ticketNo),
  }))
}

/** In the order of the streams' first rows. O(rows + series with enough callers * days). */
function findCandidates(rows: FamilyCounts, until: Day, places: ReadonlyMap<number, PlaceRow>): Candidate[] {
  let first = until
  const total = new Map<number, number>()
  const keyAt = (i: number): number => rows.place[i]! * 65536 + rows.family[i]!
  for (let i = 0; i < rows.length; i++) {
    first = Math.min(first, rows.day[i]!)
    total.set(keyAt(i), (total.get(keyAt(i)) ?? 0) + rows.callers[i]!)
  }
  const daily = new Map<number, Uint16Array>()
  for (let i = 0; i < rows.length; i++) {
    const key = keyAt(i)
    if (total.get(key)! < SURGE_RULE.callers) continue
    let row = daily.get(key)
    if (row === undefined) daily.set(key, row = new Uint16Array(until - first))
    row[rows.day[i]! - first]! += rows.callers[i]!
  }
  return [...daily].sort((a, b) => a[0] - b[0]).flatMap(([key, counts]) => {
    const place = places.get(Math.floor(key / 65536))!
    return findSurges(counts).map((surge) => ({ place, family: key % 65536, from: first + surge.from, until: first + surge.until, expected: surge.expected }))
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
