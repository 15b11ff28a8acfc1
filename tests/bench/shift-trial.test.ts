import { standardDeviation } from 'simple-statistics'
import { expect, test } from 'vitest'
import type { CitySeries } from '../../bench/city-series.ts'
import { compareWatches } from '../../bench/shift-and-re-add.ts'
import { createTrial, tryWatch, watchBy } from '../../bench/shift-trial.ts'
import type { Trial, Watch } from '../../bench/shift-trial.ts'
import { createRng } from '../../core/rng.ts'
import { createJudgements } from '../../models/detect/method.ts'

const DAYS = 800
const PLACES = 12

/** Two topics at twelve places of like level, with episodes of ten tickets on each of four days at every third series. */
function city(): CitySeries {
  const random = createRng('shift city')
  const counts = Float64Array.from({ length: 2 * PLACES * DAYS }, () => random.poisson(0.3))
  for (let i = 0; i < 2 * PLACES; i += 3) for (let d = 0; d < 4; d++) counts[i * DAYS + 500 + 9 * i + d]! += 10
  for (let d = 0; d < 4; d++) counts[500 - 42 * 7 + d]! += 10 // and one before the trial
  const names = (n: number): string[] => Array.from({ length: n }, (_, i) => `${i}`)
  return { city: 'test', places: names(PLACES), topics: names(2), latitude: new Float64Array(PLACES), longitude: new Float64Array(PLACES), firstDay: 15_000, days: DAYS, counts }
}
const trial = createTrial(city(), 364, 60, createRng('trial'))

/** Knows what was planted. */
const truth: Watch = {
  name: 'truth',
  calm: ({ series, days, from }) => new Float64Array(series * (days - from)),
  planted: (_, { excess }) => excess.map((tickets) => (tickets > 0 ? 1 : 0)),
}

test('the trial has the noise alone, its past the episodes too', () => {
  const original = city().counts
  expect(trial.from).toBe(DAYS - 364)
  for (let i = 0; i < trial.series; i++) {
    const before = trial.counts.subarray(i * DAYS, i * DAYS + trial.from)
    expect(before).toEqual(original.subarray(i * DAYS, i * DAYS + trial.from))
    expect(Math.max(...trial.counts.subarray(i * DAYS + trial.from, (i + 1) * DAYS))).toBeLessThan(7)
  }
})

test('episodes come back at another place of the topic, on the same weekdays, whole', () => {
  expect(trial.plantings.length).toBeGreaterThan(50)
  for (const { series, from, excess } of trial.plantings) {
    expect(from).toBeGreaterThanOrEqual(trial.from)
    expect(from + excess.length).toBeLessThanOrEqual(DAYS)
    expect(excess.length).toBeGreaterThanOrEqual(3)
    expect(excess.length).toBeLessThan(11) // four, and days beside them that chance made high
    const sizes = excess.reduce((sum, tickets) => sum + tickets, 0)
    expect(sizes).toBeGreaterThan(15) // about forty, thinned at most by half
    const sources = Array.from({ length: 8 }, (_, k) => 3 * k).filter((i) => Math.floor(i / PLACES) === Math.floor(series / PLACES) && i !== series)
    expect(sources.some((i) => (500 + 9 * i - from - excess.findIndex((tickets) => tickets > 4)) % 7 === 0)).toBe(true)
  }
})

test('who knows the truth finds every episode at once', () => {
  const [outcome] = tryWatch(trial, truth, [0.5])
  expect(outcome!.falseEpisodes).toBe(0)
  expect([...outcome!.delays!]).toEqual(trial.plantings.map(() => 0))
})

