import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import type { Rng } from '../../../core/rng.ts'
import { fitDelays } from '../../../models/detect/reporting-delay.ts'
import type { Triangle } from '../../../models/detect/reporting-delay.ts'

const DAYS = 126
const MAX_LAG = 10
const LAGS = MAX_LAG + 1

/** Shares of a day's tickets per lag, and their running sums: what is known after each lag. */
const ARRIVE = [0.7, 0.15, 0.1, 0.05]
const KNOWN = [0.7, 0.85, 0.95, 1]

interface Recording { mean: number, arrive?: readonly number[], weekendIsMonday?: boolean, outage?: number, changeAfter?: number }

/** Day i has weekday i % 7, 5 and 6 are the weekend; a night of outage hands its tickets to the next. Days unfinished are cut off. */
function record(rng: Rng, { mean, arrive = ARRIVE, weekendIsMonday = false, outage = 0, changeAfter = DAYS }: Recording): { triangle: Triangle, all: Float64Array } {
  const counts = new Float64Array(DAYS * LAGS)
  const all = new Float64Array(DAYS)
  const stuck = Uint8Array.from({ length: DAYS + LAGS }, () => (rng.next() < outage ? 1 : 0))
  const cumulative = Float64Array.from(arrive, (_, l) => arrive.slice(0, l + 1).reduce((sum, p) => sum + p))
  for (let i = 0; i < DAYS; i++) {
    for (let n = rng.poisson(mean); n > 0; n--) {
      let lag = i < changeAfter ? rng.weighted(cumulative) : 0
      if (weekendIsMonday && i % 7 >= 5) lag = Math.max(lag, 7 - (i % 7))
      while (stuck[i + lag]) lag++
      if (lag > MAX_LAG) continue
      counts[i * LAGS + lag]!++
      all[i]!++
    }
  }
  for (let i = 0; i < DAYS; i++) for (let l = DAYS - i; l < LAGS; l++) counts[i * LAGS + l] = 0
  return { triangle: { days: DAYS, maxLag: MAX_LAG, counts }, all }
}

test('without chance the shares are those of the delays', () => {
  const counts = new Float64Array(DAYS * LAGS)
  for (let i = 0; i < DAYS; i++) ARRIVE.forEach((p, l) => { counts[i * LAGS + l] = 1e6 * p })
  const { share, cv } = fitDelays({ days: DAYS, maxLag: MAX_LAG, counts })
  KNOWN.forEach((known, l) => expect(Math.abs(share[l]! - known)).toBeLessThan(1e-6))
  expect([...share.subarray(3)]).toEqual(new Array(LAGS - 3).fill(1))
  expect(Math.max(...cv)).toBeLessThan(1e-3)
})

test('the hazards are the development factors of the chain ladder', () => {
  const { triangle } = record(createRng(1), { mean: 40 })
  const { share } = fitDelays(triangle, { halfLifeDays: 1e9 })
  let ladder = 1
  for (let l = 3; l >= 1; l--) {
    let before = 0
    let after = 0
    for (let i = 0; i + l < DAYS; i++) {
      for (let j = 0; j <= l; j++) {
        after += triangle.counts[i * LAGS + j]!
        if (j < l) before += triangle.counts[i * LAGS + j]!
      }
    }
    ladder *= before / after
  }
  // Weekdays are nearly alike here, and one ticket without delay is added.
  expect(Math.abs(share[0]! - ladder)).toBeLessThan(0.01)
})

test('what is recovered errs by as much as it says', () => {
  const rng = createRng(2)
  let squares = 0
  let n = 0
  for (let round = 0; round < 200; round++) {
    const { triangle, all } = record(rng, { mean: 60, outage: 0.03 })
    const { share, cv } = fitDelays(triangle)
    for (let l = 0; l < 3; l++) {
      const day = DAYS - 1 - l
      let known = 0
      for (let j = 0; j <= l; j++) known += triangle.counts[day * LAGS + j]!
      const mean = share[l]! * all[day]!
      squares += (known - mean) ** 2 / (mean * (1 - share[l]!) + (cv[l]! * mean) ** 2)
      n++
    }
  }
  expect(squares / n).toBeGreaterThan(0.7)
  expect(squares / n).toBeLessThan(1.4)
})

