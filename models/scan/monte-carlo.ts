/**
 * Monte Carlo inference: how does the observed statistic rank among the maxima of replicates drawn under the null?
 * Dwass (1957), Ann Math Stat 28:181-187; the sequential stop after Besag & Clifford (1991), Biometrika 78:301-304.
 */
import { createRng } from '../../core/rng.ts'
import type { Rng } from '../../core/rng.ts'

/** Statistics closer than this are equal: two ways to sum the same logarithms differ in the last digits. */
const SAME = 1e-9

/** What the replicates said. */
export interface NullMaxima {
  /** Largest statistic of replicate 1, 2, … in this order. */
  maxima: Float64Array
  /** Exceedances at which it stopped early; 0 where all replicates were run. */
  stoppedAt: number
}

/** Chance of replicate number `replicate`, the same whoever draws it: results do not depend on threads or batches. */
export function replicateRng(seed: number, replicate: number): Rng {
  return createRng(`${seed}/replicate/${replicate}`)
}

/** Numbers from … until − 1. */
export function replicateNumbers(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, i) => from + i)
}

/** Where to stop early. */
export interface Stop {
  /** The statistic of the most likely cluster. */
  statistic: number
  /** Replicates that must reach it; 0: never stop. */
  exceedances: number
}

/** What a sequential run keeps of these maxima: up to the exceedance at which it stops. */
export function stopMaxima(maxima: Float64Array, stop: Stop): NullMaxima {
  let reached = 0
  for (let r = 0; r < maxima.length; r++) {
    if (reaches(maxima[r], stop.statistic) && ++reached === stop.exceedances) return { maxima: maxima.slice(0, r + 1), stoppedAt: reached }
  }
  return { maxima, stoppedAt: 0 }
}

/** (1 + replicates that reach the statistic) / (1 + replicates); after a sequential stop reached / replicates. Never 0. */
export function monteCarloP(statistic: number, { maxima, stoppedAt }: NullMaxima): number {
  let reached = 0
  for (let r = 0; r < maxima.length; r++) if (reaches(maxima[r], statistic)) reached++
  return stoppedAt > 0 ? Math.max(1, reached) / maxima.length : (1 + reached) / (1 + maxima.length)
}

function reaches(maximum: number, statistic: number): boolean {
  return maximum >= statistic - SAME * Math.max(1, statistic)
}
