import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { replicateNumbers } from '../../../models/scan/monte-carlo.ts'
import { createPool, drawPlaces } from '../../../models/scan/permutation-draw.ts'
import { findPermutationClusters } from '../../../models/scan/permutation-scan.ts'
import { searchPermutation } from '../../../models/scan/permutation-search.ts'
import { casesOfPlaces, countsUnderTest, daysUnderTest, findMargins, permutationModel, windowWeights } from '../../../models/scan/permutation.ts'
import { findNullMaxima } from '../../../models/scan/null-maxima.ts'
import { plainMaxima } from '../../../models/scan/permutation-search.ts'
import { spansAnywhere, spansToday } from '../../../models/scan/scan-model.ts'
import { createPlainScreen } from '../../../models/scan/screen.ts'
import { createSearch, searchWindows } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import { randomCells, randomPoints } from './random-cells.ts'

const today = (maxDays: number) => ({ minDays: 1, maxDays, ends: 1, minCases: 2 })

test('expected is cases of the place times cases of the day by all cases', () => {
  const counts = Float64Array.of(
    1, 0, 3,
    2, 2, 0,
  )
  const margins = findMargins({ places: 2, days: 3, counts })
  expect(margins).toMatchObject({ strata: 1, total: 8, ofDay: Float64Array.of(3, 2, 3), ofPlace: Float64Array.of(4, 4) })
  const { expected, observed } = permutationModel({ places: 2, days: 3, counts }, margins, today(2))
  expect([...observed]).toEqual([0, 3, 2, 0])
  expect([...expected]).toEqual([4 * 2 / 8, 4 * 3 / 8, 4 * 2 / 8, 4 * 3 / 8])
  expect([...windowWeights(margins, 3, 1, 4)]).toEqual([3 / 8, 5 / 8, 1, 1])
})

test('by day of the week, expected is summed within weekdays', () => {
  const counts = Float64Array.of(
    4, 0, 1, 1,
    0, 4, 3, 1,
  )
  const weekdays = Uint8Array.of(1, 2, 1, 2)
  const margins = findMargins({ places: 2, days: 4, counts }, weekdays)
  expect(margins).toMatchObject({ strata: 2, ofStratum: Float64Array.of(8, 6), ofPlace: Float64Array.of(5, 1, 3, 5) })
  const { expected } = permutationModel({ places: 2, days: 4, counts }, margins, today(2))
  expect([...expected]).toEqual([5 * 4 / 8, 1 * 2 / 6, 3 * 4 / 8, 5 * 2 / 6])
})

test('a day without a feed at a place is no zero: days are compared with days on which the same places reported', () => {
  const counts = Float64Array.of(
    2, 2, NaN, 2, NaN, 2,
    3, 3, 3, 3, 3, 3,
  )
  const margins = findMargins({ places: 2, days: 6, counts })
  expect(margins.strata).toBe(2)
  const { expected, observed } = permutationModel({ places: 2, days: 6, counts }, margins, today(6))
  // Counts in proportion are exactly as expected, the gaps included.
  for (let i = 0; i < 12; i++) expect(expected[i]).toBeCloseTo(observed[i], 12)
  // Taken as zeros they would make the other days stand out.
  const zeros = findMargins({ places: 2, days: 6, counts: counts.map((count) => count || 0) })
  expect(zeros.strata).toBe(1)
})

test('a draw leaves each stratum its cases by place and by day', () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, keep) => {
    const cells = randomCells(createRng(seed), 8, 9, 0.7)
    const margins = findMargins(cells, Uint8Array.from({ length: 9 }, (_, d) => d % 3))
    const pool = createPool(margins, keep)
    const before = pool.place.slice()
    const places = new Int32Array(pool.slots)
    drawPlaces(pool, createRng(seed), places)
    expect(pool.place).toEqual(before)
    const drawn = new Map<string, number>()
    for (let i = 0; i < pool.slots; i++) {
      const key = `${margins.stratum[9 - keep + pool.slotDay[i]]}/${places[i]}`
      drawn.set(key, (drawn.get(key) ?? 0) + 1)
    }
    for (const [key, count] of drawn) {
      const [stratum, place] = key.split('/').map(Number)
      expect(count).toBeLessThanOrEqual(margins.ofPlace[place * margins.strata + stratum])
    }
    for (let d = 0; d < keep; d++) expect(pool.slotDay.filter((day) => day === d).length).toBe(margins.ofDay[9 - keep + d])
  }), { seed: 20260101, numRuns: 50 })
})

