/** Reference values: mpmath (tails), scipy 1.17 (quantiles). */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalQuantile } from '../../../models/math/normal.ts'
import { logStudentTail, studentUpperQuantile } from '../../../models/math/student.ts'

test.each([
  [0, 3, -Math.LN2], [1, 1, -2 * Math.LN2], [2, 5, -2.9765231671618121152], [8, 27, -18.81701885608860782],
  [40, 6, -18.624122106191689568], [1e4, 2.5, -23.355272498800845828], [-1.5, 20, -0.077548530105379504276],
])('ln P(T >= %d), %d degrees of freedom', (t, freedom, reference) => {
  expect(Math.abs(logStudentTail(t, freedom) - reference)).toBeLessThan(1e-13 * Math.max(1, Math.abs(reference)))
})

test.each([
  [0.01, 20, 2.5279770027415736], [0.01, 27, 2.4726599119560064], [0.3, 2, 0.6172133998483678], [1e-9, 6, 56.80143064036322], [0.7, 4, -0.5686490630497045],
])('the quantile of %d, %d degrees of freedom', (p, freedom, reference) => {
  expect(Math.abs(studentUpperQuantile(p, freedom) - reference)).toBeLessThan(1e-11 * Math.abs(reference))
})

test('tail and quantile undo each other; many degrees of freedom are the normal', () => {
  fc.assert(fc.property(fc.double({ min: 1e-12, max: 0.999, noNaN: true }), fc.double({ min: 0.5, max: 1e4, noNaN: true }), (p, freedom) => {
    expect(Math.abs(logStudentTail(studentUpperQuantile(p, freedom), freedom) - Math.log(p))).toBeLessThan(1e-9)
  }), { seed: 20260101 })
  expect(studentUpperQuantile(0.01, 1e9)).toBeCloseTo(normalQuantile(0.99), 7)
  expect([studentUpperQuantile(0, 3), studentUpperQuantile(0.1, 0), logStudentTail(1, -1)]).toEqual([NaN, NaN, NaN])
})
