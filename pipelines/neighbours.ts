/**
 * Neighbouring places that stand out together: a smell that drifts over six streets is a few tickets in each. The nearest
 * places around each place are scanned for every topic family (models/scan/neighbour-scan.ts); what stands out is weighed like
 * any other series.
 */
import type { Day } from '../core/days.ts'
import { sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { logPOfRecurrence } from '../models/detect/verdict.ts'
import { selectClusters } from '../models/scan/clusters.ts'
import { scanNeighbours } from '../models/scan/neighbour-scan.ts'
import type { WindowTables } from '../models/scan/neighbour-scan.ts'
import { circularZones } from '../models/scan/zones.ts'
import type { Zones } from '../models/scan/zones.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { LOOKBACK_DAYS } from './city-profiles.ts'
import type { City, Profile } from './city-profiles.ts'
import { courseOfShare, courseOfSum, expectedInLast } from './course.ts'
import type { Candidate } from './explain.ts'
import { cityDays, createCandidate, recentCounts } from './judge-series.ts'
import type { TestOptions } from './judge-series.ts'
import { isRare } from './night-evidence.ts'
import type { TreeBaseline } from './tree-baseline.ts'

const WINDOWS = [7, 14, 28, LOOKBACK_DAYS] as const
/** Places of a zone, its centre included. */
const MOST_PLACES = 6
/** Below this log-likelihood ratio no zone can be a candidate: the cost of weighing it is saved. */
const LEAST_RATIO = 5
/** Streets and what lies below them; districts are few and have names. */
const LEAST_DEPTH = 2

/** Places of one city and depth whose centres are known, and the zones around them. */
interface Layer { city: number, places: Int32Array, zones: Zones }

export interface NeighbourScan {
  /** Zones that stand out tonight, apart from each other within a topic. */
  candidates(night: Night): Candidate[]
}

interface Night {
  history: History
  cities: ReadonlyMap<number, City>
  baseline: TreeBaseline
  places: ReadonlyMap<number, PlaceRow>
  topics: ReadonlyMap<number, TopicRow>
  night: Day
  options: Omit<TestOptions, 'tests'>
  /** Classes of series that are judged, the zones among them. */
  classes: number
}

/** Keeps the zones from night to night, until places are added or get a centre. */
export function createNeighbourScan(): NeighbourScan {
  let layers: Layer[] = []
  let located = -1
  return {
    candidates(night) {
      const known = [...night.places.values()].filter((place) => place.depth >= LEAST_DEPTH && place.lng !== null && place.lat !== null)
      if (known.length !== located) {
        layers = createLayers(known)
        located = known.length
      }
      const families = [...night.topics.values()].filter((topic) => topic.familyId === topic.id)
      // A centre's zones overlap: together they are about two looks.
      const tests = night.classes * families.length * layers.reduce((sum, layer) => sum + 2 * layer.places.length, 0)
      return layers.flatMap((layer) => families.flatMap((topic) => scanTopic(layer, topic, night, tests)))
    },
  }
}

function createLayers(known: readonly PlaceRow[]): Layer[] {
  return [...Map.groupBy(known, (place) => `${place.rollup[0]!}/${place.depth}`).values()].filter((group) => group.length > 1).map((group) => ({
    city: group[0]!.rollup[0]!,
    places: Int32Array.from(group, (place) => place.id),
    zones: circularZones(
      { kind: 'earth', x: Float64Array.from(group, (place) => place.lng!), y: Float64Array.from(group, (place) => place.lat!) },
      new Float64Array(group.length).fill(1), { maxPercent: 50, maxPlaces: MOST_PLACES, ties: 'one-at-a-time' }),
  }))
}

function scanTopic(layer: Layer, topic: TopicRow, night: Night, tests: number): Candidate[] {
  const city = night.cities.get(layer.city)!
  const profile = city.profile(topic)
  if (typeof profile === 'string' || city.isGap(night.night)) return []
  const { history, baseline, options } = night
  const from = night.night + 1 - LOOKBACK_DAYS
  const series = Int32Array.from(layer.places, (place) => history.find(place, topic.id))
  if (series.reduce((sum, s) => sum + (s < 0 ? 0 : sumBetween(history, s, from, night.night + 1)), 0) < options.minCallers) return []
  const windows = scanNeighbours(readTables(night, profile, series), layer.zones)
  for (let i = 0; i < windows.length; i++) if (windows.statistic[i]! < LEAST_RATIO) windows.statistic[i] = 0
  const candidates: Candidate[] = []
  for (const cluster of selectClusters(windows, layer.zones)) {
    const members = [...cluster.places].filter((place) => series[place]! >= 0)
    const counts = members.map((place) => recentCounts(history, series[place]!, from))
    // One place's burst is that place's own, however quiet its neighbours are.
    if (counts.filter((days) => days.some((n) => n > 0)).length < 2) continue
    const course = courseOfSum(members.map((place) => courseOfShare(baseline, series[place]!, profile)))
    const total = counts.reduce((sum, days) => sum.map((n, i) => n + days[i]!))
    if (!isRare(total, course, logPOfRecurrence(options.watchDays, tests))) continue
    candidates.push(createCandidate(
      busiestFirst(members, counts).map((place) => layer.places[place]!), topic.id, course, cityDays(history, baseline, profile, night.places.get(layer.city)!, topic, from), { ...options, tests }))
  }
  return candidates
}

/** The zone is named after the place with most callers. */
function busiestFirst(members: readonly number[], counts: readonly Float64Array[]): number[] {
  const sums = new Map(members.map((place, i) => [place, counts[i]!.reduce((sum, n) => sum + n, 0)]))
  return members.toSorted((a, b) => sums.get(b)! - sums.get(a)! || a - b)
}

function readTables({ history, baseline, night }: Night, profile: Profile, series: Int32Array): WindowTables {
  const columns = WINDOWS.length
  const observed = new Float64Array(series.length * columns)
  const expected = new Float64Array(series.length * columns)
  const size = new Float64Array(series.length * columns).fill(Infinity)
  const usual = WINDOWS.map((days) => expectedInLast(profile.recent, days))
  series.forEach((s, place) => {
    if (s < 0) return
    const { dailySize, cv } = baseline.scatter(s)
    WINDOWS.forEach((days, w) => {
      const cell = place * columns + w
      observed[cell] = sumBetween(history, s, night + 1 - days, night + 1)
      expected[cell] = baseline.share[s]! * usual[w]!
      size[cell] = 1 / (1 / (dailySize * days) + cv * cv + 1 / baseline.shape[s]!)
    })
  })
  return { windows: columns, observed, expected, size }
}
