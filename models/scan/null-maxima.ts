/**
 * The largest ratio of every replicate, exactly, without looking at most of them closely: a ratio above a bound is a sum above
 * a threshold, which depends on the expectation alone and is worked out beforehand. The bound is set where hardly any
 * replicate's maximum is below it; the few that are go again with a lower one, so that the result does not depend on it.
 */
import type { Rng } from '../../core/rng.ts'
import { replicateRng, stopMaxima } from './monte-carlo.ts'
import type { NullMaxima, Stop } from './monte-carlo.ts'
import type { ScanModel } from './scan-model.ts'
import { NARROW } from './screen.ts'
import type { CreateScreen, Numbers, Screen } from './screen.ts'
import { jointRatio, writeSpanSums } from './window-search.ts'
import type { Search } from './window-search.ts'

/** Replicates from which the bound is learnt. */
const PILOT = 16
/** The bound of the others: mean less so many sd; a fifth of a Gumbel distribution is below. */
const BELOW_MEAN = 0.75
/** By how much the bound falls for the replicates whose maximum is below it, and where it is 0. */
const FALL = 0.7
const LOWEST = 0.1
/** With a sequential stop so many replicates are run before asking again. */
const CHUNK = 64
/** Thresholds are tabulated in steps of √mean: hundredths of a standard deviation, or coarser where that would be too many. */
const FINEST_STEP = 0.02
const MOST_STEPS = 8192

export interface NullOptions {
  replicates: number
  seed: number
  /** Number of the first replicate, for threads that share them; absent: 0. */
  from?: number
  /** Where to stop early; absent: never. */
  stop?: Stop
  /** A ratio of the size of the maxima, for the first replicates: a bad guess costs time and nothing else. */
  guess: number
}

/** O(replicates * entries * spans * topics). Replicate r is the same for every number of replicates and every guess. */
export function findNullMaxima(search: Search, { replicates, seed, from = 0, stop, guess }: NullOptions, createScreen: CreateScreen): NullMaxima {
  const maxima = new Float64Array(replicates)
  const runs = createRuns(search, (i) => replicateRng(seed, from + i), createScreen)
  let bound = guess
  for (let first = 0; first < replicates;) {
    const until = first === 0 ? PILOT : stop ? first + CHUNK : replicates
    const done = Math.min(replicates, until)
    runs(first, done, bound, maxima)
    if (stop) {
      const stopped = stopMaxima(maxima.subarray(0, done), stop)
      if (stopped.stoppedAt > 0) return stopped
    }
    bound = lowQuantile(maxima.subarray(0, done))
    first = done
  }
  return { maxima, stoppedAt: 0 }
}

/** Writes the maxima of replicates first until `until`; with a bound that is too high for some it takes more rounds. */
type Runs = (first: number, until: number, bound: number, maxima: Float64Array) => void

function createRuns(search: Search, chance: (replicate: number) => Rng, createScreen: CreateScreen): Runs {
  const { topics, zones, spans, expected } = search
  const { places, days } = topics[0]
  const shape = { columns: spans.from.length * topics.length, rows: expected.length, narrow: topics.every(isNarrow) }
  const screen: Screen = createScreen(zones, shape, (row, column, lane) => {
    const topic = column % topics.length
    const ratio = jointRatio(topics, screen.sums, (column - topic) * lanes + lane, lanes, expected, row - topic)
    if (ratio > best[lane]) best[lane] = ratio
  })
  const { lanes } = screen
  const best = new Float64Array(lanes)
  const drawn = new Float64Array(places * days)
  const draw = (replicate: number, lane: number): void => {
    const random = chance(replicate)
    topics.forEach((topic, t) => {
      topic.draw(random, drawn)
      writeSpanSums(topic, drawn, spans, screen.cells, topics.length * lanes, t * lanes + lane)
    })
  }
  return (first, until, start, maxima) => {
    let pending = Array.from({ length: until - first }, (_, i) => first + i)
    for (let bound = start; pending.length > 0; bound = bound * FALL > LOWEST ? bound * FALL : 0) {
      fillThresholds(search, bound, screen.thresholds)
      const below: number[] = []
      for (let from = 0; from < pending.length; from += lanes) {
        const together = pending.slice(from, from + lanes)
        together.forEach(draw)
        best.fill(0)
        screen.run()
        together.forEach((replicate, lane) => {
          maxima[replicate] = best[lane]
          if (best[lane] < bound) below.push(replicate)
        })
      }
      pending = below
    }
  }
}

/** Whole numbers, and so few that no replicate has more of them than fit. */
function isNarrow({ told, expected }: ScanModel): boolean {
  return told === undefined && expected.reduce((sum, mean) => sum + mean, 0) < NARROW / 2
}

function lowQuantile(maxima: Float64Array): number {
  const n = maxima.length
  const mean = maxima.reduce((sum, x) => sum + x, 0) / n
  const squares = maxima.reduce((sum, x) => sum + (x - mean) * (x - mean), 0)
  return Math.max(0, mean - BELOW_MEAN * Math.sqrt(squares / n))
}

/**
 * For each row a sum whose ratio does not exceed the bound, and not far below the largest such: a needless hit costs time only.
 * It grows with the mean, so that the one of a slightly smaller mean will do and a table of them is enough. Of several topics
 * one at least must exceed its part of the bound.
 */
function fillThresholds({ topics, expected }: Search, bound: number, out: Numbers): void {
  let largest = 0
  for (let row = 0; row < expected.length; row++) if (expected[row] > largest) largest = expected[row]
  const step = Math.max(FINEST_STEP, Math.sqrt(largest) / MOST_STEPS)
  topics.forEach((topic, t) => {
    const most = out instanceof Int16Array ? NARROW : Infinity
    const table = Float64Array.from({ length: Math.floor(Math.sqrt(largest) / step) + 1 }, (_, i) => Math.min(most, thresholdOf(topic, (i * step) ** 2, bound / topics.length)))
    for (let row = t; row < expected.length; row += topics.length) out[row] = table[Math.floor(Math.sqrt(expected[row]) / step)]
  })
}

/** √ratio is nearly linear in the excess, so that two or three steps find the threshold. */
function thresholdOf(model: ScanModel, mean: number, bound: number): number {
  if (bound === 0 || mean === 0) return mean
  let excess = Math.sqrt(2 * bound * mean) + bound / 3
  for (let step = 0; ; step++) {
    const reached = model.ratio(mean + excess, mean) / bound
    // The margin keeps it below the sums it must let through when both are rounded to 24 bits.
    if (reached <= 1 && (reached > 0.98 || reached === 0 || step > 5)) return (mean + excess) * (1 - 1e-6)
    excess *= 0.999 / Math.sqrt(reached)
  }
}
