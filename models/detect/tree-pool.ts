/**
 * Expected counts along both trees: how many tickets of a topic a place should have, from the places around it, from the
 * topics above it and from its own past. A compound of last month, or a topic that nobody had at a street, has a baseline
 * from its parents. Margins multiply as in a two-way table; each level corrects them by empirical Bayes, gamma-Poisson:
 * Clayton & Kaldor (1987), Biometrics 43:671-681; Marshall (1991), Applied Statistics 40:283-294. docs/methods/tree-pool.md
 */
import { resolveOptions } from '../../core/options.ts'
import { estimatePrior } from './pooled.ts'
import { habitsOf } from './topic-habits.ts'
import type { Margins, TopicSpread } from './topic-habits.ts'

/** n series. Arrays are read only. Series without a ticket need not be there; those above a series must be. */
export interface TreeCounts {
  /** Tickets of the history, the guard band left out. */
  counts: Float64Array
  /** Index of the series one place up at the same topic, -1 for a root place. */
  placeAbove: Int32Array
  /** Index of the series one topic up at the same place, -1 for the root topic. */
  topicAbove: Int32Array
  /** Index of the series up in both trees, -1 where either is a root. */
  bothAbove: Int32Array
  /** Where one of the two is missing: the part of the other's tickets expected before looking, 1 / siblings say. */
  part: Float64Array
  /** Series of one level differ from their expectation alike. Everything above a series is of a lower level; below 65536. */
  level: Uint16Array
  /** By which each topic is as unlike its places as it is seen to be; without it all topics of a level are taken to be alike in that. */
  spread?: TopicSpread
}

export interface TreePoolOptions {
  /** Prior shape, in tickets, of a level with too few series to estimate it. */
  strength: number
  /** Series expected to have fewer tickets do not vote on the strength: of the rarest only those with tickets are there. */
  minExpected: number
  /** Votes below which the default strength stands. */
  minSeries: number
  /** Expected tickets, and pairs of them, after which what a topic's own tell counts as much as its level. */
  minPairs: number
}

export const TREE_POOL_DEFAULTS: Readonly<TreePoolOptions> = { strength: 1, minExpected: 2, minSeries: 20, minPairs: 20 }
const RANGES = { strength: [1e-3, 1e6], minExpected: [0, 1e6], minSeries: [2, 1e6, 'whole'], minPairs: [1e-3, 1e6] } as const

/** Row i speaks of series i, over the same history as `counts`. */
export interface TreeExpectation {
  /** Expected before the series' own tickets were looked at. */
  prior: Float64Array
  /** Expected with them: the posterior mean. */
  expected: Float64Array
  /** Shape of the posterior, in tickets: its coefficient of variation is 1 / sqrt(shape). */
  shape: Float64Array
}

/** Estimated strengths are kept within: below, the margins would count for nothing; above, a place could never be unlike them. */
const STRENGTH_RANGE = [0.5, 100] as const
/** Expected tickets of a series whose margins are empty. */
const FLOOR = 1e-3

/**
 * Posterior expected counts of all series, those above before those below. O(n log levels); never throws on data: NaN counts give NaN.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function poolAlongTrees(tree: TreeCounts, options: Partial<TreePoolOptions> = {}): TreeExpectation {
  const settings = resolveOptions('poolAlongTrees', TREE_POOL_DEFAULTS, RANGES, options)
  const { counts, placeAbove, bothAbove, level, spread } = tree
  const n = counts.length
  const prior = new Float64Array(n)
  const expected = new Float64Array(n)
  const shape = new Float64Array(n)
  const margins: Margins = { ...tree, prior, expected, seriesBelow: new Int32Array(n), expectedBelow: new Float64Array(n) }
  const order = sortByLevel(level)
  for (let from = 0, until = 0; from < n; from = until) {
    while (until < n && level[order[until]] === level[order[from]]) until++
    for (let i = from; i < until; i++) prior[order[i]] = priorOf(tree, expected, order[i])
    const members = order.subarray(from, until)
    const common = strengthOf(tree, prior, members, settings)
    const habits = spread && habitsOf(margins, spread, members, common, settings.minPairs)
    for (const s of members) {
      const habit = spread && bothAbove[s] >= 0 ? habits?.get(spread.topic[s]) : undefined
      const strength = habit?.strength ?? common
      if (habit) prior[s] *= habit.mean
      shape[s] = strength + counts[s]
      expected[s] = (prior[s] * shape[s]) / (strength + prior[s])
      if (placeAbove[s] < 0) continue
      margins.seriesBelow[placeAbove[s]]++
      margins.expectedBelow[placeAbove[s]] += expected[s]
    }
  }
  return { prior, expected, shape }
}

/** Rows · columns / total of the table whose margins are the series above; a root takes its part, or itself. */
function priorOf({ counts, placeAbove, topicAbove, bothAbove, part }: TreeCounts, expected: Float64Array, s: number): number {
  const row = placeAbove[s]
  const column = topicAbove[s]
  if (row >= 0 && column >= 0) return Math.max(FLOOR, (expected[row] * expected[column]) / expected[bothAbove[s]])
  const above = row >= 0 ? row : column
  return Math.max(FLOOR, above >= 0 ? expected[above] * part[s] : counts[s])
}

function strengthOf({ counts }: TreeCounts, prior: Float64Array, members: Int32Array, settings: TreePoolOptions): number {
  const voters = members.filter((s) => prior[s] >= settings.minExpected)
  if (voters.length < settings.minSeries) return settings.strength
  const { mean, shape } = estimatePrior(Float64Array.from(voters, (s) => counts[s]), Float64Array.from(voters, (s) => prior[s]))
  if (!(mean > 0)) return settings.strength
  return Math.min(STRENGTH_RANGE[1], Math.max(STRENGTH_RANGE[0], shape))
}

/** Indices in ascending order of their level, by counting. */
function sortByLevel(level: Uint16Array): Int32Array {
  const starts = new Int32Array(65537)
  for (let i = 0; i < level.length; i++) starts[level[i] + 1]++
  for (let l = 0; l < 65536; l++) starts[l + 1] += starts[l]
  const order = new Int32Array(level.length)
  for (let i = 0; i < level.length; i++) order[starts[level[i]]++] = i
  return order
}
