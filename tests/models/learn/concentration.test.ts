import { expect, test } from 'vitest'
import { concentration } from '../../../models/learn/concentration.ts'

test('one caller is all, ten equal ones a tenth each', () => {
  expect(concentration([7])).toEqual({ top: 1, herfindahl: 1 })
  expect(concentration(new Array<number>(10).fill(3)).herfindahl).toBeCloseTo(0.1, 12)
  expect(concentration([3, 1])).toEqual({ top: 0.75, herfindahl: 0.625 })
  expect(concentration([]).top).toBeNaN()
})
