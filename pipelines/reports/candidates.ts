/**
 * Candidates for the problem of the month (每月一题): topics that last, trouble many people at many places, and are seldom solved.
 */
import type { CellRow, MonthRow } from '../../sql/reports.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { round } from '../signal-row.ts'
import { ALL_TOPICS, EVERYWHERE, topicPath } from './cells.ts'
import type { Cells } from './cells.ts'
import { FEWEST_CALLERS } from './document.ts'
import type { CandidateEntry } from './document.ts'

/** Months looked back on, share of them with callers, and share of streets from which on a topic lasts and is widespread. */
export const CANDIDATE_MONTHS = 12
const LASTING = 0.75
const WIDESPREAD = 0.2
/** Answers as strong as a topic's own, with which its share leans on that of all. */
const LEANING = 20
/** Fewer answers tell nothing of a topic. */
const FEWEST_ANSWERS = 10
const MOST = 20

export function listCandidates(
  rows: readonly CellRow[], months: readonly MonthRow[], cells: Cells, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): CandidateEntry[] {
  const streets = [...places.values()].filter((place) => place.depth === 2)
  const ofMonths = new Set(months.map((row) => row.month)).size
  const lasting = Map.groupBy(months.filter((row) => row.callers >= FEWEST_CALLERS), (row) => row.topic)
  const spread = new Map<number, number>()
  for (const row of rows) if (row.callers > 0 && places.get(row.area)?.depth === 2) spread.set(row.topic, (spread.get(row.topic) ?? 0) + 1)
  const all = cells.row(EVERYWHERE, ALL_TOPICS)
  const base = all && all.judged >= FEWEST_ANSWERS ? all.unsolved / all.judged : null
  const families = rows.filter((row) => row.area === EVERYWHERE && topics.get(row.topic)?.familyId === row.topic)
  const found = families.flatMap((row): CandidateEntry[] => {
    const { callers } = cells.topic(row.topic).now
    const [inMonths, inPlaces] = [lasting.get(row.topic)?.length ?? 0, spread.get(row.topic) ?? 0]
    if (typeof callers !== 'number' || callers === 0 || inMonths < LASTING * ofMonths || inPlaces < WIDESPREAD * streets.length) return []
    return [{
      topic: row.topic, path: topicPath(topics, row.topic), callers, places: inPlaces, ofPlaces: streets.length, months: inMonths, ofMonths,
      unsolved: row.judged >= FEWEST_ANSWERS ? round(row.unsolved / row.judged, 3) : null, judged: row.judged,
      score: base === null ? null : round(callers * (row.unsolved + LEANING * base) / (row.judged + LEANING), 1),
    }]
  })
  return found.sort((a, b) => (b.score ?? b.callers) - (a.score ?? a.callers) || a.topic - b.topic).slice(0, MOST)
}
