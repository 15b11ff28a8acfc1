import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { areaUnderCurve, brierScore, calibration, rollingFolds } from '../../../models/learn/holdout.ts'
import { sigmoid } from '../../../models/learn/logistic.ts'

test('the area under the curve counts pairs, ties half', () => {
  // good 3, 2; other 2, 1: pairs 3>2, 3>1, 2=2 (half), 2>1: 3.5 of 4
  expect(areaUnderCurve([3, 2, 2, 1], [1, 1, 0, 0])).toBe(3.5 / 4)
  expect(areaUnderCurve([1, 1, 1], [1, 0, 0])).toBe(0.5)
  expect(areaUnderCurve([1, 2], [1, 1])).toBeNaN()
})

test('Brier is the mean squared distance', () => {
  expect(brierScore([0.8, 0.4], [1, 0])).toBeCloseTo((0.04 + 0.16) / 2, 12)
})

test('calibration finds slope 1 where chances are true and less where they boast', () => {
  const random = createRng('calibration')
  const odds = Float64Array.from({ length: 20_000 }, () => random.normal())
  const labels = odds.map((x) => (random.next() < sigmoid(x) ? 1 : 0))
  expect(Math.abs(calibration(odds, labels).slope - 1)).toBeLessThan(0.06)
  expect(Math.abs(calibration(odds, labels).intercept)).toBeLessThan(0.06)
  expect(Math.abs(calibration(odds.map((x) => 2 * x), labels).slope - 0.5)).toBeLessThan(0.03)
})

test('no fold trains on a case whose label was not known when its block began', () => {
  const days = Array.from({ length: 100 }, (_, i) => i * 3)
  const known = days.map((day, i) => day + (i % 10 === 0 ? 200 : 28))
  const folds = rollingFolds(days, known, 4)
  expect(folds.map((fold) => [fold.testFrom, fold.testUntil])).toEqual([[50, 62], [62, 75], [75, 87], [87, 100]])
  for (const { train, testFrom } of folds) {
    expect(train.every((i) => i < testFrom && known[i]! <= days[testFrom]!)).toBe(true)
    expect(train.length).toBe(days.filter((_, i) => i < testFrom && known[i]! <= days[testFrom]!).length)
    expect(train.length).toBeGreaterThan(30)
  }
})
