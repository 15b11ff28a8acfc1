import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { REFERENCE_WINDOWS } from '../../../models/detect/reference-counts.ts'
import { CROW_GARDNER_UPPER, rki } from '../../../models/detect/rki.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { logPmf } from '../../../models/math/distributions.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'

goldenTest('RKI 1 to 3 agree with R surveillance', 'rki', ({ input, entries }) => {
  for (const system of [1, 2, 3] as const) {
    const { upperbound, alarm } = entries[`rki${system}`]!
    const ours = rki(input, REFERENCE_WINDOWS[system])
    expectClose(ours.upper, upperbound!, 1e-12, `rki${system}`)
    expectAlarms(ours, alarm!, `rki${system}`)
  }
})

const asked = (counts: number[], periodsPerYear = 52): SeriesInput => ({ counts: Float64Array.from(counts), period: 'week', periodsPerYear, from: 0, until: counts.length })

test('worked by hand: six weeks, small and large', () => {
  const small = rki(asked([1, 2, 3, 4, 5, 6, 9]), REFERENCE_WINDOWS[1])
  expect([small.expected[6], small.upper[6], small.alarm[6]]).toEqual([3.5, 8.102, 1])
  expect(small.statistic[6]).toBeCloseTo((9 - 3.5) / (8.102 - 3.5), 12)
  const large = rki(asked([10, 20, 30, 40, 50, 60, 72]), REFERENCE_WINDOWS[1])
  expect(large.upper[6]).toBeCloseTo(35 + 2 * Math.sqrt(350), 12)
  expect(large.alarm[6]).toBe(0)
  // Up to a mean of 20 the table, from there on the deviation.
  expect(rki(asked([20, 20, 20, 20, 20, 20, 0]), REFERENCE_WINDOWS[1]).upper[6]).toBe(30.017)
  expect(rki(asked([20, 20, 20, 20, 20, 26, 0]), REFERENCE_WINDOWS[1]).upper[6]).toBeCloseTo(21 + 2 * Math.sqrt(6), 12)
})

test('earlier years: the weeks around the same one, not the last ones', () => {
  const counts = Array.from({ length: 30 }, (_, i) => i)
  const { expected } = rki(asked(counts, 10), { yearsBack: 2, halfWindow: 1, recent: false })
  expect(expected[25]).toBe((14 + 15 + 16 + 4 + 5 + 6) / 6)
  expect(rki(asked(counts, 10), { yearsBack: 1, halfWindow: 2, recent: true }).expected[25]).toBe((13 + 14 + 15 + 16 + 17 + 23 + 24) / 7)
})

/**
 * Crow & Gardner: of the shortest ranges of counts that hold 95 % at a mean, take the one that lies highest; the limit of a
 * count is the mean from which on its range does not hold the count any more.
 */
test('the table of limits is Crow and Gardner\'s construction', () => {
  const lowest = (mean: number): number => {
    const p = Array.from({ length: 90 }, (_, k) => Math.exp(logPmf(k, mean)))
    for (let length = 1; ; length++) {
      for (let low = 60; low >= 0; low--) {
        let held = 0
        for (let k = low; k < low + length; k++) held += p[k]!
        if (held >= 0.95) return low
      }
    }
  }
  CROW_GARDNER_UPPER.forEach((limit, count) => {
    let inside = count
    let outside = count + 15
    for (let round = 0; round < 18; round++) {
      const middle = (inside + outside) / 2
      if (lowest(middle) > count) outside = middle
      else inside = middle
    }
    expect(Math.abs(outside - limit), `limit of ${count}: ${outside}`).toBeLessThan(0.0011)
  })
})

test('a third of the references may be gaps, not most of them', () => {
  const counts = [2, NaN, 2, NaN, 2, 2, 2]
  expect(rki(asked(counts), REFERENCE_WINDOWS[1]).expected[6]).toBe(2)
  const reasons = (xs: number[]): string[] => Array.from(rki(asked(xs), REFERENCE_WINDOWS[1]).reason, (r) => REASONS[r]!)
  expect(reasons([2, NaN, 2, NaN, NaN, NaN, 2]).at(-1)).toBe('gap')
  expect(reasons([2, 2, 2, 2, 2, 2, NaN])).toEqual([...new Array(6).fill('too_short'), 'gap'])
  expect(() => rki(asked(counts), { halfWindow: 0 })).toThrow(InvalidOptionError)
})
