/**
 * One cause in many places is one alert with a list of places: where within its area its callers are, how many are usual there,
 * and which alerts of their own are part of it.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { readUsualCallers } from '../../sql/routing.ts'
import type { AlertPlaceRow } from '../../sql/routing.ts'
import type { Queryable } from '../../sql/db.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import type { Evidence } from '../evidence.ts'
import { round } from '../signal-row.ts'

/** An area's callers are told by its streets: those of a city, of a district; deeper alerts by what lies right below. */
const LISTED_DEPTH = 2
/** Areas down to this depth have a list whether or not an alert stands in them. */
const AREA_DEPTH = 1
/** Most places of a list, and fewest callers of one. */
const MOST_PLACES = 30
const LEAST_CALLERS = 2
/** Days before the window that say what is usual. */
const USUAL_DAYS = 56

export interface WithPlaces {
  id: string
  place: PlaceRow
  parentId: string | null
  signal: { topicId: number, windowDays: number, observed: number, expected: number }
  cell: readonly number[]
}

/** Lists of alerts of cities and districts, and of all that are parents. */
export async function affectedPlaces(
  db: Queryable, { night, places }: { night: Day, places: ReadonlyMap<number, PlaceRow> }, alerts: readonly WithPlaces[], evidence: Pick<Evidence, 'day' | 'place' | 'caller'>,
): Promise<AlertPlaceRow[]> {
  const children = Map.groupBy(alerts.filter(({ parentId }) => parentId !== null), ({ parentId }) => parentId!)
  const found: (AlertPlaceRow & { cell: { placeId: number, topicId: number, from: string, until: string }, windowDays: number })[] = []
  for (const { id, place, signal: { topicId, windowDays }, cell } of alerts) {
    const parts = children.get(id) ?? []
    if (place.depth > AREA_DEPTH && parts.length === 0) continue
    const callers = callersByPlace(cell, evidence, night - windowDays, (at) => listedPlace(places.get(at)!, place))
    const listed = [...callers].filter(([, people]) => people.size >= LEAST_CALLERS)
      .sort(([a, x], [b, y]) => y.size - x.size || (places.get(a)!.path < places.get(b)!.path ? -1 : 1)).slice(0, MOST_PLACES)
    const rows = new Map(listed.map(([placeId, people]) => [placeId, { callers: people.size, childId: null as string | null }]))
    for (const part of parts) rows.set(part.place.id, { callers: part.signal.observed, childId: part.id })
    const until = formatDay(night - windowDays + 1)
    for (const [placeId, row] of rows) {
      found.push({ alertId: id, placeId, ...row, usual: null, cell: { placeId, topicId, from: formatDay(night - windowDays + 1 - USUAL_DAYS), until }, windowDays })
    }
  }
  const usual = await readUsualCallers(db, found.map(({ cell }) => cell), formatDay(night))
  return found.map(({ cell: _, windowDays, ...row }, i) => ({ ...row, usual: round(usual[i]! * windowDays, 1) }))
}

/** The ancestor that a list names; null for a ticket of which no more is known than the area itself. */
function listedPlace(place: PlaceRow, area: PlaceRow): number | null {
  const at = place.rollup[Math.max(area.depth + 1, LISTED_DEPTH)] ?? place.rollup.at(-1)!
  return at === area.id ? null : at
}

function callersByPlace(cell: readonly number[], evidence: Pick<Evidence, 'day' | 'place' | 'caller'>, after: Day, nameOf: (place: number) => number | null): Map<number, Set<number>> {
  const callers = new Map<number, Set<number>>()
  for (const at of cell) {
    if (evidence.day[at]! <= after) continue
    const place = nameOf(evidence.place[at]!)
    if (place === null) continue
    const people = callers.get(place)
    if (people) people.add(evidence.caller[at]!)
    else callers.set(place, new Set([evidence.caller[at]!]))
  }
  return callers
}
