/**
 * Who really closes such tickets? A suggestion with its confidence, from the last year's closed tickets that never came back, at the
 * smallest of street, district and city that has enough of them; refusals count against a unit. It suggests and never assigns.
 * Interval: Wilson (1927), JASA 22:209-212. docs/routing.md
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { wilson } from '../../models/learn/proportion.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { readClosed, saveRoutingCounts } from '../../sql/routing-counts.ts'
import type { ClosedRow } from '../../sql/routing-counts.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { readWeeks } from '../../sql/weekly-tables.ts'
import { lastSunday } from '../season/sundays.ts'
import { round } from '../signal-row.ts'

/** Weeks that a suggestion goes by. */
export const LEARNED_WEEKS = 52
/** Fewest closed tickets that say anything. */
export const LEAST_CLOSED = 20
/** A refusal weighs as many closed tickets of others. */
export const REFUSAL_WEIGHT = 10
/** Places deeper than streets have too few. */
const DEEPEST = 2

/** Keys are promised in docs/cli.md. */
export interface Suggestion {
  unit: string
  /** Tickets that the unit closed, of all that were closed there, refusals included with their weight. */
  closed: number
  of: number
  /** Wilson's 95 % interval of the share. */
  low: number
  high: number
  /** high: more likely than not, even at the lower end. */
  confidence: 'high' | 'low'
  /** Where they were counted. */
  place: string
  family: string
  /** Tickets that came back at least once, which are not counted. */
  returned: number
  /** How often the unit refused alerts there. */
  refusals: number
}

/** Refusals known by a night: place, family and unit of each. */
export interface RefusalFact { placeId: number, familyId: number, unitId: number }

/** Counts the Sundays that were not counted yet, and the night's own if it is one. @returns how many */
export async function refreshRoutingCounts(db: Db, night: Day): Promise<number> {
  const last = lastSunday(night)
  const first = last - 7 * (LEARNED_WEEKS - 1)
  const there = await readWeeks(db, 'routing_counts', formatDay(first), formatDay(last))
  const missing: string[] = []
  for (let sunday = first; sunday <= last; sunday += 7) if (sunday === night || !there.has(formatDay(sunday))) missing.push(formatDay(sunday))
  if (missing.length > 0) await db.transaction((client) => saveRoutingCounts(client, missing))
  return missing.length
}

export interface Learned { of(placeId: number, familyId: number): Suggestion | null }

/** Suggestions for places and families, read at once. */
export async function readLearned(
  db: Queryable, night: Day, cells: readonly { placeId: number, familyId: number }[], refusals: readonly RefusalFact[],
  { places, topics, nameOf }: { places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, nameOf(unitId: number): string },
): Promise<Learned> {
  const asked = new Map<string, { placeId: number, familyId: number }>()
  for (const { placeId, familyId } of cells) for (const at of levels(places.get(placeId)!)) asked.set(`${at}/${familyId}`, { placeId: at, familyId })
  const last = lastSunday(night)
  const rows = await readClosed(db, [...asked.values()], formatDay(last - 7 * (LEARNED_WEEKS - 1)), formatDay(last))
  const closed = Map.groupBy(rows, (row) => `${row.placeId}/${row.familyId}`)
  const refused = Map.groupBy(refusals.flatMap((one) => (places.get(one.placeId)?.rollup ?? []).slice(0, DEEPEST + 1).map((at) => `${at}/${one.familyId}/${one.unitId}`)), (key) => key)
  const known = new Map<string, Suggestion | null>()
  const suggested = (at: number, familyId: number): Suggestion | null => {
    const key = `${at}/${familyId}`
    if (!known.has(key)) {
      const best = suggest(closed.get(key) ?? [], (unitId) => refused.get(`${key}/${unitId}`)?.length ?? 0, nameOf)
      known.set(key, best && { ...best, place: places.get(at)!.path, family: topics.get(familyId)!.path })
    }
    return known.get(key)!
  }
  return {
    of: (placeId, familyId) => {
      for (const at of levels(places.get(placeId)!).toReversed()) {
        const best = suggested(at, familyId)
        if (best) return best
      }
      return null
    },
  }
}

/** Of the units that closed tickets of one place and family, the one with the highest lower end; null where too few were closed. */
export function suggest(rows: readonly Pick<ClosedRow, 'unitId' | 'closed' | 'returned'>[], refusalsOf: (unitId: number) => number, nameOf: (unitId: number) => string): Omit<Suggestion, 'place' | 'family'> | null {
  const all = rows.reduce((sum, row) => sum + row.closed, 0)
  if (all < LEAST_CLOSED) return null
  const returned = rows.reduce((sum, row) => sum + row.returned, 0)
  const [best] = rows.filter(({ closed }) => closed > 0).map(({ unitId, closed }) => {
    const refusals = refusalsOf(unitId)
    const of = all + REFUSAL_WEIGHT * refusals
    const [low, high] = wilson({ good: closed, of })
    return { unit: nameOf(unitId), closed, of, low: round(low), high: round(high), confidence: low >= 0.5 ? 'high' as const : 'low' as const, returned, refusals }
  }).sort((a, b) => b.low - a.low || (a.unit < b.unit ? -1 : 1))
  return best ?? null
}

/** Ids from the city down to the street. */
function levels(place: PlaceRow): number[] {
  return place.rollup.slice(0, DEEPEST + 1)
}
