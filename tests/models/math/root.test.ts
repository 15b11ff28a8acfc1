import { expect, test } from 'vitest'
import { findRoot } from '../../../models/math/root.ts'

test.each<[string, (x: number) => number, number, number, number]>([
  ['x² = 2', (x) => x * x - 2, 0, 5, Math.SQRT2],
  ['e^x = 1e-8, flat on one side, steep on the other', (x) => Math.exp(x) - 1e-8, -50, 50, Math.log(1e-8)],
  ['a vertical tangent', (x) => Math.cbrt(x - 0.3), -4, 9, 0.3],
  // False position stopped at 12.8 here: the function is so small at that end that its steps were below the tolerance.
  ['a tail of 1e-12 on one side', (x) => Math.exp(-4 * x) - Math.exp(-16), 0.2, 12.8, 4],
  ['a root at an end', (x) => x - 1, 1, 3, 1],
])('%s', (_, f, low, high, root) => {
  let calls = 0
  const found = findRoot((x) => (calls++, f(x)), low, high, 1e-12)
  expect(Math.abs(found - root)).toBeLessThan(3e-12)
  expect(calls).toBeLessThan(60)
})

test('a smooth function takes few evaluations', () => {
  let calls = 0
  findRoot((x) => (calls++, Math.log(x) - 1), 1, 4, 1e-12)
  expect(calls).toBeLessThan(12)
})

test('no root is found where the signs do not differ, or the function is not a number', () => {
  expect(findRoot((x) => x * x + 1, -1, 1, 1e-9)).toBeNaN()
  expect(findRoot((x) => (Math.abs(x) < 0.9 ? NaN : x), -1, 1, 1e-9)).toBeNaN()
})
