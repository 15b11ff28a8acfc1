import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { EvidenceFilter, HUGE_RISES, logRises, SHARP_RISES, SLOW_RISES } from '../../../models/detect/evidence.ts'
import { logPmf } from '../../../models/math/distributions.ts'

const HEIGHTS = Float64Array.of(0.5, 1, 4)

function rises(count: number, mean: number, dispersion: number, sd = Math.sqrt(mean * dispersion)): Float64Array {
  const out = new Float64Array(HEIGHTS.length)
  logRises(count, mean, dispersion, sd, HEIGHTS, out)
  return out
}

test('a rise is judged by the ratio of two negative binomials of the same dispersion', () => {
  for (const [mean, dispersion] of [[0.02, 1.5], [3, 2], [40, 5]] as const) {
    for (const count of [0, 1, 5, 16, 17, 90]) {
      const sd = Math.sqrt(mean * dispersion)
      rises(count, mean, dispersion).forEach((log, k) => {
        const more = mean + HEIGHTS[k] * sd
        const direct = logPmf(count, more, more / (dispersion - 1)) - logPmf(count, mean, mean / (dispersion - 1))
        expect(Math.abs(log - direct), `${count} of ${mean}, height ${HEIGHTS[k]}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(direct)))
      })
    }
  }
})

test('at dispersion 1 the ratio is Poisson, below it is Poisson to the power 1 / dispersion', () => {
  const poisson = rises(7, 3, 1)
  poisson.forEach((log, k) => expect(log).toBeCloseTo(logPmf(7, 3 + HEIGHTS[k] * Math.sqrt(3)) - logPmf(7, 3), 9))
  const near = rises(7, 3, 1.00101)
  near.forEach((log, k) => expect(log).toBeCloseTo(poisson[k], 1))
  const sd = Math.sqrt(3)
  rises(7, 3, 0.25, sd).forEach((log, k) => expect(log).toBeCloseTo(4 * poisson[k], 9))
})

test('more tickets tonight are never less evidence', () => {
  fc.assert(fc.property(
    fc.array(fc.nat(30), { minLength: 1, maxLength: 30 }), fc.double({ min: 0.01, max: 30, noNaN: true }), fc.double({ min: 0.1, max: 8, noNaN: true }),
    fc.double({ min: 0, max: 0.5, noNaN: true }), fc.integer({ min: 1, max: 2000 }),
    (counts, mean, dispersion, cv, extra) => {
      const more = counts.slice()
      more[more.length - 1]! += extra
      expect(run(more, mean, dispersion, cv)).toBeGreaterThanOrEqual(run(counts, mean, dispersion, cv) - 1e-9)
    },
  ), { seed: 20260101, numRuns: 300 })
})

test('with rare onsets the odds are the sum over all windows, each weighed by how long a rise lasts', () => {
  const counts = [1, 0, 4, 2, 3]
  const mean = 1.2
  const dispersion = 1.7
  const sd = Math.sqrt(mean * dispersion)
  const length = 3
  const size = mean / (dispersion - 1)
  let sum = 0
  for (const height of [1, 2]) {
    let log = 0
    for (let w = 1; w <= counts.length; w++) {
      const count = counts[counts.length - w]!
      const more = mean + height * sd
      log += logPmf(count, more, more / (dispersion - 1)) - logPmf(count, mean, size)
      sum += Math.exp(log) * (1 - 1 / length) ** (w - 1)
    }
  }
  const filter = new EvidenceFilter([{ height: 1, length, weight: 1 }, { height: 2, length, weight: 1 }], 1e-12)
  let log = 0
  for (const count of counts) log = filter.step(count, mean, dispersion, 0)
  expect(log).toBeCloseTo(Math.log(sum / 2), 8)
})

test('the chance that evidence reaches x is below 1 / x where nothing is up', () => {
  // The mean over all counts of the ratio of one period is 1: likelihood ratios are.
  const filter = new EvidenceFilter(SHARP_RISES, 1e-9)
  let mean = 0
  for (let count = 0; count < 200; count++) {
    filter.reset()
    mean += Math.exp(filter.step(count, 2, 3, 0) + logPmf(count, 2, 1))
  }
  expect(mean).toBeCloseTo(1, 6)
})

test('a level that is not well known mutes long rises more than sharp ones', () => {
  const month = Array<number>(28).fill(24)
  const spike = [...Array<number>(27).fill(20), 60]
  const lost = (counts: number[]): number => run(counts, 20, 1, 0.3) / run(counts, 20, 1, 0)
  expect(lost(month)).toBeLessThan(0.7 * lost(spike))
})

test('it is told since when: a rise of five days is about five days old', () => {
  const filter = new EvidenceFilter([...SHARP_RISES, ...SLOW_RISES], 1e-4)
  for (let i = 0; i < 40; i++) filter.step(i < 35 ? 2 : 9, 2, 1, 0)
  expect(filter.age).toBeGreaterThan(4.5)
  expect(filter.age).toBeLessThan(5.5)
})

test('where few are expected all lengths begin equally often, where many are short ones do', () => {
  const slow = Array.from({ length: 56 }, (_, i) => (i % 6 === 1 && i > 32 ? 1 : 0))
  // 4.0 and 0.9 when slow rises began as rarely as they are long, whatever was expected.
  expect(run(slow, 0.02, 1, 0)).toBeGreaterThan(5)
  expect(run(slow, 0.2, 1, 0)).toBeLessThan(1.2)
})

test('the day of the week does not change odds that say nothing', () => {
  // Weights of rises go by what is usual of late; by tonight's mean the odds of a quiet week went up and down by 0.28.
  const filter = new EvidenceFilter([...SHARP_RISES, ...SLOW_RISES], 1e-4)
  const odds = Array.from({ length: 140 }, (_, t) => filter.step(0, t % 7 > 4 ? 0.05 : 0.15, 1, 0)).slice(70)
  expect(Math.max(...odds) - Math.min(...odds)).toBeLessThan(0.22)
})

test('a gap teaches nothing, and after a rise the odds fall back', () => {
  const filter = new EvidenceFilter(SHARP_RISES, 1e-4)
  for (let i = 0; i < 5; i++) filter.step(30, 5, 1, 0)
  const during = filter.step(30, 5, 1, 0)
  const gap = filter.step(NaN, 5, 1, 0)
  expect(gap).toBeLessThan(during)
  for (let i = 0; i < 6; i++) filter.step(5, 5, 1, 0)
  expect(filter.step(5, 5, 1, 0)).toBeLessThan(2)
})

test('rises that cannot be are refused', () => {
  expect(() => new EvidenceFilter([], 0.1)).toThrow(InvalidOptionError)
  expect(() => new EvidenceFilter([{ height: 0, length: 2, weight: 1 }], 0.1)).toThrow(InvalidOptionError)
  expect(() => new EvidenceFilter(SHARP_RISES, 0)).toThrow(InvalidOptionError)
})

function run(counts: readonly number[], mean: number, dispersion: number, cv: number): number {
  const filter = new EvidenceFilter([...SHARP_RISES, ...SLOW_RISES], 1e-4)
  let log = 0
  for (const count of counts) log = filter.step(count, mean, dispersion, cv)
  return log
}

test('no series has more evidence than its bound, and a usual one far less than a rise', () => {
  const all = [...SHARP_RISES, ...HUGE_RISES, ...SLOW_RISES]
  const period = fc.record({
    count: fc.oneof({ arbitrary: fc.constant(0), weight: 6 }, { arbitrary: fc.nat(12), weight: 3 }, { arbitrary: fc.constant(NaN), weight: 1 }),
    mean: fc.double({ min: 1e-4, max: 3, noNaN: true }), dispersion: fc.double({ min: 0.8, max: 4, noNaN: true }),
  })
  fc.assert(fc.property(fc.array(period, { minLength: 1, maxLength: 56 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1e-9, 5e-4), (periods, cv, onset) => {
    const columns = [periods.map(({ count }) => count), periods.map(({ mean }) => mean), periods.map(({ dispersion }) => dispersion)].map((column) => Float64Array.from(column)) as [Float64Array, Float64Array, Float64Array]
    const filter = new EvidenceFilter(all, onset)
    const bound = filter.atMost(...columns, cv)
    const told = [filter.mean, filter.dispersion]
    filter.reset()
    let odds = 0
    for (const { count, mean, dispersion } of periods) odds = filter.step(count, mean, dispersion, cv)
    expect(odds).toBeLessThanOrEqual(bound)
    expect([filter.mean, filter.dispersion]).toEqual(told)
  }), { seed: 20261123, numRuns: 500 })
  // Three tickets, weeks apart, where one comes in two months: nothing that the filter would have to look at.
  const sparse = Float64Array.from({ length: 56 }, (_, i) => (i === 3 || i === 25 || i === 50 ? 1 : 0))
  const ones = new Float64Array(56).fill(1)
  const filter = new EvidenceFilter(all, 1e-9)
  expect(filter.atMost(sparse, new Float64Array(56).fill(1 / 56), ones, 0)).toBeLessThan(10)
  expect(filter.atMost(Float64Array.from(sparse, (n, i) => n + (i > 50 ? 1 : 0)), new Float64Array(56).fill(1 / 56), ones, 0)).toBeGreaterThan(15)
})
