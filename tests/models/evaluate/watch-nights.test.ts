import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { ears } from '../../../models/detect/ears.ts'
import { farringtonFlexible } from '../../../models/detect/farrington-flexible.ts'
import { createStatistic } from '../../../models/evaluate/reference-statistics.ts'
import type { Reference, Watch } from '../../../models/evaluate/reference-statistics.ts'
import { watchNights } from '../../../models/evaluate/watch-nights.ts'
import type { WatchedNights } from '../../../models/evaluate/watch-nights.ts'

/** Two streams: a compound (1) and its city (0), the city's counts include the compound's. */
function watch(compound: number[], elsewhere: number[]): Watch {
  const days = compound.length
  const counts = Uint16Array.from([...compound.map((n, t) => n + elsewhere[t]!), ...compound])
  const sum = (s: number, n: number): number => counts.subarray(s * days, (s + 1) * days).subarray(-n).reduce((total, value) => total + value, 0)
  return { streams: 2, days, today: days - 1, counts, recent: Int32Array.of(sum(0, 28), sum(1, 28)), year: Int32Array.of(sum(0, 365), sum(1, 365)), root: Int32Array.of(0, 0) }
}

const score = (reference: Reference, compound: number[], elsewhere = compound.map(() => 2)): number => createStatistic(reference)(watch(compound, elsewhere), 1)

test('three in seven counts the last seven days', () => {
  expect(score('three_in_seven', [9, 1, 0, 0, 2, 0, 0, 1])).toBe(4)
})

test('the weekday rule compares with the same weekday of eight weeks', () => {
  // Same weekdays 0 2 0 2 0 2 0 2: mean 1, sample SD 1.069; today 5.
  const counts = Array.from({ length: 57 }, (_, t) => (t === 56 ? 5 : t % 7 === 0 ? (t % 14 === 0 ? 0 : 2) : 9))
  expect(score('weekday_mean_3sd', counts)).toBeCloseTo(4 / Math.sqrt(8 / 7), 12)
  expect(score('weekday_mean_3sd', counts.slice(0, 50))).toBeNaN()
})

test('EARS C2 is that of the library with its floor', () => {
  const random = createRng(7)
  for (let k = 0; k < 50; k++) {
    const counts = Array.from({ length: 20 }, () => random.poisson(0.7))
    const { expected, upper } = ears(Float64Array.from(counts), { minSigma: 0.5, threshold: 1 })
    expect(score('ears_c2', counts)).toBeCloseTo((counts[19]! - expected[19]!) / (upper[19]! - expected[19]!), 12)
  }
})

test('Farrington flexible is that of the method on sums of seven days', () => {
  const random = createRng(8)
  const counts = Array.from({ length: 7 * 80 }, () => random.poisson(0.6))
  const sums = Float64Array.from({ length: 80 }, (_, w) => counts.slice(7 * w, 7 * w + 7).reduce((total, n) => total + n, 0))
  const bounds = farringtonFlexible({ counts: sums, periodsPerYear: 365.2425 / 7 }, 79, 80, { minYears: 1, trend: false })
  expect(bounds.reason[0]).toBe(0)
  expect(score('farrington_flexible', counts)).toBeCloseTo(-bounds.logP[0]! / Math.LN10, 9)
  // Too short: a year and five weeks are needed.
  expect(score('farrington_flexible', counts.slice(-7 * 56))).toBeNaN()
})

test('the permutation scan finds what the place has more than its share of the city', () => {
  // 4 of the place's 4 in the last day, the city has 4 + 2 a day over 100 days: mu = 4 · 6 / 204.
  const compound = Array.from({ length: 100 }, (_, t) => (t === 99 ? 4 : 0))
  const mean = (4 * 6) / 204
  expect(score('permutation_scan', compound)).toBeCloseTo(4 * Math.log(4 / mean) + 200 * Math.log(200 / (204 - mean)), 9)
  // Everybody has more today: nobody has more than his share.
  const even = Array.from({ length: 100 }, (_, t) => (t === 99 ? 10 : 1))
  expect(score('permutation_scan', even, even)).toBeNaN()
})

test('a hot spot is told by its past, when somebody calls', () => {
  const counts = Array.from({ length: 100 }, () => 1)
  expect(score('hotspot_list', counts)).toBe(72)
  expect(score('hotspot_list', [...counts, 0])).toBeNaN()
})

/** One stream; a caller a day from day 10 on, each known `delay` nights later; the episode has those of days 20 to 23. */
function nights(delay: number): WatchedNights {
  const day = Int32Array.from({ length: 20 }, (_, i) => 10 + i)
  return {
    streams: 1, days: 40, from: 12, until: 40, wanted: Uint8Array.of(1), root: Int32Array.of(0), order: Int32Array.of(0),
    arrivals: { known: day.map((one) => one + delay), day, stream: new Int32Array(20), callers: new Int32Array(20).fill(1) },
    cells: { starts: Int32Array.of(0, 4), episode: new Int32Array(4), day: Int32Array.of(20, 21, 22, 23), known: Int32Array.of(20, 21, 22, 23).map((one) => one + delay) },
  }
}

test('a night sees what was known on it and nothing later', () => {
  // Four callers of days 10 to 13 are known on night 13; a day later each where they come late.
  expect([...watchNights(nights(0), 'three_in_seven').night].at(0)).toBe(12)
  expect([...watchNights(nights(1), 'three_in_seven').night].at(0)).toBe(13)
  const late = watchNights(nights(1), 'three_in_seven')
  expect(late.statistic[late.night.indexOf(20)]).toBe(6)
  const seen = [...late.night].filter((_, i) => late.episode[i] === 0)
  // Half of what is unusual is needed: on night 23 three of six.
  expect(seen[0]).toBe(23)
})

test('what comes later changes no earlier score', () => {
  const whole = watchNights(nights(0), 'permutation_scan')
  const input = nights(0)
  const cut = { ...input, until: 25 }
  const part = watchNights(cut, 'permutation_scan')
  const n = part.night.length
  expect([...whole.statistic.subarray(0, n)]).toEqual([...part.statistic])
  expect([...whole.night.subarray(0, n)]).toEqual([...part.night])
})
