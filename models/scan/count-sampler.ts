/**
 * Counts of independent cells, drawn in the time of what happens and not of what could: the events of all cells together are
 * one Poisson number, and each then finds its cell.
 * A negative-binomial count is a Poisson number of such events that bring several cases each, their number following the
 * logarithmic series: Quenouille (1949), Biometrics 5:162; drawn after Kemp (1981), Appl Stat 30:249.
 */
import type { Rng } from '../../core/rng.ts'
import { createAliasTable } from './alias.ts'

/** Events per cell from which on it is faster to draw each cell for itself. */
const DENSE = 4

/** Overwrites `out` with one count per cell. */
export type CountSampler = (random: Rng, out: Float64Array) => void

/**
 * Poisson counts, or negative-binomial ones of variance mean + mean² / size.
 *
 * @param means  n means, 0 or more; read, not kept
 * @param sizes  n sizes above 0, Infinity for Poisson; absent: all Poisson
 */
export function createCountSampler(means: Float64Array, sizes?: Float64Array): CountSampler {
  const n = means.length
  const events = sizes ? means.map((mean, i) => eventRate(mean, sizes[i])) : means
  const table = createAliasTable(events)
  if (table.total > DENSE * n) return denseSampler(means, sizes)
  const share = sizes?.map((size, i) => means[i] / (means[i] + size))
  return (random, out) => {
    out.fill(0)
    for (let left = random.poisson(table.total); left > 0; left--) {
      const cell = table.draw(random)
      out[cell] += share && share[cell] > 0 ? logarithmicSeries(random, share[cell]) : 1
    }
  }
}

/**
 * The same where the means themselves are known only so well: in every draw each group of cells has all its means multiplied by
 * one gamma factor of mean 1.
 *
 * @param cv     coefficient of variation of each group's factor, 0 where the means are exact
 * @param width  cells of a group, which follow one another: group g has the cells g * width until (g + 1) * width
 */
export function createUncertainSampler(means: Float64Array, sizes: Float64Array | undefined, cv: Float64Array, width: number): CountSampler {
  const running = new Float64Array(width)
  return (random, out) => {
    out.fill(0)
    for (let g = 0; g < cv.length; g++) {
      const variance = cv[g] * cv[g]
      const factor = variance > 0 ? random.gamma(1 / variance, variance) : 1
      const first = g * width
      let events = 0
      for (let i = 0; i < width; i++) running[i] = events += eventRate(factor * means[first + i], sizes ? sizes[first + i] : Infinity)
      if (events > DENSE * width) {
        for (let i = first; i < first + width; i++) out[i] = drawCount(random, factor * means[i], sizes ? sizes[i] : Infinity)
        continue
      }
      for (let left = random.poisson(events); left > 0; left--) {
        const i = first + random.weighted(running)
        const mean = factor * means[i]
        out[i] += sizes && sizes[i] < Infinity ? logarithmicSeries(random, mean / (mean + sizes[i])) : 1
      }
    }
  }
}

function denseSampler(means: Float64Array, sizes: Float64Array | undefined): CountSampler {
  return (random, out) => {
    for (let i = 0; i < means.length; i++) out[i] = drawCount(random, means[i], sizes ? sizes[i] : Infinity)
  }
}

function drawCount(random: Rng, mean: number, size: number): number {
  return size === Infinity ? random.poisson(mean) : random.negativeBinomial(mean, size)
}

function eventRate(mean: number, size: number): number {
  return size === Infinity ? mean : size * Math.log1p(mean / size)
}

/** 1, 2, … with probabilities in proportion to p^k / k. */
function logarithmicSeries(random: Rng, p: number): number {
  const v = random.next()
  if (v >= p) return 1
  const q = -Math.expm1(random.next() * Math.log1p(-p))
  if (v > q) return 1
  if (v > q * q) return 2
  return Math.max(1, Math.floor(1 + Math.log(v) / Math.log(q)))
}
