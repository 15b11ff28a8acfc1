/**
 * The last day of many series at once. A method that has a kernel here needs neither objects nor arrays per series; any other
 * is asked series by series. Both give what the method gives for each series alone.
 */
import { batchCusum } from './batch-cusum.ts'
import { batchEarsC1, batchEarsC2, batchEarsC3 } from './batch-ears.ts'
import type { Method, SeriesInput } from './method.ts'

/** n series over the same days, row after row; the calendar is that of all of them. Read, never kept or written. */
export interface SeriesBlock extends Omit<SeriesInput, 'counts' | 'from' | 'until'> {
  series: number
  days: number
  /** series * days counts, oldest first; NaN is a gap. */
  counts: Float64Array
}

/** Row i speaks of the last day of series i, in the words of Judgements. */
export interface LastVerdicts {
  expected: Float64Array
  upper: Float64Array
  statistic: Float64Array
  alarm: Uint8Array
  reason: Uint8Array
}

/** Overwrites the rows of `out` whose verdict it finds. @returns positions of the others, which the method itself has to judge */
export type BatchKernel = (block: SeriesBlock, summedDays: number, out: LastVerdicts) => number[]

const KERNELS: Readonly<Record<string, BatchKernel>> = {
  earsC1: batchEarsC1,
  earsC2: batchEarsC2,
  C3_textbook: batchEarsC3,
  cusum: (block, summedDays, out) => batchCusum(block, summedDays, 'standard', out),
  cusum_rossi: (block, summedDays, out) => batchCusum(block, summedDays, 'rossi', out),
}

/** Methods that add up evidence from day to day, so that a single day is nothing to them. */
const SUMMING = /^(cusum|glr|outbreakP)/
/** A quarter: a slow rise is summed up, and the baseline before it keeps most of two years. */
export const SUMMED_DAYS = 91

export function createLastVerdicts(n: number): LastVerdicts {
  return {
    expected: new Float64Array(n), upper: new Float64Array(n), statistic: new Float64Array(n), alarm: new Uint8Array(n), reason: new Uint8Array(n),
  }
}

/** Judges the last day of every series of the block; `out` is overwritten. */
export function judgeLastDay(method: Method, block: SeriesBlock, out: LastVerdicts): void {
  const kernel = KERNELS[method.name]
  if (kernel) for (const i of kernel(block, SUMMED_DAYS, out)) judgeRow(method, block, i, out)
  else for (let i = 0; i < block.series; i++) judgeRow(method, block, i, out)
}

function judgeRow(method: Method, block: SeriesBlock, i: number, out: LastVerdicts): void {
  const { days } = block
  const from = Math.max(0, days - (SUMMING.test(method.name) ? SUMMED_DAYS : 1))
  const judged = method.judge({ ...block, counts: block.counts.subarray(i * days, (i + 1) * days), from, until: days })
  const last = judged.length - 1
  out.expected[i] = judged.expected[last]
  out.upper[i] = judged.upper[last]
  out.statistic[i] = judged.statistic[last]
  out.alarm[i] = judged.alarm[last]
  out.reason[i] = judged.reason[last]
}