test('cells after the night are never read', () => {
  const { triangle } = record(createRng(3), { mean: 20, weekendIsMonday: true })
  const leaking = triangle.counts.slice()
  for (let i = 0; i < DAYS; i++) for (let l = DAYS - i; l < LAGS; l++) leaking[i * LAGS + l] = 1e6
  expect(fitDelays({ ...triangle, counts: leaking })).toEqual(fitDelays(triangle))
})

test('days that nobody records before Monday are not expected before Monday', () => {
  const { triangle } = record(createRng(4), { mean: 100, weekendIsMonday: true })
  const { share } = fitDelays(triangle)
  // The night is a Sunday (125 % 7 = 6): nothing of it or of Saturday is known, Friday has had two nights.
  expect(share[0]!).toBeLessThan(0.02)
  expect(share[1]!).toBeLessThan(0.02)
  expect(Math.abs(share[2]! - 0.95)).toBeLessThan(0.03)
  expect(share[7]!).toBe(1)
})

test('weekdays that do not differ are taken together, even where one of them had a bad night', () => {
  const error = (mean: number, outage: number): number => {
    const rng = createRng(5)
    let squares = 0
    for (let round = 0; round < 40; round++) squares += (fitDelays(record(rng, { mean, outage }).triangle).share[2]! - 0.95) ** 2
    return Math.sqrt(squares / 40)
  }
  expect(error(10, 0)).toBeLessThan(0.018) // each weekday by itself 0.028, all as one 0.008
  expect(error(500, 0.02)).toBeLessThan(0.005) // with a bad night taken for its weekday's habit 0.006
})

test('a source that has become fast is believed within two months', () => {
  const { triangle } = record(createRng(6), { mean: 100, changeAfter: DAYS - 56 })
  expect(fitDelays(triangle, { halfLifeDays: 1e9 }).share[0]!).toBeLessThan(0.87)
  expect(fitDelays(triangle).share[0]!).toBeGreaterThan(0.92)
})

test('a sparse topic leans on its city, a busy one does not', () => {
  const rng = createRng(7)
  const city = fitDelays(record(rng, { mean: 500 }).triangle)
  const quick = [1]
  const sparse = fitDelays(record(rng, { mean: 0.05, arrive: quick }).triangle, {}, city)
  const busy = fitDelays(record(rng, { mean: 200, arrive: quick }).triangle, {}, city)
  expect(Math.abs(sparse.share[0]! - city.share[0]!)).toBeLessThan(0.05)
  expect(busy.share[0]!).toBeGreaterThan(0.95)
  const empty = fitDelays({ days: DAYS, maxLag: MAX_LAG, counts: new Float64Array(DAYS * LAGS) }, {}, city)
  for (let l = 0; l < LAGS; l++) expect(Math.abs(empty.share[l]! - city.share[l]!)).toBeLessThan(1e-12)
})

test('a feed that is at times a night late makes the share unsure', () => {
  const rng = createRng(8)
  const steady = fitDelays(record(rng, { mean: 300 }).triangle)
  const stuck = fitDelays(record(rng, { mean: 300, outage: 0.1 }).triangle)
  expect(steady.cv[0]!).toBeLessThan(0.03)
  expect(stuck.cv[0]!).toBeGreaterThan(0.15)
})

test('without tickets, or without delay, everything is known', () => {
  for (const mean of [0, 50]) {
    const { share, cv } = fitDelays(record(createRng(9), { mean, arrive: [1] }).triangle)
    expect([...share, ...cv]).toEqual([...new Array(LAGS).fill(1), ...new Array(LAGS).fill(0)])
  }
})

test('tickets that are moved away do not make a share above 1', () => {
  const { triangle } = record(createRng(10), { mean: 30 })
  for (let i = 0; i < DAYS - 5; i++) triangle.counts[i * LAGS + 5]! -= 4
  const { share, cv } = fitDelays(triangle)
  for (let l = 0; l < LAGS; l++) {
    expect(share[l]! > 0 && share[l]! <= 1, `lag ${l}`).toBe(true)
    expect(cv[l]!).toBeGreaterThanOrEqual(0)
  }
})

test('a misspelt option is refused', () => {
  expect(() => fitDelays({ days: 1, maxLag: 1, counts: new Float64Array(2) }, { halfLife: 3 } as object)).toThrow(InvalidOptionError)
})
