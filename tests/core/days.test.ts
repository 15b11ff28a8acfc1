import { expect, test } from 'vitest'
import { lowerBound } from '../../core/days.ts'

test('the first day that is not before another one, within a part as well', () => {
  const days = [3, 5, 5, 9]
  expect([2, 3, 4, 5, 6, 9, 10].map((wanted) => lowerBound(days, wanted))).toEqual([0, 0, 1, 1, 3, 3, 4])
  expect([lowerBound(days, 5, 2), lowerBound(days, 9, 0, 2), lowerBound(new Int32Array(0), 1)]).toEqual([2, 2, 0])
})
