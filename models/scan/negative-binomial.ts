/**
 * Expectation-based scan of counts that vary more than Poisson's: variance b + b² / size with a known size.
 * Tango, Takahashi, Kohriyama (2011), Biometrics 67:106-115: score statistic of a common relative risk, in which a cell counts
 * for the less the more it varies. docs/methods/expectation-scan.md
 */
import { createCountSampler, createUncertainSampler } from './count-sampler.ts'
import type { ExpectationCells } from './expectation.ts'
import { scoreRatio } from './ratios.ts'
import { maskCells } from './scan-model.ts'
import type { ScanModel } from './scan-model.ts'

export interface NegativeBinomialCells extends Omit<ExpectationCells, 'minCases'> {
  /** Sizes above 0, Infinity for Poisson: one per place, or one per cell. */
  sizes: Float64Array
}

/** Cells weighted by 1 / (1 + b / size): the ratio is the weighted excess over its standard deviation, √ of the weighted b. */
export function negativeBinomialModel({ places, days, counts, baselines, baselineCv, sizes }: NegativeBinomialCells): ScanModel {
  const { observed: cases, expected: means } = maskCells(counts, baselines)
  const cellSizes = sizes.length === means.length ? sizes : means.map((_, i) => sizes[Math.floor(i / days)])
  const weights = means.map((mean, i) => 1 / (1 + mean / cellSizes[i]))
  const drawCases = baselineCv ? createUncertainSampler(means, cellSizes, baselineCv, days) : createCountSampler(means, cellSizes)
  return {
    places, days,
    observed: cases.map((count, i) => count * weights[i]),
    expected: means.map((mean, i) => mean * weights[i]),
    told: { observed: cases, expected: means },
    ratio: scoreRatio,
    draw(random, out) {
      drawCases(random, out)
      for (let i = 0; i < out.length; i++) out[i] *= weights[i]
    },
  }
}
