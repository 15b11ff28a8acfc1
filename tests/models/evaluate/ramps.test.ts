import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { drawRamp, drawTown, IN_TIME, measureRamps, MEANS, RAMPS } from '../../../models/evaluate/ramps.ts'
import type { StreamStatistic, Town } from '../../../models/evaluate/ramps.ts'

const towns = [0, 1].map((i) => drawTown(8, 400, 365, createRng(`town ${i}`)))
const years = (towns.length * 8 * 365) / 365.2425

test('a ramp grows linearly: half of its callers come in the last 29 % of its days', () => {
  const random = createRng('ramp')
  let late = 0
  for (let i = 0; i < 500; i++) {
    const days = drawRamp({ callers: 90, days: 182 }, random)
    expect(days).toHaveLength(90)
    expect([...days]).toEqual([...days].sort((a, b) => a - b))
    expect(days.at(-1)).toBeLessThan(182)
    late += days.filter((day) => day >= 182 * Math.SQRT1_2).length
  }
  expect(Math.abs(late / 500 / 90 - 0.5)).toBeLessThan(0.02)
})

test('streams have the means they should', () => {
  const big = drawTown(400, 200, 200, createRng('means'))
  MEANS.forEach((mean, m) => {
    let sum = 0
    for (let i = m; i < 400; i += MEANS.length) sum += big.counts.subarray(i * 400, (i + 1) * 400).reduce((total, count) => total + count, 0)
    expect(Math.abs(sum / 40_000 - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean / 40_000))
  })
})

test('who knows the town tells every ramp on its first caller, without a false alarm', () => {
  const truth: StreamStatistic = (town, stream, counts, from, until) =>
    Float64Array.from({ length: until - from }, (_, d) => counts[from + d]! - town.counts[stream * town.days + from + d]!)
  const figures = measureRamps(towns, truth, 0.8, 3, createRng('ramps'))
  expect(figures).toMatchObject({ falseEpisodes: 0, worstFalseEpisodes: 0 })
  expect([...figures.inTime]).toEqual(new Array(RAMPS.length * MEANS.length).fill(1))
})

test('who guesses tells a ramp as often as chance does in its days, at the false alerts asked for', () => {
  const random = createRng('guess')
  const guess: StreamStatistic = (_town, _stream, _counts, from, until) => Float64Array.from({ length: until - from }, () => random.next())
  const figures = measureRamps(towns, guess, 12, 40, createRng('ramps'))
  expect(figures.worstFalseEpisodes).toBeLessThanOrEqual(12)
  expect(figures.worstFalseEpisodes).toBeGreaterThan(12 - 2 * (MEANS.length / years))
  // Each mean has the same threshold; a night alarms with chance q, about one in thirty.
  const q = figures.falseEpisodes / 365
  const draw = createRng('spans')
  const spans = Array.from({ length: 4000 }, () => drawRamp(RAMPS[0]!, draw)).map((days) => days[IN_TIME - 1]! - days[0]! + 1)
  const chance = spans.reduce((sum, span) => sum + 1 - (1 - q) ** span, 0) / spans.length
  const measured = figures.inTime.subarray(0, MEANS.length).reduce((sum, share) => sum + share, 0) / MEANS.length
  expect(Math.abs(measured - chance)).toBeLessThan(0.08)
})

test('what is asked for are the nights from the first caller to the fifth', () => {
  const extra = (town: Town, stream: number, counts: Float64Array, until: number): number =>
    counts.subarray(0, until).reduce((sum, count, t) => sum + count - town.counts[stream * town.days + t]!, 0)
  let ramps = 0
  const nights: StreamStatistic = (town, stream, counts, from, until) => {
    if (until - from < 365) {
      ramps++
      expect(extra(town, stream, counts, from)).toBe(0)
      expect(extra(town, stream, counts, from + 1)).toBeGreaterThan(0)
      expect(extra(town, stream, counts, until - 1)).toBeLessThan(IN_TIME)
      expect(extra(town, stream, counts, until)).toBeGreaterThanOrEqual(IN_TIME)
    }
    return new Float64Array(until - from)
  }
  measureRamps(towns, nights, 0.8, 2, createRng('ramps'))
  expect(ramps).toBe(towns.length * 8 * RAMPS.length * 2)
})
