/**
 * What every series of a night should have, along both trees: its share of its city topic's expected counts, how well that
 * share is known, and how its level scatters beyond chance.
 */
import type { Day } from '../core/days.ts'
import { sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { addBlock, createScatterSums, scatterOf } from '../models/detect/scatter.ts'
import type { Scatter, ScatterSums } from '../models/detect/scatter.ts'
import { poolAlongTrees } from '../models/detect/tree-pool.ts'
import type { TreeCounts } from '../models/detect/tree-pool.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import type { City, Profile } from './city-profiles.ts'

/** Row s speaks of series s of the history. */
export interface TreeBaseline {
  /** Part of the profile's expected counts; NaN where the city has no profile. */
  share: Float64Array
  /** Callers behind the share, the prior's among them: its coefficient of variation is 1 / sqrt(shape). */
  shape: Float64Array
  /** Expected before the series' own past was looked at, over the history. */
  prior: Float64Array
  expected: Float64Array
  scatter(s: number): Scatter
}

/** Blocks by which scatter is judged, over the last year before the longest window. */
const SHORT_BLOCK = 7
const BLOCKS_IN_LONG = 4
const LONG_BLOCKS = 13
const BLOCK_DAYS = SHORT_BLOCK * BLOCKS_IN_LONG
/** Blocks of the past: callers of different ones are hardly of one burst. */
const PAIR_DAYS = 14
/** Tickets that no rise of the city is worth where a week's is told. */
const CITY_WORTH = 5

export function createTreeBaseline(
  history: History, cities: ReadonlyMap<number, City>, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): TreeBaseline {
  const n = history.series
  const tree = readTree(history, cities, places, topics)
  const { prior, expected, shape } = poolAlongTrees(tree)
  const share = new Float64Array(n).fill(NaN)
  const short = createScatterSums(65536)
  const long = createScatterSums(65536)
  const weeksOf = new Map<Profile, CityWeeks>()
  for (let s = 0; s < n; s++) {
    const city = cities.get(places.get(history.place[s]!)!.rollup[0]!)!
    const profile = city.profile(topics.get(history.topic[s]!)!)
    if (typeof profile === 'string') continue
    const exposure = expectedBetween(profile, city.first, city.pastUntil)
    if (!(exposure > 0)) continue
    share[s] = expected[s]! / expected[profile.series]!
    if (profile.series === s) continue
    let weeks = weeksOf.get(profile)
    if (!weeks) weeksOf.set(profile, weeks = cityWeeks(history, profile, Math.max(city.first, profile.from), city.pastUntil))
    addBlocks(history, s, weeks, share[s]!, tree.level[s]!, short, long)
  }
  const known = new Map<number, Scatter>()
  return {
    share, shape, prior, expected,
    scatter: (s) => {
      const level = tree.level[s]!
      let scatter = known.get(level)
      if (!scatter) known.set(level, scatter = scatterOf(short, SHORT_BLOCK, long, SHORT_BLOCK * BLOCKS_IN_LONG, level))
      return scatter
    },
  }
}

/** Expected callers of a profile over the days [from, until). */
export function expectedBetween({ cumulative, from: first }: Profile, from: Day, until: Day): number {
  return cumulative[Math.max(0, until - first)]! - cumulative[Math.max(0, from - first)]!
}

/** A series' depth in both trees; whatever lies above it has a lower number. */
function levelOf(place: PlaceRow, topic: TopicRow): number {
  return (place.depth + topic.depth) * 256 + place.depth
}

function readTree(
  history: History, cities: ReadonlyMap<number, City>, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): TreeCounts {
  const n = history.series
  const children = countChildren([...places.values(), ...topics.values()])
  const counts = new Float64Array(n)
  const placeAbove = new Int32Array(n)
  const topicAbove = new Int32Array(n)
  const bothAbove = new Int32Array(n)
  const part = new Float64Array(n)
  const level = new Uint16Array(n)
  const spread = { topic: history.topic, pairs: new Float64Array(n), apart: new Float64Array(n) }
  for (let s = 0; s < n; s++) {
    const place = places.get(history.place[s]!)!
    const topic = topics.get(history.topic[s]!)!
    const city = cities.get(place.rollup[0]!)!
    const { callers, pairs } = lessonOf(history, s, city.first, city.pastUntil)
    counts[s] = callers
    spread.pairs[s] = pairs
    spread.apart[s] = 1 - Math.min(1, PAIR_DAYS / Math.max(1, city.pastUntil - city.first))
    placeAbove[s] = place.parentId === null ? -1 : history.find(place.parentId, topic.id)
    topicAbove[s] = topic.parentId === null ? -1 : history.find(place.id, topic.parentId)
    bothAbove[s] = place.parentId === null || topic.parentId === null ? -1 : history.find(place.parentId, topic.parentId)
    part[s] = 1 / (children.get(place.parentId === null ? topic : place) ?? 1)
    level[s] = levelOf(place, topic)
  }
  return { counts, placeAbove, topicAbove, bothAbove, part, level, spread }
}

/** Number of siblings of each node, itself included. Places and topics may share ids: nodes are told apart by themselves. */
function countChildren(nodes: readonly (PlaceRow | TopicRow)[]): Map<PlaceRow | TopicRow, number> {
  const key = (node: PlaceRow | TopicRow): string => `${'kind' in node ? 'place' : 'topic'}/${node.parentId}`
  const siblings = Map.groupBy(nodes, key)
  return new Map(nodes.map((node) => [node, siblings.get(key(node))!.length]))
}

/** What a series' past teaches. */
interface Lesson {
  callers: number
  /** Ordered pairs of them from different blocks of PAIR_DAYS days. */
  pairs: number
}

/** Callers of [from, until), where no day counts more than three, or three times the mean: past bursts are not usual. */
export function lessonOf(history: History, s: number, from: Day, until: Day): Lesson {
  const cap = Math.max(3, (3 * sumBetween(history, s, from, until)) / Math.max(1, until - from))
  let callers = 0
  let within = 0
  let block = 0
  let inBlock = 0
  for (let i = history.starts[s]!; i < history.starts[s + 1]! && history.day[i]! < until; i++) {
    if (history.day[i]! < from) continue
    const own = Math.floor((until - 1 - history.day[i]!) / PAIR_DAYS)
    if (own !== block) {
      within += inBlock * inBlock
      inBlock = 0
      block = own
    }
    const counted = Math.min(cap, history.callers[i]!)
    callers += counted
    inBlock += counted
  }
  return { callers, pairs: callers * callers - within - inBlock * inBlock }
}

/** A city topic's weeks before `until`, the newest block of four first, oldest week first within a block. */
interface CityWeeks {
  /** Day after the newest week. */
  until: Day
  /** Expected callers of each week. */
  usual: Float64Array
  /** By how much the city itself was above or below: its storms are no scatter of its places, they are taken into account by themselves. */
  ratio: Float64Array
}

function cityWeeks(history: History, profile: Profile, first: Day, until: Day): CityWeeks {
  const blocks = Math.max(0, Math.min(LONG_BLOCKS, Math.floor((until - first) / BLOCK_DAYS)))
  const usual = new Float64Array(blocks * BLOCKS_IN_LONG)
  const ratio = new Float64Array(blocks * BLOCKS_IN_LONG)
  for (let i = 0; i < usual.length; i++) {
    const start = until - (Math.floor(i / BLOCKS_IN_LONG) + 1) * BLOCK_DAYS + (i % BLOCKS_IN_LONG) * SHORT_BLOCK
    usual[i] = expectedBetween(profile, start, start + SHORT_BLOCK)
    ratio[i] = (CITY_WORTH + sumBetween(history, profile.series, start, start + SHORT_BLOCK)) / (CITY_WORTH + usual[i]!)
  }
  return { until, usual, ratio }
}

/** Callers of a series in each of the weeks; scratch of addBlocks. */
const weekly = new Float64Array(LONG_BLOCKS * BLOCKS_IN_LONG)

function addBlocks(history: History, s: number, { until, usual, ratio }: CityWeeks, share: number, level: number, short: ScatterSums, long: ScatterSums): void {
  const weeks = usual.length
  const from = until - weeks * SHORT_BLOCK
  const { day, callers } = history
  weekly.fill(0, 0, weeks)
  for (let i = history.starts[s + 1]! - 1, first = history.starts[s]!; i >= first && day[i]! >= from; i--) {
    if (day[i]! >= until) continue
    const ago = until - 1 - day[i]!
    const block = Math.floor(ago / BLOCK_DAYS)
    weekly[block * BLOCKS_IN_LONG + BLOCKS_IN_LONG - 1 - Math.floor((ago - block * BLOCK_DAYS) / SHORT_BLOCK)]! += callers[i]!
  }
  for (let b = 0; b < weeks; b += BLOCKS_IN_LONG) {
    let observed = 0
    let expected = 0
    for (let w = b; w < b + BLOCKS_IN_LONG; w++) {
      const seen = weekly[w]!
      const given = share * usual[w]! * ratio[w]!
      addBlock(short, level, seen, given)
      observed += seen
      expected += given
    }
    addBlock(long, level, observed, expected)
  }
}
