/**
 * The largest statistic of every permutation replicate, exactly. The kernel finds what is above a level, the faster the higher it
 * is: it is asked for a level that few replicates stay below, and then again, for those only, for a lower one.
 */
import { replicateNumbers } from './monte-carlo.ts'
import { PermutationKernel } from './permutation-kernel.ts'
import type { Width } from './permutation-kernel.ts'
import type { Horizon, Margins } from './permutation.ts'
import { plainMaxima } from './permutation-search.ts'
import type { Zones } from './zones.ts'

/** The first level, in logarithms of the number of windows. */
const GUESS = 0.37
/** Replicates from which the level is learnt: their mean less so many sd, unless the guess lies between the outer two. */
const PILOT = 16
const BELOW_MEAN = [1.9, 1.3, 0.8] as const
/** By how much the level falls for replicates that stay below it, and below what it is 0. */
const FALL = 0.75
const LOWEST = 1

/** What is worked out once for a scan and a thread. Replicate r has the same statistic however it is asked for. */
export interface ReplicateSearch {
  /**
   * Largest statistics of some replicates; −Infinity where one stays below a level that most exceed and that is not above
   * `ceiling`. To ask `exactly` for these together is cheaper than for each when it comes up.
   */
  mostly(seed: number, replicates: readonly number[], ceiling?: number): Float64Array
  /** O(replicates * entries of the zones * windows). */
  exactly(seed: number, replicates: readonly number[]): Float64Array
}

/** Answers undefined where there are more cases than it can count. */
type Attempt = { [Name in keyof ReplicateSearch]: (...args: Parameters<ReplicateSearch[Name]>) => Float64Array | undefined }

/** Replicates from … until − 1. */
export type FindMaxima = (seed: number, from: number, until: number) => Float64Array

/** For callers that ask once. */
export function createMaximaFinder(margins: Margins, zones: Zones, horizon: Horizon): FindMaxima {
  const search = createReplicateSearch(margins, zones, horizon)
  return (seed, from, until) => search.exactly(seed, replicateNumbers(from, until))
}

/** Counts as narrowly as the cases allow; in plain arrays where WebAssembly has no SIMD or cannot count so many. */
export function createReplicateSearch(margins: Margins, zones: Zones, horizon: Horizon): ReplicateSearch {
  const attempts = [() => kernelSearch(margins, zones, horizon, 1), () => kernelSearch(margins, zones, horizon, 2), () => plainSearch(margins, zones, horizon)]
  let search = attempts.shift()!()
  const ask = (question: (search: Attempt) => Float64Array | undefined): Float64Array => {
    for (;;) {
      const maxima = search && question(search)
      if (maxima) return maxima
      search = attempts.shift()!()
    }
  }
  return {
    mostly: (seed, replicates, ceiling) => ask((attempt) => attempt.mostly(seed, replicates, ceiling)),
    exactly: (seed, replicates) => ask((attempt) => attempt.exactly(seed, replicates)),
  }
}

function plainSearch(margins: Margins, zones: Zones, horizon: Horizon): ReplicateSearch {
  const exactly: ReplicateSearch['exactly'] = (seed, replicates) => plainMaxima(margins, zones, horizon, seed, replicates)
  return { mostly: exactly, exactly }
}

/** Undefined where WebAssembly has no SIMD. */
export function kernelSearch(margins: Margins, zones: Zones, horizon: Horizon, width: Width): Attempt | undefined {
  let kernel: PermutationKernel
  try {
    kernel = new PermutationKernel(margins, zones, horizon, width)
  } catch {
    return undefined
  }
  let level = GUESS * Math.log(1 + kernel.windows)
  let learnt = false

  const learn = (seed: number, replicates: readonly number[]): void => {
    while (!learnt) {
      const maxima = kernel.raise(seed, replicates, level)
      const below = maxima.filter((maximum) => maximum <= level).length
      learnt = 4 * below <= replicates.length || level < LOWEST || kernel.tooMany
      level = learnt ? learnLevel(maxima, level) : level * FALL
    }
  }
  return {
    mostly: (seed, replicates, ceiling = Infinity) => {
      learn(seed, replicates.slice(0, PILOT))
      const asked = Math.min(level, ceiling)
      const maxima = kernel.raise(seed, replicates, asked)
      return kernel.tooMany ? undefined : maxima.map((maximum) => (maximum > asked ? maximum : -Infinity))
    },
    exactly: (seed, replicates) => {
      const maxima = new Float64Array(replicates.length)
      let pending = Array.from(maxima.keys())
      for (let asked = level; pending.length > 0; asked = asked * FALL > LOWEST ? asked * FALL : 0) {
        const raised = kernel.raise(seed, pending.map((i) => replicates[i]), asked)
        if (kernel.tooMany) return undefined
        pending.forEach((i, at) => { maxima[i] = raised[at] })
        pending = asked > 0 ? pending.filter((i) => maxima[i] <= asked) : []
      }
      return maxima
    },
  }
}

function learnLevel(maxima: Float64Array, guess: number): number {
  const mean = maxima.reduce((sum, x) => sum + x, 0) / maxima.length
  const sd = Math.sqrt(maxima.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / maxima.length)
  const [low, level, high] = BELOW_MEAN.map((n) => mean - n * sd)
  return guess >= low && guess <= high ? guess : Math.max(0, level)
}
