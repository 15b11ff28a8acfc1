/**
 * The largest statistic of every permutation replicate, exactly. Levels: the kernel finds what is above a level, the faster the
 * higher it is, so that it first asks for a level that few replicates stay below, and then again for those with a lower one.
 */
import { PermutationKernel } from './permutation-kernel.ts'
import type { Width } from './permutation-kernel.ts'
import type { Horizon, Margins } from './permutation.ts'
import { plainMaxima } from './permutation-search.ts'
import type { Zones } from './zones.ts'

/** The first level, in logarithms of the number of windows. */
const GUESS = 0.37
/** Replicates from which the level is learnt: their mean less so many sd, unless the guess lies between the outer two. */
const PILOT = 16
const BELOW_MEAN = [2, 1.4, 0.8] as const
/** By how much the level falls for the replicates that stay below it, and below what it is 0. */
const FALL = 0.75
const LOWEST = 1

/** Replicates from … until − 1. Asking for them in parts gives the same. */
export type FindMaxima = (seed: number, from: number, until: number) => Float64Array

/** What is worked out once for a scan; then O(replicates * entries of the zones * windows). */
export function createMaximaFinder(margins: Margins, zones: Zones, horizon: Horizon): FindMaxima {
  let width: Width = 1
  let find: FindMaxima | undefined = kernelFinder(margins, zones, horizon, width)
  return (seed, from, until) => {
    for (;;) {
      if (!find) return plainMaxima(margins, zones, horizon, seed, from, until)
      const maxima = find(seed, from, until)
      if (!Number.isNaN(maxima[0])) return maxima
      find = width === 1 ? kernelFinder(margins, zones, horizon, width = 2) : undefined
    }
  }
}

/** NaN instead of all maxima where there are too many cases for the width; undefined where WebAssembly has no SIMD. */
export function kernelFinder(margins: Margins, zones: Zones, horizon: Horizon, width: Width): FindMaxima | undefined {
  let kernel: PermutationKernel
  try {
    kernel = new PermutationKernel(margins, zones, horizon, width)
  } catch {
    return undefined
  }
  let level = GUESS * Math.log(1 + kernel.windows)
  let learnt = false
  return (seed, from, until) => {
    const maxima = new Float64Array(until - from)
    const raiseAll = (first: number, end: number): void => {
      let pending = Array.from({ length: end - first }, (_, i) => first + i)
      for (let asked = level; pending.length > 0; asked = asked * FALL > LOWEST ? asked * FALL : 0) {
        kernel.raise(maxima, from, pending, seed, asked)
        if (asked === 0 || kernel.tooMany) break
        pending = pending.filter((replicate) => maxima[replicate - from] <= asked)
      }
    }
    const pilot = learnt ? from : Math.min(until, from + PILOT)
    raiseAll(from, pilot)
    if (!learnt && until > pilot) {
      level = learnLevel(maxima.subarray(0, pilot - from), level)
      learnt = true
    }
    raiseAll(pilot, until)
    return kernel.tooMany ? maxima.fill(NaN) : maxima
  }
}

function learnLevel(maxima: Float64Array, guess: number): number {
  const mean = maxima.reduce((sum, x) => sum + x, 0) / maxima.length
  const sd = Math.sqrt(maxima.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / maxima.length)
  const [low, level, high] = BELOW_MEAN.map((n) => mean - n * sd)
  return guess >= low! && guess <= high! ? guess : Math.max(0, level!)
}
