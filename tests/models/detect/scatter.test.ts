import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { addBlock, createScatterSums, scatterOf } from '../../../models/detect/scatter.ts'
import type { Scatter } from '../../../models/detect/scatter.ts'

/** 4000 series of 24 blocks of 28 days, each a sum of 4 weeks. */
function estimate(draw: (mean: number) => () => number): Scatter {
  const random = createRng('scatter')
  const short = createScatterSums(2)
  const long = createScatterSums(2)
  for (let s = 0; s < 4000; s++) {
    const mean = 0.01 + random.gamma(1, 0.15) // a day
    const day = draw(mean)
    for (let block = 0; block < 6; block++) {
      let sum = 0
      for (let week = 0; week < 4; week++) {
        let seven = 0
        for (let d = 0; d < 7; d++) seven += day()
        addBlock(short, 1, seven, 7 * mean)
        sum += seven
      }
      addBlock(long, 1, sum, 28 * mean)
    }
  }
  return scatterOf(short, 7, long, 28, 1)
}

const random = createRng('scatter of days')

test('chance alone is no scatter', () => {
  const { dailySize, cv } = estimate((mean) => () => random.poisson(mean))
  expect(dailySize).toBeGreaterThan(3)
  expect(cv).toBeLessThan(0.15)
})

test('scatter from day to day is told from a level that wanders', () => {
  const days = estimate((mean) => () => random.negativeBinomial(mean, 0.3))
  // The cap keeps a third of such clumps' variance: a size of 0.3 is taken for one near 1.
  expect(days.dailySize).toBeGreaterThan(0.3)
  expect(days.dailySize).toBeLessThan(1.3)
  expect(days.cv).toBeLessThan(0.2)
  const levels = estimate((mean) => {
    let left = 0
    let factor = 1
    return () => {
      if (left-- === 0) {
        left = 27
        factor = random.gamma(4, 0.25)
      }
      return random.poisson(mean * factor)
    }
  })
  expect(levels.dailySize).toBeGreaterThan(2)
  expect(levels.cv).toBeGreaterThan(2 * days.cv)
  expect(levels.cv).toBeLessThan(0.5)
})

test('one burst is an outbreak, not the habit of its level', () => {
  const sums = createScatterSums(1)
  for (let i = 0; i < 2000; i++) addBlock(sums, 0, 1, 1)
  const before = scatterOf(sums, 7, sums, 28, 0).cv
  addBlock(sums, 0, 5000, 1)
  expect(scatterOf(sums, 7, sums, 28, 0).cv).toBeLessThan(before + 0.1)
})

test('a level without tickets takes the belief', () => {
  const none = createScatterSums(1)
  expect(scatterOf(none, 7, none, 28, 0)).toEqual({ dailySize: Infinity, cv: Math.sqrt(1 / 8) })
})
