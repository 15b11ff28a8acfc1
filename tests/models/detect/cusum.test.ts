import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { cusum } from '../../../models/detect/cusum.ts'
import type { CusumOptions } from '../../../models/detect/cusum.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { REASONS } from '../../../models/detect/verdict.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'

goldenTest('CUSUM agrees with R surveillance: standard, Rossi, Anscombe, against mean and GLM', 'cusum', ({ input, entries }) => {
  expect(Object.keys(entries)).toHaveLength(6)
  for (const [setting, { control, m, cusum: sums, upperbound, alarm }] of Object.entries(entries)) {
    const options = { k: Number(control.k), h: Number(control.h), transform: control.trans, reference: control.m } as CusumOptions
    const ours = cusum(input, { ...options, bound: 'surveillance-1.20' })
    expectClose(ours.expected, m!, 1e-7, `${setting}, mean`)
    expectClose(ours.statistic, sums!, 1e-7, `${setting}, sum`)
    expectClose(ours.upper, upperbound!, 1e-7, `${setting}, bound`)
    expectAlarms(ours, alarm!, setting)
  }
})

const asked = (counts: number[], from = 28): SeriesInput => ({ counts: Float64Array.from(counts), period: 'day', periodsPerYear: 365.2425, from, until: counts.length })
const FOURS = new Array<number>(28).fill(4)

test('worked by hand: against a mean of 4, days of 8, 8, 4 and 4', () => {
  const { expected, statistic, upper, alarm, window } = cusum(asked([...FOURS, 8, 8, 4, 4]))
  expect(Array.from(expected)).toEqual([4, 4, 4, 4])
  expectClose(statistic, [0.96, 1.92, 0.88, 0], 1e-12, 'sums') // each day (y − 4) / 2 − 1.04
  expect(Array.from(upper)).toEqual([11, 9, 7, 9]) // 4 + 2 (2.26 − sum + 1.04), rounded up
  expect(Array.from(alarm)).toEqual([0, 0, 0, 0])
  expect(Array.from(window)).toEqual([1, 2, 3, 1])
  expect(cusum(asked([...FOURS, 8, 9])).alarm[1]).toBe(1)
})

test('the bound is the count at which the alarm begins, whatever the transform', () => {
  for (const transform of ['standard', 'rossi', 'anscombe'] as const) {
    for (const before of [4, 6, 9, 40]) {
      const { upper } = cusum(asked([...FOURS, before, 0]), { transform })
      const alarmAt = (count: number): number | undefined => cusum(asked([...FOURS, before, count]), { transform }).alarm[1]
      expect(alarmAt(Math.max(0, upper[1]! + 1e-9)), `${transform} after ${before}`).toBe(1)
      if (upper[1]! > 1) expect(alarmAt(upper[1]! - (transform === 'standard' ? 1 : 1e-6)), `${transform} after ${before}`).toBe(0)
    }
  }
})

test('once the sum is far above h no count at all is needed', () => {
  for (const transform of ['standard', 'rossi', 'anscombe'] as const) expect(cusum(asked([...FOURS, 40, 0]), { transform }).upper[1], transform).toBe(0)
  const rossi = (bound: CusumOptions['bound']): number => cusum(asked([...FOURS, 24, 0]), { transform: 'rossi', bound }).upper[1]!
  expect(rossi('surveillance-1.20')).toBeGreaterThan(0.1)
  expect(rossi('smallest')).toBe(0)
})

/** Siegmund's approximation: (e^{2kb} − 1 − 2kb) / 2k² with b = h + 1.166 is 571 for these k and h. */
test('a series in control runs about 570 days to its first alarm', () => {
  const rng = createRng('cusum run length')
  let days = 0
  const runs = 300
  for (let run = 0; run < runs; run++) {
    const counts = Array.from({ length: 4028 }, (_, t) => (t < 28 ? 2500 + (t % 2 ? 1 : -1) : Math.max(0, Math.round(2500 + 50 * rng.normal()))))
    const first = cusum(asked(counts)).alarm.indexOf(1)
    days += first < 0 ? 4000 : first + 1
  }
  expect(days / runs).toBeGreaterThan(480)
  expect(days / runs).toBeLessThan(670)
})

test('CUSUM begins when its baseline is long enough, steps over gaps, and says why it cannot tell', () => {
  const reasons = (input: SeriesInput, options: Partial<CusumOptions> = {}): string[] => Array.from(cusum(input, options).reason, (r) => REASONS[r]!)
  expect(reasons(asked([...FOURS, 4, NaN, 4], 0))).toEqual(['no_history', ...new Array(27).fill('too_short'), '', 'gap', ''])
  const [beforeGap, , afterGap] = cusum(asked([...FOURS, 8, NaN, 4])).statistic
  expect(afterGap).toBeCloseTo(beforeGap! - 1.04 > 0 ? beforeGap! - 1.04 : 0, 12)
  expect(reasons(asked([...new Array<number>(28).fill(0), 3]))).toEqual(['no_convergence'])
  expect(reasons(asked([...FOURS, 4]), { reference: 'glm' })).toEqual(['too_short'])
  expect(() => cusum(asked(FOURS), { h: -1 })).toThrow(InvalidOptionError)
})
