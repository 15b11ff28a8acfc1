/**
 * CDC: are the counts of the last four weeks outside the historical limits of the same time in earlier years?
 * Stroup, Williamson, Herndon & Karon (1989), Stat Med 8:323-329. docs/methods/cdc.md
 */
import { mean as meanOf, sampleStandardDeviation } from 'simple-statistics'
import { resolveOptions } from '../../core/options.ts'
import { logNormalTail, normalQuantile } from '../math/normal.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'

export interface CdcOptions {
  /** Earlier years used, where the history holds them; fewer than minYears give 'too_short'. */
  years: number
  minYears: number
  /** Blocks before and after the same one of an earlier year that are used too. */
  neighbours: number
  /** Two-sided: the bound is the 1 − alpha / 2 quantile. */
  alpha: number
}

export const CDC_DEFAULTS: Readonly<CdcOptions> = { years: 5, minYears: 3, neighbours: 1, alpha: 0.01 }
const RANGES = { years: [1, 100, 'whole'], minYears: [1, 100, 'whole'], neighbours: [0, 6, 'whole'], alpha: [1e-12, 0.5] } as const

/**
 * Bounds the sum of the last four weeks (28 days) by mean + z sd √(1 + 1/n) of the n sums of earlier years. expected, upper
 * speak of that sum; statistic is its z.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function cdc({ counts, period, periodsPerYear, from, until }: SeriesInput, options: Partial<CdcOptions> = {}): Judgements {
  const { years, minYears, neighbours, alpha } = resolveOptions('cdc', CDC_DEFAULTS, RANGES, options)
  const out = createJudgements(until - from)
  const block = period === 'day' ? 28 : 4
  const z = normalQuantile(1 - alpha / 2)
  const sumBefore = (end: number): number => {
    let sum = 0
    for (let j = end - block; j < end; j++) sum += counts[j]
    return sum
  }
  for (let t = from; t < until; t++) {
    const i = t - from
    const sums: number[] = []
    let complete = 0
    for (let year = 1; year <= years; year++) {
      const end = t + 1 - Math.round(year * periodsPerYear)
      if (end - (neighbours + 1) * block < 0) break
      complete++
      for (let m = -neighbours; m <= neighbours; m++) sums.push(sumBefore(end + m * block))
    }
    const now = sumBefore(t + 1)
    const mean = sums.length > 0 ? meanOf(sums) : NaN
    if (complete < minYears || Number.isNaN(now + mean)) {
      withoutVerdict(out, i, complete < minYears ? 'too_short' : 'gap')
      continue
    }
    const sd = sampleStandardDeviation(sums) * Math.sqrt(1 + 1 / sums.length)
    out.expected[i] = mean
    out.upper[i] = mean + z * sd
    out.statistic[i] = sd > 0 ? (now - mean) / sd : now > mean ? Infinity : 0
    out.logP[i] = logNormalTail(Math.min(out.statistic[i], 1e6))
    out.alarm[i] = now > out.upper[i] ? 1 : 0
    out.window[i] = block
  }
  return out
}
