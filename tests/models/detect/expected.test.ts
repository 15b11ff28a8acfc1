import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { DAY_HOLIDAY, DAY_MAKE_UP, DAY_WEEKEND, DAY_WORKING } from '../../../models/detect/baseline-design.ts'
import { ExpectedModel } from '../../../models/detect/expected.ts'

const WEEKS = 520

/** Ten years of weeks around a known mean. */
function weeks(mean: (week: number) => number, phi: number, seed: string): Float64Array {
  const random = createRng(seed)
  return Float64Array.from({ length: WEEKS }, (_, t) => (phi > 1 ? random.negativeBinomial(mean(t), mean(t) / (phi - 1)) : random.poisson(mean(t))))
}

const seasonal = (t: number): number => Math.exp(2 + 0.001 * t + 0.6 * Math.cos((2 * Math.PI * t) / 52))

test('level, season, trend and scatter are found', () => {
  const model = new ExpectedModel({ counts: weeks(seasonal, 2, 'season'), periodsPerYear: 52 }, { guard: 26 })
  expect(model.fit(WEEKS)).toBe('')
  for (const t of [WEEKS - 26, WEEKS - 13, WEEKS - 1]) {
    expect(Math.abs(Math.log(model.predict(t).mean / seasonal(t))), `week ${t}`).toBeLessThan(3 * model.predict(t).cv)
    expect(model.predict(t).cv).toBeLessThan(0.1)
    expect(Math.abs(model.predict(t).dispersion - 2)).toBeLessThan(0.5)
  }
})

test('what is expected is uncertain by as much as it says', () => {
  let square = 0
  for (let s = 0; s < 60; s++) {
    const model = new ExpectedModel({ counts: weeks(seasonal, 2, `cv ${s}`), periodsPerYear: 52 }, { guard: 26, harmonics: 1 })
    model.fit(WEEKS)
    square += (Math.log(model.predict(WEEKS - 1).mean / seasonal(WEEKS - 1)) / model.predict(WEEKS - 1).cv) ** 2 / 60
  }
  expect(square).toBeGreaterThan(0.5)
  expect(square).toBeLessThan(1.6)
})

test('a past outbreak does not become usual', () => {
  const counts = weeks(() => 8, 1, 'outbreak')
  const before = new ExpectedModel({ counts: counts.slice(), periodsPerYear: 52 }, { guard: 26 })
  before.fit(WEEKS)
  for (let t = 300; t < 306; t++) counts[t] += 40
  const after = new ExpectedModel({ counts, periodsPerYear: 52 }, { guard: 26 })
  after.fit(WEEKS)
  expect(after.predict(WEEKS - 1).mean / before.predict(WEEKS - 1).mean).toBeLessThan(1.06)
  expect(after.predict(WEEKS).dispersion / before.predict(WEEKS).dispersion).toBeLessThan(1.8)
  const excluded = new Uint8Array(WEEKS)
  excluded.fill(1, 300, 306)
  const without = new ExpectedModel({ counts, periodsPerYear: 52, excluded }, { guard: 26 })
  without.fit(WEEKS)
  expect(Math.abs(without.predict(WEEKS - 1).mean / before.predict(WEEKS - 1).mean - 1)).toBeLessThan(0.02)
})

test('the last periods do not teach, nor do later ones', () => {
  const counts = weeks(() => 8, 1, 'guard')
  const model = new ExpectedModel({ counts, periodsPerYear: 52 }, { guard: 26 })
  model.fit(400)
  const expected = model.predict(400).mean
  counts.fill(500, 374)
  const again = new ExpectedModel({ counts, periodsPerYear: 52 }, { guard: 26 })
  again.fit(400)
  expect(again.predict(400).mean).toBe(expected)
})

test('fits that go on end where a first fit ends', () => {
  const counts = weeks(seasonal, 1.5, 'warm')
  const warm = new ExpectedModel({ counts, periodsPerYear: 52 }, { guard: 26 })
  for (let t = 300; t <= WEEKS; t += 4) warm.fit(t)
  const cold = new ExpectedModel({ counts, periodsPerYear: 52 }, { guard: 26 })
  cold.fit(WEEKS)
  expect(Math.abs(warm.predict(WEEKS - 1).mean / cold.predict(WEEKS - 1).mean - 1)).toBeLessThan(0.01)
  expect(Math.abs(warm.predict(WEEKS - 1).dispersion / cold.predict(WEEKS - 1).dispersion - 1)).toBeLessThan(0.03)
})

/** Six years of days that start on a Monday, a working day's mean of 20, with a holiday every 91 days. */
function days(): { counts: Float64Array, weekdays: Uint8Array, kinds: Uint8Array, periodsPerYear: number } {
  const random = createRng('days')
  const n = 2200
  const weekdays = Uint8Array.from({ length: n }, (_, t) => (t % 7) + 1)
  const kinds = Uint8Array.from(weekdays, (day, t) => (t % 91 === 60 ? DAY_HOLIDAY : t % 91 === 68 ? DAY_MAKE_UP : day > 5 ? DAY_WEEKEND : DAY_WORKING))
  const counts = Float64Array.from({ length: n }, (_, t) => random.poisson(20 * factor(weekdays[t], kinds[t], kinds[t - 1])))
  return { counts, weekdays, kinds, periodsPerYear: 365.2425 }
}

/** Mondays are busy, weekends and holidays closed, the day after a holiday has half more. */
function factor(weekday: number, kind: number, before: number | undefined): number {
  if (kind === DAY_WEEKEND || kind === DAY_HOLIDAY) return 0
  return (weekday === 1 ? 1.5 : 1) * (before === DAY_HOLIDAY && kind === DAY_WORKING ? 1.5 : 1)
}

