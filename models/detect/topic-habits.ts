/**
 * How a topic's tickets lie among the places of a level: whether fewer of them than of other topics' are told of places so small, and
 * how unlike its places are. Tickets about a school are at schools, about a crossing at crossings; about a lift they are anywhere.
 * Moments of single tickets and of pairs: each series has too few of them to tell, all series of a topic have enough.
 * After Marshall (1991), Applied Statistics 40:283-294; pairs as Knox (1964), Applied Statistics 13:25-29. docs/methods/tree-pool.md
 */

/** n series. Tickets of one place on days far apart tell that a topic keeps to its places: a burst alone brings no such pairs. */
export interface TopicSpread {
  /** Any number that series of one topic have in common. */
  topic: Int32Array
  /** Ordered pairs of a series' tickets from different blocks of the history: counts² − Σ of the blocks' counts². */
  pairs: Float64Array
  /** The part of all its pairs that are of different blocks where tickets come evenly, 0 to 1. */
  apart: Float64Array
}

/** Of one topic among the series of a level. */
export interface Habit {
  /** Tickets per expected: below 1 where its tickets are rather told of larger places. */
  mean: number
  /** Shape of the gamma distribution of a series' rate around what is expected of it. */
  strength: number
}

/** n series: indices of those above, as in TreeCounts, and what is expected so far. */
export interface Margins {
  counts: Float64Array
  placeAbove: Int32Array
  topicAbove: Int32Array
  bothAbove: Int32Array
  /** Of the series above the level's. */
  expected: Float64Array
  /** Of the level's series before their own tickets were looked at. */
  prior: Float64Array
  /** How many series are one place below a series at its topic, and what is expected of them together. */
  seriesBelow: Int32Array
  expectedBelow: Float64Array
}

/** Below, the margins would count for nothing; above, a place could never be unlike them. */
const STRENGTH_RANGE = [0.02, 100] as const

/**
 * With ρ ~ gamma(a, a) a series has in the mean μ M₀ tickets and (μ M₀)² (1 + 1/a) ordered pairs of them: sums over a topic's series tell
 * μ and a. A series weighs 1/(1 + M₀), its pairs the square: large ones do not outvote small ones. Series that are not there have
 * neither tickets nor pairs; their M₀ is what the places of the topic above leave, in equal parts.
 *
 * @param members  indices of the series of one level; those without a place or topic above do not count
 * @param common   strength to which a topic with few pairs is drawn
 * @param minPairs pairs (and tickets) expected after which a topic's own count as much
 */
export function habitsOf(margins: Margins, { topic, pairs, apart }: TopicSpread, members: Int32Array, common: number, minPairs: number): Map<number, Habit> {
  const { counts, placeAbove, topicAbove, bothAbove, expected, prior, seriesBelow, expectedBelow } = margins
  const sums = new Map<number, { seen: number, usual: number, pairs: number, usualPairs: number }>()
  const present = new Map<number, { series: number, expected: number }>()
  for (const s of members) {
    if (bothAbove[s] < 0 || Number.isNaN(prior[s]) || Number.isNaN(counts[s])) continue
    let sum = sums.get(topic[s])
    if (!sum) sums.set(topic[s], sum = { seen: 0, usual: 0, pairs: 0, usualPairs: 0 })
    const weight = 1 / (1 + prior[s])
    sum.seen += weight * counts[s]
    sum.usual += weight * prior[s]
    sum.pairs += weight * weight * pairs[s]
    sum.usualPairs += (weight * prior[s]) ** 2 * apart[s]
    let siblings = present.get(placeAbove[s])
    if (!siblings) present.set(placeAbove[s], siblings = { series: 0, expected: 0 })
    siblings.series++
    siblings.expected += expected[topicAbove[s]]
  }
  for (const s of members) {
    const siblings = present.get(placeAbove[s])
    if (!siblings || bothAbove[s] < 0) continue
    present.delete(placeAbove[s])
    const absent = seriesBelow[bothAbove[s]] - siblings.series
    const rest = ((expectedBelow[bothAbove[s]] - siblings.expected) * expected[placeAbove[s]]) / expected[bothAbove[s]]
    const sum = sums.get(topic[s])
    if (!sum || !(absent > 0 && rest > 0)) continue
    sum.usual += (absent * rest) / (absent + rest)
    sum.usualPairs += absent * (rest / (absent + rest)) ** 2 * apart[s]
  }
  return new Map(Array.from(sums, ([key, sum]) => {
    const mean = (sum.seen + minPairs) / (sum.usual + minPairs)
    const excess = (sum.pairs + minPairs * (1 + 1 / common)) / (mean * mean * sum.usualPairs + minPairs) - 1
    return [key, { mean, strength: Math.min(STRENGTH_RANGE[1], Math.max(STRENGTH_RANGE[0], 1 / Math.max(0, excess))) }]
  }))
}
