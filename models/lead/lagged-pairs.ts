/**
 * Which topic goes before which at the same place? For each rise of the second topic at a place that had rises of the first, was one
 * of these in the weeks before? By chance it would be with the share of the first's rises elsewhere that fall into those weeks: what a
 * place has much of, and what a season brings everywhere, is no lead. Places are compared with themselves, as in the case-crossover
 * design of Maclure (1991), Am J Epidemiol 133:144-153. Share of false ones: Benjamini & Hochberg (1995), pairs that could not be
 * found left out after Tarone (1990), Biometrics 46:515-522, and Gilbert (2005), Appl Stat 54:143-158; pairs that were named before
 * anybody looked are a family of their own (Efron 2008, Ann Appl Stat 2:197-223). docs/methods/leading-indicators.md
 */
import { resolveOptions } from '../../core/options.ts'
import { adjustFalseDiscovery } from '../math/false-discovery.ts'
import { QUIET_WEEKS } from './onsets.ts'
import { poissonBinomialTail } from './poisson-binomial.ts'

export interface LeadOptions {
  /** Longest lag in weeks; the shortest is 1. */
  lags: number
  /** Fewest places at which the first went before the second. */
  leastPlaces: number
  /** Share of false ones among what is found. */
  falseShare: number
}

export const LEAD_DEFAULTS: Readonly<LeadOptions> = { lags: 8, leastPlaces: 3, falseShare: 0.1 }
const RANGES = { lags: [1, 52, 'whole'], leastPlaces: [1, 1e6, 'whole'], falseShare: [0, 1] } as const

/** Rises in order of place, then topic, then week; three arrays of one length. */
export interface Rises {
  place: Int32Array
  topic: Int32Array
  week: Int32Array
  /** Weeks of the whole past. */
  weeks: number
  topics: number
  /** Callers of each topic over all places, week by week: topics rows of `weeks`. */
  volume: Float64Array
}

/** Whether a pair of topics was named in advance. */
export type Named = (before: number, after: number) => boolean

export interface Lead {
  before: number
  after: number
  /** Weeks between, over the hits: lower quartile, median, upper quartile. */
  lags: [low: number, median: number, high: number]
  /** Rises of the second at places that had the first; those with one before; and how many chance would give. */
  rises: number
  hits: number
  expected: number
  /** Places of the hits. */
  places: number
  /** Rises of the first that had one of the second in the weeks before. */
  backward: number
  p: number
  q: number
  named: boolean
  /** Positions of the hits among the rises: the first's and the second's. */
  pairs: { before: number, after: number }[]
}

export interface Leads { leads: Lead[], tested: number }

/** The topic's callers say when it rises as this many rises would, spread as they are; and evenly spread ones, so that no week is impossible. */
const AS_CALLERS = 20
const EVEN = 2
/** Pairs nearer to what chance gives, in standard deviations, are given a p of 1 and not computed. */
const LEAST_DEVIATION = 1.5
/** How likely a coin would be so one-sided. */
const LEAST_DIRECTION = 0.13