test('who guesses finds what chance gives him, at the false episodes asked for', () => {
  const random = createRng('guess')
  const guess: Watch = {
    name: 'guess',
    calm: ({ series, days, from }) => Float64Array.from({ length: series * (days - from) }, () => random.next()),
    planted: (_, { excess }) => excess.map(() => random.next()),
  }
  const many: Trial = { ...trial, plantings: Array.from({ length: 20 }, () => trial.plantings).flat() }
  const [outcome] = tryWatch(many, guess, [20])
  expect(outcome!.falseEpisodes).toBeCloseTo(20, 0)
  const found = [...outcome!.delays!].filter((delay) => delay >= 0).length / many.plantings.length
  const chance = many.plantings.reduce((sum, { excess }) => sum + 1 - outcome!.threshold ** excess.length, 0) / many.plantings.length
  expect(Math.abs(found - chance)).toBeLessThan(0.04)
  expect(1 - outcome!.threshold).toBeCloseTo(20 / 365, 2) // alarms seldom touch
})

test('what is found later, or missed, is days lost', () => {
  const late: Watch = { ...truth, name: 'two days late', planted: (_, { excess }) => excess.map((_ticket, d) => (d === 2 ? 1 : 0)) }
  const never: Watch = { ...truth, name: 'never', planted: (_, { excess }) => excess.map(() => 0) }
  const lengths = trial.plantings.map(({ excess }) => excess.length)
  const figures = compareWatches(trial, [truth, late, never], [0.5])
  expect(figures.map(({ method, sensitivity, medianDelay, medianGained, meanGained }) => ({ method, sensitivity, medianDelay, medianGained, meanGained }))).toEqual([
    { method: 'truth', sensitivity: 1, medianDelay: 0, medianGained: 0, meanGained: 0 },
    { method: 'two days late', sensitivity: 1, medianDelay: 2, medianGained: 2, meanGained: 2 },
    { method: 'never', sensitivity: 0, medianDelay: NaN, medianGained: 4, meanGained: expect.closeTo(lengths.reduce((sum, days) => sum + days, 0) / lengths.length, 9) },
  ])
})

test('plantings of one episode are no further evidence', () => {
  const never: Watch = { ...truth, name: 'never', planted: (_, { excess }) => excess.map(() => 0) }
  const late: Watch = { ...truth, name: 'a day late', planted: (_, { excess }) => excess.map((_ticket, d) => (d === 1 ? 1 : 0)) }
  const error = (of: Trial, watch: Watch): number => compareWatches(of, [truth, watch], [0.5])[1]!.gainedError
  const fourfold = { ...trial, plantings: Array.from({ length: 4 }, () => trial.plantings).flat() }
  const others = { ...fourfold, plantings: fourfold.plantings.map((planting, episode) => ({ ...planting, episode })) }
  expect(error(trial, late)).toBe(0)
  expect(error(fourfold, never)).toBeCloseTo(error(trial, never), 9)
  const lengths = fourfold.plantings.map(({ excess }) => excess.length)
  expect(error(others, never) / (standardDeviation(lengths) / Math.sqrt(lengths.length))).toBeCloseTo(1, 1)
})

test('a method that cannot tell has no sensitivity, which is not none', () => {
  const silent = watchBy({ name: 'silent', judge: ({ from, until }) => createJudgements(until - from) })
  const [, figures] = compareWatches(trial, [truth, silent], [0.5])
  expect(figures).toMatchObject({ method: 'silent', sensitivity: NaN, medianGained: NaN })
})

test('a method sees the planting on its own series and nothing after the day', () => {
  const seen: number[] = []
  const spy = watchBy({
    name: 'spy',
    judge: ({ counts, from, until }) => {
      if (until - from < 100) seen.push(counts.subarray(from, until).reduce((sum, count) => sum + count, 0))
      return createJudgements(until - from)
    },
  })
  tryWatch(trial, spy, [0.5])
  expect(seen).toHaveLength(trial.plantings.length)
  trial.plantings.forEach(({ excess }, i) => expect(seen[i]!).toBeGreaterThanOrEqual(excess.reduce((sum, tickets) => sum + tickets, 0)))
})
