/**
 * EARS C1, C2 and C3 of the last day of many series: ears.ts and ears-c3.ts at the settings of their methods, a dozen counts a
 * series looked at and nothing allocated. Series with a gap among them, and too short ones, are left to the methods.
 */
import { normalQuantile } from '../math/normal.ts'
import type { LastVerdicts, SeriesBlock } from './batch.ts'
import { EARS_C3_DEFAULTS } from './ears-c3.ts'

const BASELINE = 7
const LAG = 2
const THRESHOLD = normalQuantile(0.99)

export function batchEarsC1(block: SeriesBlock, _: number, out: LastVerdicts): number[] {
  return judgeBounds(block, 0, out)
}

export function batchEarsC2(block: SeriesBlock, _: number, out: LastVerdicts): number[] {
  return judgeBounds(block, LAG, out)
}

function judgeBounds({ series, days, counts }: SeriesBlock, lag: number, out: LastVerdicts): number[] {
  const others: number[] = []
  const bounds = new Float64Array(2)
  for (let i = 0; i < series; i++) {
    const at = (i + 1) * days - 1
    const y = counts[at]
    if (days > BASELINE + lag) findBounds(counts, at - lag - BASELINE, 0, bounds)
    if (days <= BASELINE + lag || Number.isNaN(y + bounds[1])) {
      others.push(i)
      continue
    }
    const mean = bounds[0]
    const sigma = bounds[1]
    out.expected[i] = mean
    out.upper[i] = mean + THRESHOLD * sigma
    out.statistic[i] = sigma > 0 ? (y - mean) / sigma : y > mean ? Infinity : 0
    out.alarm[i] = y > out.upper[i] ? 1 : 0
    out.reason[i] = 0
  }
  return others
}

/** C3 as in the textbooks: excesses of the day and the two before it over their own C2. */
export function batchEarsC3({ series, days, counts }: SeriesBlock, _: number, out: LastVerdicts): number[] {
  const others: number[] = []
  const bounds = new Float64Array(2)
  const needed = BASELINE + LAG + 3
  const { threshold, minSigma } = EARS_C3_DEFAULTS
  for (let i = 0; i < series; i++) {
    const at = (i + 1) * days - 1
    let before = 0
    for (let back = 1; back <= 2 && days >= needed; back++) {
      findBounds(counts, at - back - LAG - BASELINE, minSigma, bounds)
      before += excess(counts[at - back], bounds)
    }
    if (days >= needed) findBounds(counts, at - LAG - BASELINE, minSigma, bounds)
    const sum = before + excess(counts[at], bounds)
    if (days < needed || Number.isNaN(sum)) {
      others.push(i)
      continue
    }
    const rest = threshold - before
    out.expected[i] = bounds[0]
    out.upper[i] = Math.max(0, rest < 0 ? 0 : bounds[0] + bounds[1] * (1 + rest))
    out.statistic[i] = sum
    out.alarm[i] = counts[at] > out.upper[i] ? 1 : 0
    out.reason[i] = 0
  }
  return others
}

/** Mean and standard deviation, minSigma at least, of the baseline that begins at `from`. */
function findBounds(counts: Float64Array, from: number, minSigma: number, bounds: Float64Array): void {
  let mean = 0
  for (let j = from; j < from + BASELINE; j++) mean += counts[j]
  mean /= BASELINE
  let squares = 0
  for (let j = from; j < from + BASELINE; j++) squares += (counts[j] - mean) * (counts[j] - mean)
  bounds[0] = mean
  const deviation = Math.sqrt(squares / (BASELINE - 1))
  bounds[1] = deviation < minSigma ? minSigma : deviation
}

function excess(y: number, bounds: Float64Array): number {
  const above = y - bounds[0]
  return above === 0 && bounds[1] === 0 ? 0 : Math.max(0, above / bounds[1] - 1)
}