/** O(Σ places rises · topics there + topics²). */
export function findLeads(rises: Rises, options: Partial<LeadOptions> = {}, named: Named = () => false): Leads {
  const { lags, leastPlaces, falseShare } = resolveOptions('leads', LEAD_DEFAULTS, RANGES, options)
  const { topics } = rises
  const timing = timeRises(rises, lags)
  const cells = topics * topics
  const of: Tally = {
    rises: new Int32Array(cells), hits: new Int32Array(cells), backward: new Int32Array(cells), places: new Int32Array(cells), hitPlaces: new Int32Array(cells),
    mean: new Float64Array(cells), variance: new Float64Array(cells), logAll: new Float64Array(cells),
  }
  eachPair(rises, timing, lags, (cell, reverse, chance, logChance, first, isNewPlace, isNewHit) => {
    of.rises[cell]++
    of.mean[cell] += chance
    of.variance[cell] += chance * (1 - chance)
    of.logAll[cell] += logChance // of all hits: what the smallest p could be
    if (isNewPlace) of.places[cell]++
    if (first >= 0) {
      of.hits[cell]++
      of.backward[reverse]++
      if (isNewHit) of.hitPlaces[cell]++
    }
  })

  const open: number[] = []
  for (let cell = 0; cell < cells; cell++) if (of.places[cell]! >= leastPlaces) open.push(cell)
  const isNamed = (cell: number): boolean => named(Math.floor(cell / topics), cell % topics)
  const hypotheses = open.filter(isNamed)
  const others = reachable(open.filter((cell) => !isNamed(cell)), of.logAll, falseShare)
  const tested = [...hypotheses, ...others]
  // Of those that stand out the chances of each rise are gathered, for the exact tail.
  const chances = new Map<number, number[]>()
  for (const cell of tested) {
    const deviation = (of.hits[cell]! - of.mean[cell]!) / Math.sqrt(of.variance[cell]!)
    if (of.hitPlaces[cell]! >= leastPlaces && deviation >= LEAST_DEVIATION) chances.set(cell, [])
  }
  const pairs = new Map<number, Lead['pairs']>([...chances.keys()].map((cell) => [cell, []]))
  if (chances.size > 0) {
    const wanted = new Uint8Array(cells)
    for (const cell of chances.keys()) wanted[cell] = 1
    eachPair(rises, timing, lags, (cell, _, chance, __, first, ___, ____, second) => {
      chances.get(cell)!.push(chance)
      if (first >= 0) pairs.get(cell)!.push({ before: first, after: second })
    }, wanted)
  }
  const p = Float64Array.from(tested, (cell) => (chances.has(cell) ? poissonBinomialTail(chances.get(cell)!, of.hits[cell]!) : 1))
  const q = [...adjustFalseDiscovery(p.subarray(0, hypotheses.length)), ...adjustFalseDiscovery(p.subarray(hypotheses.length))]
  const leads: Lead[] = []
  tested.forEach((cell, i) => {
    const hits = of.hits[cell]!
    if (!(q[i]! <= falseShare) || !chances.has(cell)) return
    if (oneSided(hits, of.backward[cell]!) > LEAST_DIRECTION) return
    const found = pairs.get(cell)!
    const lag = found.map(({ before, after }) => rises.week[after]! - rises.week[before]!).sort((a, b) => a - b)
    const at = (part: number): number => lag[Math.round((lag.length - 1) * part)]!
    leads.push({
      before: Math.floor(cell / topics), after: cell % topics, lags: [at(0.25), at(0.5), at(0.75)], rises: of.rises[cell]!, hits,
      expected: of.mean[cell]!, places: of.hitPlaces[cell]!, backward: of.backward[cell]!, p: p[i]!, q: q[i]!, named: i < hypotheses.length, pairs: found,
    })
  })
  leads.sort((a, b) => a.p - b.p || a.before - b.before || a.after - b.after)
  return { leads, tested: tested.length }
}

interface Tally {
  rises: Int32Array
  hits: Int32Array
  backward: Int32Array
  places: Int32Array
  hitPlaces: Int32Array
  mean: Float64Array
  variance: Float64Array
  logAll: Float64Array
}

/** Rises of each topic before each week, cumulative: row t has weeks + 1 entries. Likewise the rises that would be expected by callers and time alone. */
interface Timing {
  before: Float64Array
  prior: Float64Array
  width: number
  /** Chance, and its logarithm, of a week of the second's rise where the first rose once at the place, and not in the weeks before. */
  once: Float64Array
  logOnce: Float64Array
}

