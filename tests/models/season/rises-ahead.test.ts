import { expect, test } from 'vitest'
import { formatDay, parseDay, yearAndDay } from '../../../core/days.ts'
import { InvalidOptionError } from '../../../core/errors.ts'
import { springFestival } from '../../../core/lunar.ts'
import { createRng } from '../../../core/rng.ts'
import { risesAhead } from '../../../models/season/rises-ahead.ts'
import { yearShift } from '../../../models/season/year-shift.ts'

const MONDAY = parseDay('2022-01-03')

/** Weekly counts around a mean, whose level drifts by a slow random walk, times a factor of the week's Monday. */
function drawSeries(seed: string, weeks: number, mean: number, season: (day: number) => number, step = 0.03): Float64Array {
  const rng = createRng(seed)
  let level = 0
  return Float64Array.from({ length: weeks }, (_, i) => {
    level = 0.95 * level + step * rng.normal()
    return rng.negativeBinomial(mean * Math.exp(level) * season(MONDAY + i * 7 + 3), 80)
  })
}

const flat = (): number => 1
/** Trebles in June and July. */
const summer = (day: number): number => (Math.abs(yearAndDay(day).dayOfYear - 182) < 30 ? 3 : 1)
/** Trebles in the four weeks before 春节. */
const festival = (day: number): number => {
  const before = springFestival(yearAndDay(day + 45).year) - day
  return before > 0 && before <= 28 ? 3 : 1
}

/** 40 series without a season and the given ones behind them. */
function city(weeks: number, seed: string, ...seasons: ((day: number) => number)[]): { monday: number, counts: Float64Array[] } {
  const quiet = Array.from({ length: 40 }, (_, i) => drawSeries(`${seed}/${i}`, weeks, 30 + 5 * i, flat))
  return { monday: MONDAY, counts: [...quiet, ...seasons.map((season, i) => drawSeries(`${seed}/season/${i}`, weeks, 60, season))] }
}

/** Weeks until the one that ends before the day. */
const weeksUntil = (date: string): number => Math.floor((parseDay(date) - MONDAY) / 7)

test('a rise of two past years is foretold with its week, its height and both years, and nothing else is', () => {
  const weeks = weeksUntil('2024-05-06')
  const { rises, tested } = risesAhead(city(weeks, 'two years', summer))
  expect(tested).toBe(41)
  expect(rises.map((rise) => rise.series)).toEqual([40])
  const [rise] = rises
  expect(rise!.factor).toBeGreaterThan(2.2)
  expect(rise!.low).toBeLessThan(3)
  expect(rise!.high).toBeGreaterThan(2.7)
  expect(formatDay(rise!.begins) >= '2024-05-20' && formatDay(rise!.begins) <= '2024-06-10').toBe(true)
  expect(rise!.begun).toBe(false)
  expect(rise!.years.map((year) => formatDay(year.peak).slice(0, 4))).toEqual(['2023', '2022'])
  for (const year of rise!.years) {
    expect(year.factor).toBeGreaterThan(2)
    expect(year.whole).toBe(true)
    expect(formatDay(year.from).slice(5) >= '05-22' && formatDay(year.from).slice(5) <= '06-06').toBe(true)
  }
})

test('what was seen once has one year as evidence, and a wider interval', () => {
  const once = risesAhead(city(weeksUntil('2023-05-08'), 'two years', summer)).rises[0]!
  const twice = risesAhead(city(weeksUntil('2024-05-06'), 'two years', summer)).rises[0]!
  expect(once.series).toBe(40)
  expect(once.years).toHaveLength(1)
  expect(Math.log(once.high / once.low)).toBeGreaterThan(Math.log(twice.high / twice.low))
})

test('a rise before 春节 is expected before the coming one, which may be weeks away from its old date', () => {
  // 2023-01-22, 2024-02-10 and 2025-01-29; a year to the day would say 2025-01-13 to 02-09.
  const rise = risesAhead(city(weeksUntil('2024-12-09'), 'lunar', festival), { lunar: true }).rises.find(({ series }) => series === 40)!
  expect(formatDay(rise.begins) >= '2024-12-23' && formatDay(rise.begins) <= '2025-01-06').toBe(true)
  expect(yearShift(parseDay('2025-01-20'), 1, true)).toBe(Math.round((springFestival(2025) - springFestival(2024)) / 7))
  expect(yearShift(parseDay('2025-01-20'), 1, false)).toBe(52)
  expect(yearShift(parseDay('2025-07-07'), 3, true)).toBe(157)
})

test('of series that only drift few are said to rise', () => {
  let false_ = 0
  let outlooks = 0
  for (let seed = 0; seed < 6; seed++) {
    const { counts } = city(130, `drift ${seed}`)
    for (let weeks = 60; weeks <= 130; weeks += 10) {
      false_ += risesAhead({ monday: MONDAY, counts: counts.map((row) => row.slice(0, weeks)) }).rises.length
      outlooks++
    }
  }
  // Nothing is true here, so a share of 0.1 allows a false find in one outlook of ten.
  expect(false_ / outlooks).toBeLessThanOrEqual(0.1)
})

test('a level that returns from a lull is no season', () => {
  const lull = (day: number): number => (Math.abs(yearAndDay(day).dayOfYear - 120) < 20 ? 0.4 : 1)
  const { rises } = risesAhead(city(weeksUntil('2024-05-06'), 'lull', lull))
  expect(rises).toEqual([])
})

test('what has begun says so, and what is too short or too sparse is not tested', () => {
  const begun = risesAhead(city(weeksUntil('2024-05-27'), 'two years', summer)).rises[0]!
  expect(begun.begun).toBe(true)
  expect(risesAhead(city(40, 'short', summer)).tested).toBe(0)
  expect(risesAhead({ monday: MONDAY, counts: [drawSeries('sparse', 130, 0.5, summer)] }).tested).toBe(0)
  expect(risesAhead({ monday: MONDAY, counts: [] })).toEqual({ rises: [], tested: 0, drift: 0 })
})

test('a range that cannot be is refused', () => {
  expect(() => risesAhead({ monday: MONDAY, counts: [] }, { ahead: 3 } as object)).toThrow(InvalidOptionError)
  expect(() => risesAhead({ monday: MONDAY, counts: [] }, { factor: 0.5 })).toThrow(InvalidOptionError)
})
