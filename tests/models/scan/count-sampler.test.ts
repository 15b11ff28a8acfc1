import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { logPmf } from '../../../models/math/distributions.ts'
import { createAliasTable } from '../../../models/scan/alias.ts'
import { createCountSampler, createUncertainSampler } from '../../../models/scan/count-sampler.ts'
import type { CountSampler } from '../../../models/scan/count-sampler.ts'

/** Draws of one cell of several. */
function drawCell(sampler: CountSampler, cells: number, cell: number, draws: number): number[] {
  const random = createRng('count-sampler')
  const out = new Float64Array(cells)
  return Array.from({ length: draws }, () => {
    sampler(random, out)
    return out[cell]
  })
}

/** Pearson's statistic of counts against their probabilities, the rest of the line in one class, and its degrees of freedom. */
function pearson(values: number[], probability: (k: number) => number): { statistic: number, freedom: number } {
  let [statistic, freedom, seen, mass] = [0, 0, 0, 0]
  for (let k = 0; values.length * (1 - mass - probability(k)) > 5; k++) {
    const expected = values.length * probability(k)
    const observed = values.filter((value) => value === k).length
    mass += probability(k)
    seen += observed
    statistic += (observed - expected) ** 2 / expected
    freedom++
  }
  const rest = values.length * (1 - mass)
  return { statistic: statistic + (values.length - seen - rest) ** 2 / rest, freedom }
}

function expectDistribution(values: number[], mean: number, size: number): void {
  const { statistic, freedom } = pearson(values, (k) => Math.exp(logPmf(k, mean, size)))
  // 3.5 standard deviations of chi-squared.
  expect(statistic).toBeLessThan(freedom + 3.5 * Math.sqrt(2 * freedom))
}

const MEANS = Float64Array.of(0.02, 1.5, 0, 6, 0.4)

test.each([[0, Infinity], [1, Infinity], [3, Infinity], [1, 0.5], [3, 2], [4, 0.1]])('cell %i of size %d has its distribution', (cell, size) => {
  const sizes = new Float64Array(5).fill(3)
  sizes[cell] = size
  expectDistribution(drawCell(createCountSampler(MEANS, sizes), 5, cell, 40_000), MEANS[cell], size)
})

test('many cases in few cells have the same distribution', () => {
  const means = Float64Array.of(3, 60)
  expectDistribution(drawCell(createCountSampler(means, Float64Array.of(0.8, Infinity)), 2, 0, 40_000), 3, 0.8)
  expectDistribution(drawCell(createCountSampler(means), 2, 0, 40_000), 3, Infinity)
})

test('cells are independent of one another', () => {
  const random = createRng('independent')
  const sampler = createCountSampler(Float64Array.of(2, 2), Float64Array.of(1, 1))
  const out = new Float64Array(2)
  let product = 0
  for (let i = 0; i < 40_000; i++) {
    sampler(random, out)
    product += (out[0] - 2) * (out[1] - 2)
  }
  expect(Math.abs(product / 40_000)).toBeLessThan(4 * 6 / 200)
})

test('a cell without a mean stays empty', () => {
  expect(Math.max(...drawCell(createCountSampler(MEANS), 5, 2, 2000))).toBe(0)
})

test('uncertain baselines make a place negative binomial, and its days go up and down together', () => {
  const means = Float64Array.of(1, 2, 1, 2)
  const sampler = createUncertainSampler(means, undefined, Float64Array.of(0.5, 0), 2)
  const random = createRng('uncertain')
  const out = new Float64Array(4)
  const sums: number[][] = [[], []]
  for (let i = 0; i < 40_000; i++) {
    sampler(random, out)
    sums[0].push(out[0] + out[1])
    sums[1].push(out[2] + out[3])
  }
  expectDistribution(sums[0], 3, 4)
  expectDistribution(sums[1], 3, Infinity)
})

test.each([[0.3, 0.8], [9, 0.8], [9, 2]])('uncertain negative-binomial cells of mean %d have both variances', (mean, size) => {
  const cv = 0.5
  const sampler = createUncertainSampler(Float64Array.of(mean, mean), Float64Array.of(size, size), Float64Array.of(cv), 2)
  const random = createRng('both')
  const out = new Float64Array(2)
  const draws = 100_000
  let [sum, square, product] = [0, 0, 0]
  for (let i = 0; i < draws; i++) {
    sampler(random, out)
    sum += out[0] + out[1]
    square += ((out[0] - mean) ** 2 + (out[1] - mean) ** 2) / 2
    product += (out[0] - mean) * (out[1] - mean)
  }
  const variance = mean + mean ** 2 * (1 / size + cv ** 2 * (1 + 1 / size))
  expect(Math.abs(sum / (2 * draws) / mean - 1)).toBeLessThan(0.02)
  expect(Math.abs(square / draws / variance - 1)).toBeLessThan(0.05)
  expect(Math.abs(product / draws - (cv * mean) ** 2)).toBeLessThan(0.03 * variance)
})

test('an alias table draws in proportion to its weights', () => {
  const weights = Float64Array.of(1, 0, 5, 1e-9, 3, 0, 1)
  const table = createAliasTable(weights)
  const random = createRng('alias')
  const drawn = new Float64Array(7)
  for (let i = 0; i < 100_000; i++) drawn[table.draw(random)]++
  expect(table.total).toBeCloseTo(10, 8)
  drawn.forEach((n, i) => expect(Math.abs(n - weights[i] * 1e4)).toBeLessThanOrEqual(4 * Math.sqrt(weights[i] * 1e4)))
})

test('what has no weight is never drawn, however the weights round', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), fc.nat(40), (weights, at) => {
    weights.splice(at, 0, 0, 0)
    const empty = weights.indexOf(0)
    const table = createAliasTable(Float64Array.from(weights))
    for (const next of [0, 0.5, 0.999]) expect(weights[table.draw({ ...createRng(1), below: () => empty, next: () => next })]).toBeGreaterThan(0)
  }), { seed: 20260101, numRuns: 2000 })
})
