import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { contributions, fitLogistic, logOdds, sigmoid } from '../../../models/learn/logistic.ts'

test('one binary feature without ridge gives the two groups their own shares', () => {
  // 20 with x = 0, 5 of them good; 20 with x = 1, 15 of them good: the log odds are log(5/15) and log(15/5).
  const x = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1))
  const y = Float64Array.from({ length: 40 }, (_, i) => (i < 5 || (i >= 20 && i < 35) ? 1 : 0))
  const model = fitLogistic(x, y, { ridge: 0 })
  expect(model.converged).toBe(true)
  expect(Math.abs(logOdds(model, [0]) - Math.log(5 / 15))).toBeLessThan(1e-8)
  expect(Math.abs(logOdds(model, [1]) - Math.log(15 / 5))).toBeLessThan(1e-8)
  expect(Math.abs(model.intercept)).toBeLessThan(1e-8)
})

test('a half label is half a case of each kind', () => {
  const once = fitLogistic(Float64Array.of(0, 0, 1, 1, 1), Float64Array.of(0, 0.5, 0.5, 1, 1), { ridge: 1e-9 })
  const twice = fitLogistic(Float64Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 1), Float64Array.of(0, 0, 0, 1, 0, 1, 1, 1, 1, 1), { ridge: 2e-9 })
  expect(Math.abs(logOdds(once, [1]) - logOdds(twice, [1]))).toBeLessThan(1e-6)
  expect(Math.abs(sigmoid(logOdds(once, [0])) - 0.25)).toBeLessThan(1e-6)
})

test('the penalised gradient is zero at the solution', () => {
  const random = createRng('logistic')
  const n = 200
  const rows = Float64Array.from({ length: n * 3 }, () => random.normal() * 3 + 1)
  const labels = Float64Array.from({ length: n }, (_, i) => (random.next() < sigmoid(0.5 + rows[i * 3]! - 0.5 * rows[i * 3 + 1]!) ? 1 : 0))
  const ridge = 3
  const model = fitLogistic(rows, labels, { ridge })
  const gradient = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * 3, i * 3 + 3)
    const error = sigmoid(logOdds(model, row)) - labels[i]!
    gradient[0]! += error
    for (let j = 0; j < 3; j++) gradient[j + 1]! += error * (row[j]! - model.centres[j]!) / model.scales[j]!
  }
  for (let j = 0; j < 3; j++) gradient[j + 1]! += ridge * model.coefficients[j]!
  for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-4)
})

test('a truth that was simulated is found again', () => {
  const random = createRng('logistic truth')
  const n = 20_000
  const rows = Float64Array.from({ length: n * 2 }, () => random.normal())
  const labels = Float64Array.from({ length: n }, (_, i) => (random.next() < sigmoid(-1 + 0.8 * rows[i * 2]! - 0.4 * rows[i * 2 + 1]!) ? 1 : 0))
  const model = fitLogistic(rows, labels)
  const slope = (j: number): number => model.coefficients[j]! / model.scales[j]!
  expect(Math.abs(slope(0) - 0.8)).toBeLessThan(0.06)
  expect(Math.abs(slope(1) + 0.4)).toBeLessThan(0.06)
})

test('separable labels and a constant feature stay finite under the ridge', () => {
  const model = fitLogistic(Float64Array.of(1, 7, 2, 7, 3, 7, 4, 7), Float64Array.of(0, 0, 1, 1))
  expect(model.converged).toBe(true)
  expect(model.coefficients[1]).toBe(0)
  expect(logOdds(model, [4, 7])).toBeGreaterThan(logOdds(model, [1, 7]))
})

test('labels that are all alike without ridge do not converge and do not throw', () => {
  expect(fitLogistic(Float64Array.of(1, 2, 3), Float64Array.of(1, 1, 1), { ridge: 0 }).converged).toBe(false)
})

test('the parts of a score and the intercept are the score, whatever the units of the features', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.boolean()), { minLength: 4, maxLength: 40 }), fc.integer({ min: 1, max: 1000 }), (cases, unit) => {
    const labels = Float64Array.from(cases, ([, good]) => (good ? 1 : 0))
    const plain = fitLogistic(Float64Array.from(cases, ([x]) => x), labels)
    const scaled = fitLogistic(Float64Array.from(cases, ([x]) => x * unit), labels)
    const [x] = cases[0]!
    expect(Math.abs(logOdds(plain, [x]) - logOdds(scaled, [x * unit]))).toBeLessThan(1e-6)
    expect(contributions(plain, [x])[0]! + plain.intercept).toBe(logOdds(plain, [x]))
  }), { seed: 20260101, numRuns: 50 })
})