test('weekdays, holidays, days after holidays and make-up days are told apart; closed days are closed', () => {
  const series = days()
  const model = new ExpectedModel(series, { guard: 28 })
  model.fit(2200)
  const at = (wanted: (t: number) => boolean): number => Array.from({ length: 2200 }, (_, t) => t).findLast(wanted)!
  const { weekdays, kinds } = series
  const plain = (t: number): boolean => kinds[t] === DAY_WORKING && kinds[t - 1] !== DAY_HOLIDAY
  expect(model.predict(at((t) => plain(t) && weekdays[t] === 1)).mean / 30).toBeCloseTo(1, 1)
  expect(model.predict(at((t) => plain(t) && weekdays[t] === 3)).mean / 20).toBeCloseTo(1, 1)
  const after = at((t) => kinds[t] === DAY_WORKING && weekdays[t] === 3 && kinds[t - 1] === DAY_HOLIDAY)
  if (after >= 0) expect(model.predict(after).mean).toBeGreaterThan(26)
  const saturday = at((t) => weekdays[t] === 6 && kinds[t] === DAY_WEEKEND)
  expect(model.predict(saturday).mean).toBeLessThan(0.05)
  expect(model.predict(saturday).closed).toBe(true)
  expect(model.predict(at(plain)).closed).toBe(false)
  expect(model.predict(at((t) => kinds[t] === DAY_MAKE_UP && weekdays[t] > 5)).mean).toBeGreaterThan(15)
  // What the closed days do not scatter is not taken for the scatter of the others.
  expect(Math.abs(model.predict(at(plain)).dispersion - 1)).toBeLessThan(0.15)
})

test('a level that strays from month to month is known to stray, steady ones are known to be steady', () => {
  const random = createRng('drift')
  const level = Float64Array.from({ length: 130 }, () => Math.exp(0.3 * random.normal()))
  const straying = Float64Array.from({ length: WEEKS }, (_, t) => random.poisson(60 * level[Math.floor(t / 13)]!))
  const steady = weeks(() => 60, 1, 'steady')
  const cv = [straying, steady].map((counts) => {
    const model = new ExpectedModel({ counts, periodsPerYear: 52 }, { guard: 26 })
    model.fit(WEEKS)
    return model.predict(WEEKS - 1).cv
  })
  expect(cv[0]).toBeGreaterThan(0.15)
  expect(cv[1]).toBeLessThan(0.05)
})

test('series of zeros and of gaps get what can be said of them', () => {
  const zeros = new ExpectedModel({ counts: new Float64Array(400), periodsPerYear: 365 }, { guard: 28 })
  expect(zeros.fit(400)).toBe('')
  expect(zeros.predict(399).mean).toBeGreaterThan(0)
  expect(zeros.predict(399).mean).toBeLessThan(1 / 372)
  const gaps = new ExpectedModel({ counts: new Float64Array(400).fill(NaN), periodsPerYear: 365 })
  expect(gaps.fit(400)).toBe('no_history')
  const short = new ExpectedModel({ counts: new Float64Array(40), periodsPerYear: 365 })
  expect(short.fit(40)).toBe('too_short')
  expect(() => new ExpectedModel({ counts: new Float64Array(40), periodsPerYear: 365 }, { guards: 3 } as object)).toThrow(InvalidOptionError)
})

test('sparse series are expected to have on average what they have', () => {
  // Half the uncertainty was added to the mean once: 1.09 here.
  const days = 1095
  const weekdays = Uint8Array.from({ length: days + 28 }, (_, t) => (t % 7) + 1)
  let told = 0
  for (let s = 0; s < 150; s++) {
    const random = createRng(`sparse ${s}`)
    const model = new ExpectedModel({ counts: Float64Array.from({ length: days }, () => random.poisson(0.05)), periodsPerYear: 365.2425, weekdays })
    model.fit(days)
    for (let t = days; t < days + 28; t++) told += model.predict(t).mean / (150 * 28)
  }
  expect(Math.abs(told / 0.05 - 1)).toBeLessThan(0.06)
})

test('what is not known of a kind of day makes it scatter more', () => {
  const days = 1095
  const weekdays = Uint8Array.from({ length: days }, (_, t) => (t % 7) + 1)
  const kinds = Uint8Array.from(weekdays, (day, t) => (t % 182 === 3 ? DAY_HOLIDAY : day > 5 ? DAY_WEEKEND : DAY_WORKING))
  const random = createRng('holidays')
  const model = new ExpectedModel({ counts: Float64Array.from({ length: days }, () => random.poisson(10)), periodsPerYear: 365.2425, weekdays, kinds })
  model.fit(days)
  const holiday = kinds.lastIndexOf(DAY_HOLIDAY)
  // Seen six times with ten tickets each: variance 1 / 60 of the logarithm, a sixth of a mean of 10.
  expect(Math.abs(model.predict(holiday).dispersion - model.predict(holiday - 7).dispersion - 10 / 60)).toBeLessThan(0.05)
})

test('a weekday that is closed by itself is known to be closed', () => {
  const days = 1095
  const weekdays = Uint8Array.from({ length: days }, (_, t) => (t % 7) + 1)
  const random = createRng('sundays')
  const counts = Float64Array.from(weekdays, (day) => (day === 7 ? 0 : random.poisson(5)))
  const model = new ExpectedModel({ counts, periodsPerYear: 365.2425, weekdays })
  model.fit(days)
  expect(model.predict(weekdays.lastIndexOf(7)).closed).toBe(true)
  expect(model.predict(weekdays.lastIndexOf(6)).closed).toBe(false)
  expect(Math.abs(model.predict(weekdays.lastIndexOf(6)).mean - 5)).toBeLessThan(0.8)
})
