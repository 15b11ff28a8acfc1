/**
 * Classes of places by 52 weeks that end with the night: all topics together, and each of the busiest families.
 */
import { classifyPlaces, HOT_CLASSES } from '../../models/hotspot/emerging.ts'
import type { EmergingPlace, HotClass, PlaceClass } from '../../models/hotspot/emerging.ts'
import { gabrielGraph } from '../../models/scan/adjacency.ts'
import type { Queryable } from '../../sql/db.ts'
import { readReportWeeks } from '../../sql/reports.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { round } from '../signal-row.ts'
import { ALL_TOPICS, placePath, topicPath } from './cells.ts'
import type { HotEntry } from './document.ts'

export const WEEKS = 52
const DEEPEST = 2
const FEWEST_PLACES = 4

export interface HotPlaces {
  depth: number
  located: number
  /** Weeks that the store holds, at most 52. */
  weeks: number
  /** Of all topics together. */
  classes: Map<number, PlaceClass>
  hot: HotEntry[]
}

/**
 * @param families   topics that are classified beside all topics together
 * @param firstDay   first day of the store as a number; weeks before it are not zeros
 */
export async function classifyHotPlaces(
  db: Queryable, night: string, nightDay: number, firstDay: number, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, families: readonly number[],
): Promise<HotPlaces> {
  const depth = depthOf(places)
  const nodes = [...places.values()].filter((place) => place.depth === depth && place.lng !== null && place.lat !== null)
  const weeks = Math.max(0, Math.min(WEEKS, Math.floor((nightDay - firstDay + 1) / 7)))
  const classes = new Map<number, PlaceClass>([...places.values()].filter((place) => place.depth === depth).map((place) => [place.id, 'unknown']))
  if (weeks === 0 || nodes.length === 0) return { depth, located: nodes.length, weeks, classes, hot: [] }
  const touching = gabrielGraph({ kind: 'earth', x: Float64Array.from(nodes, (place) => place.lng!), y: Float64Array.from(nodes, (place) => place.lat!) })
  const at = new Map(nodes.map((place, i) => [place.id, i]))
  const cubes = new Map([ALL_TOPICS, ...families].map((topic) => [topic, new Float64Array(nodes.length * weeks)]))
  for (const { place, topic, week, callers } of await readReportWeeks(db, night, depth, weeks, [...cubes.keys()])) {
    const i = at.get(place)
    if (i !== undefined) cubes.get(topic)![i * weeks + week] = callers
  }
  const hot: HotEntry[] = []
  for (const [topic, counts] of cubes) {
    classifyPlaces(counts, weeks, touching).forEach((found, i) => {
      const place = nodes[i]!.id
      if (topic === ALL_TOPICS) classes.set(place, found.class)
      if (isHot(found)) {
        hot.push({
          place, path: placePath(places, place), topic: topic === ALL_TOPICS ? null : topic, topicPath: topicPath(topics, topic), class: found.class,
          z: round(found.z, 2), trend: Number.isNaN(found.trend) ? 0 : round(found.trend, 2), hotWeeks: found.hotSteps, coldWeeks: found.coldSteps, weeks,
        })
      }
    })
  }
  const order = (entry: HotEntry): number => HOT_CLASSES.indexOf(entry.class)
  return { depth, located: nodes.length, weeks, classes, hot: hot.sort((a, b) => Number(a.topic !== null) - Number(b.topic !== null) || order(a) - order(b) || b.z - a.z || a.place - b.place) }
}

function isHot(found: EmergingPlace): found is EmergingPlace & { class: HotClass } {
  return found.class !== 'none' && found.class !== 'unknown'
}

/** The deepest level down to streets that has located places enough. */
function depthOf(places: ReadonlyMap<number, PlaceRow>): number {
  for (let depth = DEEPEST; depth > 1; depth--) {
    if ([...places.values()].filter((place) => place.depth === depth && place.lng !== null).length >= FEWEST_PLACES) return depth
  }
  return 1
}
