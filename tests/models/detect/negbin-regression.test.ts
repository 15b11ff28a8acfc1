/**
 * Reference fits: scipy (tests/golden/negbin-regression.py).
 */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { fitNegbinRegression } from '../../../models/detect/negbin-regression.ts'

interface Case {
  name: string
  counts: number[]
  design: number[]
  weights: number[]
  offset: number[]
  size: number | 'Infinity' | null
  coefficients: number[]
  dispersion: number
  standardErrors: number[]
}
const golden = JSON.parse(readFileSync(new URL('../../golden/negbin-regression.json', import.meta.url), 'utf8')) as { cases: Case[] }

for (const item of golden.cases) {
  test(`the fit of ${item.name} counts agrees with scipy`, () => {
    const fit = fitNegbinRegression({
      counts: Float64Array.from(item.counts), design: Float64Array.from(item.design), columns: 4,
      weights: Float64Array.from(item.weights), offset: Float64Array.from(item.offset),
      ...(item.size === null ? {} : { size: Number(item.size) }),
    }, { tolerance: 1e-10 })
    expect(fit.converged).toBe(true)
    for (let a = 0; a < 4; a++) {
      expect(Math.abs(fit.coefficients[a] - item.coefficients[a])).toBeLessThan(1e-6)
      expect(Math.abs(Math.sqrt(fit.covariance[a * 5]) / item.standardErrors[a] - 1)).toBeLessThan(1e-5)
    }
    expect(Math.abs(1 / fit.size - item.dispersion)).toBeLessThan(1e-5 * (item.dispersion + 0.01))
  })
}

/** Intercept only. */
function level(counts: ArrayLike<number>, extra: object = {}) {
  const values = Float64Array.from(counts)
  return fitNegbinRegression({ counts: values, design: new Float64Array(values.length).fill(1), columns: 1, ...extra })
}

test('an intercept alone is the logarithm of the mean, whatever the dispersion', () => {
  fc.assert(fc.property(fc.array(fc.nat(60), { minLength: 8, maxLength: 60 }), (xs) => {
    fc.pre(xs.some((x) => x > 0))
    const fit = level(xs)
    const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length
    expect(fit.converged).toBe(true)
    expect(Math.abs(Math.exp(fit.coefficients[0]) - mean)).toBeLessThan(1e-5 * mean)
    expect(fit.size).toBeGreaterThan(0)
  }), { seed: 20260104 })
})

test('leaving a row out by weight, by gap or by hand is the same', () => {
  const counts = [3, 5, 8, 1, 0, 4, 100, 2, 6]
  const without = level(counts.filter((x) => x !== 100))
  const byWeight = level(counts, { weights: Float64Array.from(counts, (x) => (x === 100 ? 0 : 1)) })
  const byGap = level(counts.map((x) => (x === 100 ? NaN : x)))
  for (const fit of [byWeight, byGap]) {
    expect(Math.abs(fit.coefficients[0] - without.coefficients[0])).toBeLessThan(1e-9)
    expect(Math.abs(1 / fit.size - 1 / without.size)).toBeLessThan(1e-6)
  }
})

test('size and coefficients of simulated counts are found again', () => {
  const random = createRng('negbin-regression')
  const n = 4000
  const design = new Float64Array(n * 2)
  const counts = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    design[2 * i] = 1
    design[2 * i + 1] = i % 2
    counts[i] = random.negativeBinomial(Math.exp(1.5 + 0.7 * (i % 2)), 4)
  }
  const fit = fitNegbinRegression({ counts, design, columns: 2 })
  expect(Math.abs(fit.coefficients[1] - 0.7)).toBeLessThan(4 * Math.sqrt(fit.covariance[3]))
  expect(Math.abs(fit.size - 4)).toBeLessThan(0.6)
})

test('data that cannot be fitted give NaN and a reason, never an error', () => {
  expect(level([NaN, NaN]).reason).toBe('no_history')
  expect(level([])).toMatchObject({ converged: false, reason: 'no_history', size: NaN })
  const collinear = fitNegbinRegression({
    counts: Float64Array.of(1, 2, 3, 4), design: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1), columns: 2, ridge: new Float64Array(2),
  })
  expect(collinear.reason).toBe('no_convergence')
  expect(collinear.coefficients.every(Number.isNaN)).toBe(true)
})

test('hard data converge: all zeros with a prior, one giant spike, constant counts', () => {
  const zeros = level(new Float64Array(50), { ridge: Float64Array.of(0.5), prior: Float64Array.of(-3) })
  expect(zeros.converged).toBe(true)
  expect(zeros.fitted[0]).toBeLessThan(0.05)
  const spike = level([...new Float64Array(99).fill(1), 100000])
  expect(spike.converged).toBe(true)
  expect(spike.size).toBeGreaterThanOrEqual(0.02)
  expect(level(new Float64Array(50).fill(7)).size).toBe(Infinity)
})

test('the prior dispersion decides where the counts are too few to tell', () => {
  const counts = Float64Array.from({ length: 200 }, (_, i) => (i % 40 === 0 ? 1 : 0))
  const data = { counts, design: new Float64Array(200).fill(1), columns: 1 }
  const fit = fitNegbinRegression(data, { priorDispersion: 0.5, priorInformation: 4 })
  expect(Math.abs(1 / fit.size - 0.5)).toBeLessThan(0.05)
})

test('the regression refuses a misspelt option', () => {
  const data = { counts: new Float64Array(3), design: new Float64Array(3).fill(1), columns: 1 }
  expect(() => fitNegbinRegression(data, { maxIteration: 3 } as object)).toThrow(InvalidOptionError)
})