function timeRises({ topic, week, weeks, topics, volume }: Rises, lags: number): Timing {
  const width = weeks + 1
  const before = new Float64Array(topics * width)
  for (let i = 0; i < topic.length; i++) before[topic[i]! * width + week[i]! + 1]++
  const prior = new Float64Array(topics * width)
  for (let t = 0; t < topics; t++) {
    let total = 0
    for (let w = QUIET_WEEKS; w < weeks; w++) total += volume[t * weeks + w]!
    for (let w = 0; w < weeks; w++) {
      before[t * width + w + 1] += before[t * width + w]!
      const counts = w >= QUIET_WEEKS
      const callers = total > 0 ? volume[t * weeks + w]! / total : 1 / (weeks - QUIET_WEEKS)
      prior[t * width + w + 1] = prior[t * width + w]! + (counts ? AS_CALLERS * callers + EVEN / (weeks - QUIET_WEEKS) : 0)
    }
  }
  const once = new Float64Array(topics * width)
  for (let t = 0; t < topics; t++) {
    const row = t * width
    for (let w = QUIET_WEEKS + 1; w < weeks; w++) {
      const low = Math.max(QUIET_WEEKS, w - lags)
      once[row + w] = Math.min(1, (before[row + w]! - before[row + low]! + prior[row + w]! - prior[row + low]!) / (before[row + width - 1]! - 1 + AS_CALLERS + EVEN))
    }
  }
  return { before, prior, width, once, logOnce: once.map(Math.log) }
}

/**
 * Visits every rise of a topic at a place together with every other topic that ever rose there.
 *
 * @param wanted  1 for the cells that are visited; all where it is left out
 * @param visit  gets the pair's cell and that of the reverse; the chance that the first was in the weeks before, and its logarithm; the position of the
 *               latest such rise, or −1; whether the place is new to the pair, and to its hits; the position of the second's rise
 */
function eachPair(
  { place, topic, week }: Rises, { before, prior, width, once, logOnce }: Timing, lags: number,
  visit: (cell: number, reverse: number, chance: number, logChance: number, first: number, isNewPlace: boolean, isNewHit: boolean, second: number) => void,
  wanted?: Uint8Array,
): void {
  const topics = before.length / width
  for (let from = 0; from < place.length;) {
    let until = from
    while (until < place.length && place[until] === place[from]) until++
    for (let b = from; b < until;) {
      let bEnd = b
      while (bEnd < until && topic[bEnd] === topic[b]) bEnd++
      for (let a = from; a < until;) {
        let aEnd = a
        while (aEnd < until && topic[aEnd] === topic[a]) aEnd++
        const cell = topic[a]! * topics + topic[b]!
        if (a !== b && (!wanted || wanted[cell] === 1)) {
          const reverse = topic[b]! * topics + topic[a]!
          const row = topic[a]! * width
          const own = aEnd - a
          const weight = before[row + width - 1]! - own + AS_CALLERS + EVEN
          let hasHit = false
          let isNew = true
          for (let second = b; second < bEnd; second++) {
            const low = Math.max(QUIET_WEEKS, week[second]! - lags)
            const high = week[second]!
            let first = -1
            let ownInside = 0
            for (let i = a; i < aEnd; i++) {
              if (week[i]! >= low && week[i]! < high) {
                first = i
                ownInside++
              }
            }
            let chance = once[row + high]!
            let logChance = logOnce[row + high]!
            if (own > 1 || first >= 0) {
              const share = (before[row + high]! - before[row + low]! - ownInside + prior[row + high]! - prior[row + low]!) / weight
              // A place's first week that counts has no weeks before it.
              chance = high <= low ? 0 : 1 - Math.pow(1 - Math.min(1, share), own)
              logChance = Math.log(chance)
            }
            if (!(chance > 0)) continue
            visit(cell, reverse, chance, logChance, first, isNew, first >= 0 && !hasHit, second)
            isNew = false
            if (first >= 0) hasHit = true
          }
        }
        a = aEnd
      }
      b = bEnd
    }
    from = until
  }
}

/** Pairs whose smallest possible p, all rises being hits, could pass if only such pairs were tested. */
function reachable(open: readonly number[], logAll: Float64Array, falseShare: number): number[] {
  const sorted = Float64Array.from(open, (cell) => logAll[cell]!).sort()
  let k = 1
  while (k < open.length && countBelow(sorted, Math.log(falseShare / k)) > k) k++
  const most = Math.log(falseShare / k)
  return open.filter((cell) => logAll[cell]! <= most)
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Probability that a fair coin falls as often, or more often, on the side of the hits. */
function oneSided(hits: number, backward: number): number {
  return poissonBinomialTail(new Float64Array(hits + backward).fill(0.5), hits)
}
