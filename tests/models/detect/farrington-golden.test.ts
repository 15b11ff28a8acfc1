/**
 * Reference values: R surveillance 1.20.3, farrington and farringtonFlexible, in ../shared/golden/surveillance: every setting
 * and every stored number to 1e-6 relative.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { farringtonFlexible } from '../../../models/detect/farrington-flexible.ts'
import type { FarringtonFlexibleOptions } from '../../../models/detect/farrington-flexible.ts'
import { createModelRoom, predict } from '../../../models/detect/farrington-model.ts'
import type { ModelRoom, Prediction } from '../../../models/detect/farrington-model.ts'
import { createRows, findReferences } from '../../../models/detect/farrington-weeks.ts'
import type { FarringtonSeries } from '../../../models/detect/farrington-weeks.ts'
import { farrington } from '../../../models/detect/farrington.ts'
import type { FarringtonOptions } from '../../../models/detect/farrington.ts'
import { incompleteBeta } from '../../../models/math/beta.ts'
import { normalQuantile } from '../../../models/math/normal.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'

type Value = number | 'Infinity' | null
type Control<T> = T & { pastWeeksNotIncluded: number | null, fitFun?: string, verbose?: boolean, glmWarnings?: boolean, populationOffset?: boolean, range_1based?: number[] }
interface Flexible {
  control: Control<FarringtonFlexibleOptions>
  upperbound: Value[], alarm: boolean[], expected: Value[], mu0Vector: Value[], phi: Value[], score: Value[], pvalue: Value[], trend: number[], trendCoef: Value[]
}
interface Original { control: Control<FarringtonOptions>, upperbound: Value[], alarm: boolean[], trend: number[], lower_tail_prob_of_observed: Value[], median: Value[] }
interface Fit { coef: number[], phi: number }
interface Detail {
  k_1based: number, reference_index_1based: number[], seasgroup: number[]
  first_fit: Fit & { weights: number[] }
  final_fit: Fit & { p_wtime_correct_dispersion: number, p_wtime_package: number }
  wtime_now: number, mu: number, se_eta_correct: number, se_eta_package: number
}
interface Golden {
  epochAsDate: boolean, dates: string[] | null, observed: number[], results_for_indices: number[]
  farrington: Record<string, Original>, farringtonFlexible: Record<string, Flexible>, farringtonFlexible_detail: Detail[]
}

const FLEXIBLE = ['b', 'w', 'noPeriods', 'reweight', 'weightsThreshold', 'trend', 'pThresholdTrend', 'alpha', 'limit54', 'thresholdMethod', 'powertrans'] as const
const ORIGINAL = ['b', 'w', 'reweight', 'trend', 'alpha', 'limit54', 'powertrans'] as const

for (const name of ['salmonella_agona', 'salmNewport_total', 'campyDE', 'k1', 'm1']) {
  const path = `golden/surveillance/${name}.json`
  const read = (): { golden: Golden, series: FarringtonSeries, from: number, until: number } => {
    const golden = JSON.parse(readFileSync(sharedPath(path), 'utf8')) as Golden
    const series = { counts: Float64Array.from(golden.observed), periodsPerYear: 52, ...(golden.epochAsDate ? { firstDay: parseDay(golden.dates![0]) } : {}) }
    return { golden, series, from: golden.results_for_indices[0] - 1, until: golden.results_for_indices.at(-1)! }
  }

  test.skipIf(lacksShared(path))(`Farrington flexible of ${name} agrees with R surveillance`, () => {
    const { golden, series, from, until } = read()
    for (const [setting, reference] of Object.entries(golden.farringtonFlexible)) {
      const { control } = reference
      const options: Partial<FarringtonFlexibleOptions> = {
        ...pick(control, FLEXIBLE), pastWeeksNotIncluded: control.pastWeeksNotIncluded ?? control.w, standardError: 'surveillance-1.20',
      }
      const bounds = farringtonFlexible(series, from, until, options)
      // R keeps these numbers where the rule of 5 cases in 4 weeks takes the bound away.
      const open = farringtonFlexible(series, from, until, { ...options, limit54: [0, 4] })
      const z = -normalQuantile(control.alpha)
      for (let i = 0; i < until - from; i++) {
        const where = `${setting}, week ${from + i + 1}:`
        const { expected, standardError, upper, phi, trend, logP } = open
        const mean = expected[i]
        const bounded = !Number.isNaN(bounds.upper[i])
        same(bounds.upper[i], reference.upperbound[i], `${where} upper`)
        same(bounded ? mean : NaN, reference.expected[i], `${where} expected`)
        expect(bounds.alarm[i], `${where} alarm`).toBe(reference.alarm[i] ? 1 : 0)
        same(phi[i], reference.phi[i], `${where} phi`)
        same(trend[i], reference.trendCoef[i], `${where} trend`)
        expect(Number.isNaN(trend[i]) ? 0 : 1, `${where} trend kept`).toBe(reference.trend[i])
        same(Math.exp(logP[i]), reference.pvalue[i], `${where} p`)
        // What the package calls mu0Vector and score: docs/methods/farrington.md.
        const { thresholdMethod } = control
        const mu0 = thresholdMethod === 'delta' ? Math.exp(mean * (1 + z * standardError[i])) : thresholdMethod === 'muan' ? mean * Math.exp(z * standardError[i]) : mean
        same(mu0, reference.mu0Vector[i], `${where} mu0`)
        const level = thresholdMethod === 'delta' ? mean : Math.log(mean)
        same((series.counts[from + i] - level) / (upper[i] - level), reference.score[i], `${where} score`, 1e-6)
      }
    }
  })

  test.skipIf(lacksShared(path))(`the original Farrington method of ${name} agrees with R surveillance`, () => {
    const { golden, series, from, until } = read()
    for (const [setting, reference] of Object.entries(golden.farrington)) {
      const bounds = farrington(series, from, until, pick(reference.control, ORIGINAL))
      for (let i = 0; i < until - from; i++) {
        const where = `${setting}, week ${from + i + 1}:`
        // R writes 0 where there are too few cases for an alarm.
        same(Number.isNaN(bounds.upper[i]) ? 0 : bounds.upper[i], reference.upperbound[i], `${where} upper`)
        expect(bounds.alarm[i], `${where} alarm`).toBe(reference.alarm[i] ? 1 : 0)
        expect(Number.isNaN(bounds.trend[i]) ? 0 : 1, `${where} trend kept`).toBe(reference.trend[i])
        same(bounds.expected[i], reference.median[i], `${where} median`)
        same(-Math.expm1(bounds.logP[i]), reference.lower_tail_prob_of_observed[i], `${where} lower tail`)
      }
    }
  })

  test.skipIf(lacksShared(path))(`each step of Farrington flexible at single weeks of ${name} agrees with R`, () => {
    const { golden, series } = read()
    expect(golden.farringtonFlexible_detail).toHaveLength(3)
    const { b, w } = golden.farringtonFlexible.improved_nbPlugin.control
    for (const detail of golden.farringtonFlexible_detail) {
      const options = { b, minYears: b, w, noPeriods: 10, pastWeeksNotIncluded: 26, reweight: true, weightsThreshold: 2.58, trend: true, pThresholdTrend: 1, standardError: 'correct' } as const
      const rows = createRows(options)
      const t = detail.k_1based - 1
      const years = findReferences(series, t, options, rows)
      const room = createModelRoom(series.counts, 10)
      const prediction: Prediction = { mean: NaN, phi: NaN, standardError: NaN, trend: NaN }
      const weeks: number[] = []
      const levels: number[] = []
      for (let s = 0; s < rows.stretches; s++) {
        for (let i = rows.from[s]; i < rows.until[s]; i++) {
          weeks.push(i + 1)
          levels.push(rows.level[s] + 1)
        }
      }
      expect(weeks).toEqual(detail.reference_index_1based)
      expect(levels).toEqual(detail.seasgroup)

      expect(predict(room, rows, years, { ...options, reweight: false }, prediction)).toBe('')
      same(prediction.phi, detail.first_fit.phi, 'first phi')
      sameCoefficients(room, detail, detail.first_fit)
      expect(predict(room, rows, years, options, prediction)).toBe('')
      sameCoefficients(room, detail, detail.final_fit)
      same(prediction.phi, detail.final_fit.phi, 'final phi')
      same(prediction.mean, detail.mu, 'mean')
      same(prediction.standardError, detail.se_eta_correct, 'standard error')
      weeks.forEach((week, j) => same(detail.first_fit.weights.every((x) => x === 1) ? 1 : room.weights[week - 1], detail.first_fit.weights[j], `weight of week ${week}`))
      same(trendP(room, room.dispersions.pearson), detail.final_fit.p_wtime_correct_dispersion, 'p of the trend')
      same(trendP(room, room.dispersions.working), detail.final_fit.p_wtime_package, "the package's p of the trend")
      predict(room, rows, years, { ...options, standardError: 'surveillance-1.20' }, prediction)
      same(prediction.standardError, detail.se_eta_package, "the package's standard error")
    }
  })
}

/** Within 1e-6 of the reference, NaN for null. */
function same(value: number, reference: Value, message: string, floor = 0): void {
  if (reference === null) expect(value, message).toBeNaN()
  else if (reference === 'Infinity' || value === reference) expect(value, message).toBe(Number(reference))
  else expect(Math.abs(value - reference), `${message} ${value}, in R ${reference}`).toBeLessThanOrEqual(1e-6 * Math.max(floor, Math.abs(reference)))
}

/** R's intercept and contrasts, its clock starting at week 0, as our levels at the week under test. */
function sameCoefficients({ fit }: ModelRoom, { wtime_now: now }: Detail, { coef: [first, slope, ...contrasts] }: Fit): void {
  same(fit.slope, slope, 'slope')
  for (let g = 0; g < 10; g++) same(fit.intercept[g], first + slope * now + (g > 0 ? contrasts[g - 1] : 0), `level ${g}`)
}

function trendP({ fit }: ModelRoom, dispersion: number): number {
  const square = (fit.slope * fit.slope * fit.curvature) / dispersion
  return incompleteBeta(fit.freedom / 2, 0.5, fit.freedom / (fit.freedom + square), square / (fit.freedom + square))
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]])) as Pick<T, K>
}