test('a place\'s cases on the last day are hypergeometric', () => {
  const counts = Float64Array.of(
    6, 2,
    7, 5,
  )
  const margins = findMargins({ places: 2, days: 2, counts })
  const model = permutationModel({ places: 2, days: 2, counts }, margins, today(1))
  const random = createRng('hypergeometric')
  const out = new Float64Array(2)
  const seen = new Array(9).fill(0)
  for (let i = 0; i < 20_000; i++) {
    model.draw(random, out)
    expect(out[0] + out[1]).toBe(7)
    seen[out[0]]++
  }
  const choose = (n: number, k: number): number => (k < 0 || k > n ? 0 : k === 0 ? 1 : choose(n - 1, k - 1) * n / k)
  let chiSquare = 0
  for (let k = 0; k <= 7; k++) {
    const expected = 20_000 * choose(8, k) * choose(12, 7 - k) / choose(20, 7)
    chiSquare += (seen[k] - expected) ** 2 / expected
  }
  expect(chiSquare).toBeLessThan(24.3) // 0.999 quantile at 7 degrees of freedom
})

test.each([['today', 1], ['anywhere', 12]] as const)('the search of windows ending %s finds what the search for all models finds', (_, ends) => {
  const random = createRng('search')
  for (let round = 0; round < 6; round++) {
    const cells = randomCells(random, 14, 12, 0.6)
    const points = randomPoints(random, 14, round % 2 === 0)
    const margins = findMargins(cells, round > 3 ? Uint8Array.from({ length: 12 }, (_, d) => d % 7) : undefined)
    const zones = circularZones(points, casesOfPlaces(margins), { ties: round % 3 === 0 ? 'one-at-a-time' : 'all-or-none' })
    const horizon = { minDays: 2, maxDays: 5, ends, minCases: 2 }
    const keep = daysUnderTest(margins, horizon)
    const model = permutationModel(cells, margins, horizon)
    const spans = (ends === 1 ? spansToday : spansAnywhere)(keep, 5, 2)
    const wanted = searchWindows(createSearch(model, zones, spans))
    const found = searchPermutation(margins, zones, horizon, countsUnderTest(cells, keep))
    found.statistic.forEach((statistic, c) => {
      expect(Math.abs(statistic - wanted.statistic[c])).toBeLessThan(1e-9)
      expect(found.until[c] - found.from[c]).toBeLessThanOrEqual(5)
    })
    const search = createSearch(model, zones, spans)
    const maxima = findNullMaxima(search, { replicates: 20, seed: 9, guess: 2 }, createPlainScreen).maxima
    plainMaxima(margins, zones, horizon, 9, replicateNumbers(0, 20)).forEach((maximum, i) => expect(Math.abs(maximum - maxima[i])).toBeLessThan(1e-9))
  }
})

test('all windows are asked again for clusters that the best ones of their centres hide', () => {
  // Places in a row: two in the middle have a large cluster at the end, one of them a smaller one before.
  const places = 8
  const days = 20
  const counts = new Float64Array(places * days).fill(2)
  const raise = (place: number, from: number, until: number, by: number): void => { for (let d = from; d < until; d++) counts[place * days + d] += by }
  raise(3, 17, 20, 12)
  raise(4, 17, 20, 12)
  raise(3, 4, 7, 6)
  const cells = { places, days, counts }
  const margins = findMargins(cells)
  const points = { kind: 'plane' as const, x: Float64Array.from({ length: places }, (_, i) => i + i * i / 100), y: new Float64Array(places) }
  const zones = circularZones(points, casesOfPlaces(margins))
  const find = (secondary: 'best-of-centre' | 'all-windows', overlap: 'place' | 'place-and-day', ends: number) =>
    findPermutationClusters(cells, margins, zones, { ...today(5), ends }, { secondary, overlap, most: 3 }).map(({ places: members, from, until }) => `${[...members].sort().join()} ${from}-${until}`)
  expect(find('best-of-centre', 'place-and-day', days)[0]).toBe('3,4 17-20')
  expect(find('all-windows', 'place-and-day', days)[0]).toBe('3,4 17-20')
  expect(find('all-windows', 'place-and-day', days)).toContain('3 4-7')
  expect(find('all-windows', 'place', days)).not.toContain('3 4-7')
  expect(find('best-of-centre', 'place-and-day', days)).not.toContain('3 4-7')
})
