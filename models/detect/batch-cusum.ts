/**
 * CUSUM on the last day of many series: cusum.ts against the mean before, without an array per series. Series whose last day is
 * a gap, that are too short or whose baseline is empty are left to the method.
 */
import type { LastVerdicts, SeriesBlock } from './batch.ts'
import { CUSUM_DEFAULTS, CUSUM_TRANSFORMS } from './cusum.ts'
import type { CusumOptions } from './cusum.ts'
import { baselineEnd } from './monitoring.ts'

/** @param summedDays  last days that are summed up; the baseline is what lies before them */
export function batchCusum(block: SeriesBlock, summedDays: number, transform: CusumOptions['transform'], out: LastVerdicts): number[] {
  const { series, days, counts, periodsPerYear } = block
  const { k, h } = CUSUM_DEFAULTS
  const { standardise, invert } = CUSUM_TRANSFORMS[transform]
  const start = baselineEnd({ from: Math.max(0, days - summedDays), periodsPerYear }, false)
  const others: number[] = []
  for (let i = 0; i < series; i++) {
    const row = i * days
    let n = 0
    let total = 0
    for (let t = row; t < row + Math.min(start, days); t++) {
      if (!(counts[t] >= 0)) continue
      n++
      total += counts[t]
    }
    const last = row + days - 1
    if (start >= days || !(total > 0) || Number.isNaN(counts[last])) {
      others.push(i)
      continue
    }
    const mean = total / n
    let before = 0
    let sum = 0
    for (let t = row + start; t <= last; t++) {
      if (Number.isNaN(counts[t])) continue
      before = sum
      sum = Math.max(0, sum + standardise(counts[t], mean) - k)
    }
    out.expected[i] = mean
    out.upper[i] = invert(h - before + k, mean, 0)
    out.statistic[i] = sum
    out.alarm[i] = sum >= h ? 1 : 0
    out.reason[i] = 0
  }
  return others
}
