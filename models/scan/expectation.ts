/**
 * Expectation-based Poisson: is there somewhere more than the baselines lead one to expect, whatever happens elsewhere?
 * Neill, Moore, Sabhnani, Daniel (2005), KDD: 218-227; Neill (2009), Int J Forecasting 25:498-517. docs/methods/expectation-scan.md
 */
import { createCountSampler, createUncertainSampler } from './count-sampler.ts'
import { poissonRatio } from './ratios.ts'
import { maskCells } from './scan-model.ts'
import type { CellCounts, ScanModel } from './scan-model.ts'

export interface ExpectationCells extends CellCounts {
  /** Expected counts, place-major; NaN as in `counts`. */
  baselines: Float64Array
  /**
   * How well the baselines are known, per place: coefficient of variation of the factor by which all of its baselines may be
   * wrong. The replicates draw it too. Absent: the baselines are exact, and p is too small where they are not.
   */
  baselineCv?: Float64Array
  /** Fewest cases in a cluster. */
  minCases?: number
}

export function expectationModel({ places, days, counts, baselines, baselineCv, minCases = 1 }: ExpectationCells): ScanModel {
  const { observed, expected } = maskCells(counts, baselines)
  return {
    places, days, observed, expected,
    ratio: (cases, mean) => (cases >= minCases ? poissonRatio(cases, mean) : 0),
    draw: baselineCv ? createUncertainSampler(expected, undefined, baselineCv, days) : createCountSampler(expected),
  }
}
