import { expect, test } from 'vitest'
import { nelderMead } from '../../../models/math/nelder-mead.ts'

test('nelderMead finds the bottom of the valley of Rosenbrock (1960)', () => {
  const { at, value } = nelderMead((x) => 100 * (x[1]! - x[0]! ** 2) ** 2 + (1 - x[0]!) ** 2, [-1.2, 1], [0.5, 0.5], [-5, -5], [5, 5], 500, 1e-12)
  expect(value).toBeLessThan(1e-8)
  expect(Math.abs(at[0]! - 1)).toBeLessThan(1e-3)
  expect(Math.abs(at[1]! - 1)).toBeLessThan(1e-3)
})

test('nelderMead stays inside the box and stops at its edge', () => {
  const asked: number[] = []
  const { at } = nelderMead((x) => {
    asked.push(x[0]!)
    return (x[0]! - 3) ** 2
  }, [0.5], [0.2], [0], [1], 100)
  expect(at[0]).toBeCloseTo(1, 6)
  expect(Math.min(...asked)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...asked)).toBeLessThanOrEqual(1)
})

test('nelderMead walks around what has no value, within the evaluations given', () => {
  const { value, evaluations } = nelderMead((x) => (x[0]! < 0.4 ? NaN : x[0]!), [0.8], [0.1], [0], [1], 60)
  expect(value).toBeCloseTo(0.4, 3)
  expect(evaluations).toBeLessThanOrEqual(63)
})
