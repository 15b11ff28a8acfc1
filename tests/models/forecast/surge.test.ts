import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fitLogistic } from '../../../models/forecast/surge.ts'

test('what was foretold too boldly is drawn in, as far as there is evidence', () => {
  const rng = createRng('surge')
  const lessons = Array.from({ length: 40000 }, () => {
    const raw = -3 + 1.5 * rng.normal()
    return { raw, ratio: rng.normal(), came: rng.next() < 1 / (1 + Math.exp(-(-0.5 + 0.7 * raw))) }
  })
  const [a, b, c] = fitLogistic(lessons) as [number, number, number]
  expect(Math.abs(a + 0.5)).toBeLessThan(0.12)
  expect(Math.abs(b - 0.7)).toBeLessThan(0.05)
  expect(Math.abs(c)).toBeLessThan(0.05)
  expect(fitLogistic([])).toEqual([0, 1, 0])
  const few = fitLogistic(lessons.slice(0, 50))
  expect(Math.abs(few[1]! - 1)).toBeLessThan(0.15)
})
