import { expect, test } from 'vitest'
import { betaPrior, shrink, wilson } from '../../../models/learn/proportion.ts'

test('Wilson intervals are those worked by hand', () => {
  // Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3: 81/263 and 15/148, 0/20, 1/29.
  const known = [[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718]] as const
  for (const [good, of, low, high] of known) {
    const [a, b] = wilson({ good, of })
    expect(Math.abs(a - low)).toBeLessThan(5e-5)
    expect(Math.abs(b - high)).toBeLessThan(5e-5)
  }
})

test('where nothing was seen anything is possible', () => {
  expect(wilson({ good: 0, of: 0 })).toEqual([0, 1])
})

test('a share leans on the whole by the strength of the prior', () => {
  // (3 + 10 * 0.4) / (5 + 10)
  expect(shrink({ good: 3, of: 5 }, { mean: 0.4, strength: 10 })).toBeCloseTo(7 / 15, 12)
  expect(shrink({ good: 0, of: 0 }, { mean: 0.4, strength: 10 })).toBe(0.4)
})

test('groups that are alike lean much on each other, groups that differ little', () => {
  const alike = betaPrior([{ good: 20, of: 40 }, { good: 21, of: 40 }, { good: 19, of: 40 }])
  expect(alike.strength).toBe(50)
  expect(alike.mean).toBeCloseTo(60.5 / 121, 12)
  const apart = betaPrior([{ good: 2, of: 40 }, { good: 38, of: 40 }, { good: 20, of: 40 }])
  expect(apart.strength).toBe(5)
})

test('one group is no evidence of how groups differ', () => {
  expect(betaPrior([{ good: 3, of: 9 }, { good: 0, of: 0 }])).toEqual({ mean: 0.35, strength: 5 })
})
