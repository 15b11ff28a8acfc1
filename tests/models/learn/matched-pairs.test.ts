import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { measureEffect, nearestControls } from '../../../models/learn/matched-pairs.ts'
import type { MatchedSet } from '../../../models/learn/matched-pairs.ts'

test('controls lie within the caliper in every history, nearest first', () => {
  const controls = [[0, 0], [0.1, 0], [0.3, 0.3], [0, 0.5], [0.1, 0]]
  expect(nearestControls([0, 0], controls, { caliper: 0.4, controls: 3 })).toEqual([0, 1, 4])
  expect(nearestControls([5, 0], controls)).toEqual([])
})

test('an effect is the mean difference and the ratio of sums', () => {
  const sets = [{ treated: 1, control: 3 }, { treated: 2, control: 2 }, { treated: 0, control: 1 }]
  expect(measureEffect(sets, createRng(1))).toMatchObject({ sets: 3, treated: 3, control: 6, difference: -1, ratio: 0.5, differenceLow: NaN, ratioHigh: NaN })
  expect(measureEffect([], createRng(1)).difference).toBeNaN()
})

test('the interval covers the truth about as often as it says, and the seed decides it', () => {
  const random = createRng('cover')
  let covered = 0
  for (let round = 0; round < 200; round++) {
    const sets: MatchedSet[] = Array.from({ length: 60 }, () => {
      const level = random.gamma(2, 3)
      return { treated: random.poisson(0.6 * level), control: random.poisson(level) }
    })
    const { ratioLow, ratioHigh } = measureEffect(sets, createRng(round), 199)
    if (ratioLow <= 0.6 && ratioHigh >= 0.6) covered++
  }
  expect(covered).toBeGreaterThan(176)
  expect(covered).toBeLessThan(200)
  const sets = Array.from({ length: 9 }, (_, i) => ({ treated: i, control: 2 * i + 1 }))
  expect(measureEffect(sets, createRng(5))).toEqual(measureEffect(sets, createRng(5)))
})
