/**
 * The order in which a night's alerts use their units' budgets: by the chance that something comes of them, as a logistic regression on what units
 * said of earlier ones has it. It serves only while it has enough to learn from and orders better than the plain score on alerts it had not seen. Surges that nobody judged teach it
 * nothing: large series surge for many reasons, and a ranker of surges ordered worse than the score (docs/methods/ranker.md).
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { areaUnderCurve, brierScore, calibration, rollingFolds } from '../../models/learn/holdout.ts'
import { contributions, fitLogistic, logOdds, sigmoid } from '../../models/learn/logistic.ts'
import type { Logistic } from '../../models/learn/logistic.ts'
import type { OutcomeRow, RankerRow } from '../../sql/learning.ts'
import { round } from '../signal-row.ts'
import { FEWEST_JUDGED } from './ages.ts'
import { FEATURES } from './features.ts'
import type { Feature } from './features.ts'
import { labelOf } from './record.ts'

/** Alerts of either kind, among those that were judged, before a ranker is tried. */
export const FEWEST_OF_A_KIND = 20
/** By how much the area under the curve must exceed that of the plain score on the hold-out. */
export const LEAST_GAIN = 0.01
const BLOCKS = 4
const DIGITS = 6

export interface Ranked {
  /** Chance that something comes of it. */
  chance: number
  /** What moved it most from the average alert, in log odds, largest first. */
  parts: { feature: Feature, value: number }[]
}

export interface Ranker {
  row: RankerRow
  /** Undefined where it does not serve. */
  rank?: (features: Readonly<Record<string, number>>) => Ranked
}

/** @param outcomes alerts of earlier nights as known on the night, by night; those that nobody judged are left out */
export function trainRanker(night: Day, outcomes: readonly OutcomeRow[]): Ranker {
  const cases = outcomes.flatMap((row) => {
    const label = row.verdict === null ? null : labelOf(row)
    return label === null || !FEATURES.every((name) => Number.isFinite(row.features[name])) ? [] : [{ row, label }]
  })
  const good = cases.reduce((sum, one) => sum + one.label, 0)
  const none = (reason: RankerRow['reason'], holdout: RankerRow['holdout'] = null): Ranker =>
    ({ row: { night: formatDay(night), serves: false, reason, outcomes: cases.length, good, model: null, holdout } })
  if (cases.length < FEWEST_JUDGED) return none('few_outcomes')
  if (Math.min(good, cases.length - good) < FEWEST_OF_A_KIND) return none('one_sided')
  const rows = Float64Array.from(cases.flatMap(({ row }) => FEATURES.map((name) => row.features[name]!)))
  const labels = Float64Array.from(cases, ({ label }) => label)
  const holdout = holdOut(rows, labels, Float64Array.from(cases, ({ row }) => row.score), cases.map(({ row }) => parseDay(row.night)), cases.map(({ row }) => parseDay(row.judgedOn!)))
  const fitted = fitLogistic(rows, labels)
  if (!fitted.converged) return none('no_convergence', holdout)
  const model = rounded(fitted)
  const serves = holdout.auc !== null && holdout.auc_plain !== null && holdout.auc >= holdout.auc_plain + LEAST_GAIN
  const row: RankerRow = {
    night: formatDay(night), serves, reason: serves ? 'serves' : 'not_better', outcomes: cases.length, good, holdout,
    model: {
      names: [...FEATURES], intercept: model.intercept, coefficients: [...model.coefficients], centres: [...model.centres], scales: [...model.scales],
    },
  }
  return serves ? { row, rank: (features) => rankOne(model, features) } : { row }
}

function rankOne(model: Logistic, features: Readonly<Record<string, number>>): Ranked {
  const values = FEATURES.map((name) => features[name]!)
  const parts = contributions(model, values)
  return {
    chance: round(sigmoid(logOdds(model, values))),
    parts: FEATURES.map((feature, i) => ({ feature, value: round(parts[i]!, 2) }))
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.feature < b.feature ? -1 : 1)).slice(0, 3),
  }
}

/** Every case of the last half is judged by a ranker that knew only what was known when its block began. */
function holdOut(rows: Float64Array, labels: Float64Array, scores: Float64Array, days: readonly Day[], judged: readonly Day[]): NonNullable<RankerRow['holdout']> {
  const p = FEATURES.length
  const odds: number[] = []
  const seen: number[] = []
  const plain: number[] = []
  for (const { train, testFrom, testUntil } of rollingFolds(days, judged, BLOCKS)) {
    if (train.length < FEWEST_OF_A_KIND) continue
    const model = fitLogistic(Float64Array.from(train.flatMap((i) => [...rows.subarray(i * p, i * p + p)])), Float64Array.from(train, (i) => labels[i]!))
    if (!model.converged) continue
    for (let i = testFrom; i < testUntil; i++) {
      odds.push(logOdds(model, rows.subarray(i * p, i * p + p)))
      seen.push(labels[i]!)
      plain.push(scores[i]!)
    }
  }
  if (seen.length === 0) return { cases: 0, good: 0, auc: null, auc_plain: null, brier: null, intercept: null, slope: null }
  const { intercept, slope } = calibration(Float64Array.from(odds), Float64Array.from(seen))
  const known = (value: number): number | null => (Number.isFinite(value) ? round(value) : null)
  return {
    cases: seen.length, good: seen.reduce((sum, label) => sum + label, 0), auc: known(areaUnderCurve(odds, seen)), auc_plain: known(areaUnderCurve(plain, seen)),
    brier: known(brierScore(odds.map(sigmoid), seen)), intercept: known(intercept), slope: known(slope),
  }
}

/** Rounded before use, so that what is stored is what served. */
function rounded({ intercept, coefficients, centres, scales, converged }: Logistic): Logistic {
  const all = (values: Float64Array): Float64Array => values.map((value) => round(value, DIGITS))
  return { intercept: round(intercept, DIGITS), coefficients: all(coefficients), centres: all(centres), scales: scales.map((scale) => Math.max(1e-6, round(scale, DIGITS))), converged }
}
