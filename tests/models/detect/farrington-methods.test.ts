import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { FARRINGTON_METHODS } from '../../../models/detect/farrington-methods.ts'
import { farringtonFlexible } from '../../../models/detect/farrington-flexible.ts'
import type { Judgements } from '../../../models/detect/method.ts'
import { REASONS } from '../../../models/detect/verdict.ts'

const random = createRng('farrington-methods')
const WEEKS = Float64Array.from({ length: 330 }, () => random.poisson(3))
WEEKS[325] = 14
const DAYS = Float64Array.from({ length: 7 * 330 }, (_, day) => random.poisson(day % 7 < 5 ? 2 : 0.5))
for (let day = 2200; day < 2210; day++) DAYS[day] += 6

function judge(name: string, counts: Float64Array, from: number, until: number): Judgements {
  const daily = counts === DAYS
  return FARRINGTON_METHODS.find((method) => method.name === name)!.judge({ counts, period: daily ? 'day' : 'week', periodsPerYear: daily ? 364 : 52, from, until })
}

test('every name of the benchmark is there once', () => {
  const names = FARRINGTON_METHODS.map((method) => method.name)
  expect(new Set(names).size).toBe(names.length)
  const expected = ['farrington', 'ff_delta', 'ff_muan', 'ff_nbPlugin', 'ffx_delta', 'ffx_delta_fixedSE', 'ffx_muan', 'ffx_muan_fixedSE', 'ffx_nbPlugin']
  for (const name of [...expected, ...expected.map((one) => `${one}_limit54`), 'farrington_week', 'ff_week_nbPlugin']) expect(names).toContain(name)
})

test('the statistic is −log10 p, in one order with the alarms', () => {
  for (const { name } of FARRINGTON_METHODS.filter((method) => !method.name.includes('week'))) {
    const { statistic, alarm, logP, expected } = judge(name, WEEKS, 300, 330)
    expect(alarm[25], name).toBe(1)
    expect(Math.max(...statistic), name).toBe(statistic[25])
    expect(Math.abs(statistic[25] + logP[25] / Math.LN10), name).toBeLessThan(1e-12)
    expect(expected.every((mean) => mean > 1 && mean < 6), name).toBe(true)
  }
})

test('where 5 cases in 4 weeks are wanting, limit54 gives neither alarm nor statistic', () => {
  const rare = WEEKS.map((_, week) => (week === 329 ? 4 : week % 13 === 0 ? 1 : 0))
  const without = judge('ff_nbPlugin', rare, 329, 330)
  const limited = judge('ff_nbPlugin_limit54', rare, 329, 330)
  expect([without.alarm[0], limited.alarm[0], limited.statistic[0], limited.reason[0]]).toEqual([1, 0, 0, 0])
  expect(without.statistic[0]).toBeGreaterThan(2)
})

test('a day is judged by the seven days that end with it', () => {
  const from = 2195
  const until = 2215
  const rolling = judge('ff_week_nbPlugin', DAYS, from, until)
  expect(rolling.window).toEqual(new Uint16Array(until - from).fill(7))
  for (let day = from; day < until; day++) {
    const sums: number[] = []
    for (let end = day; end >= 6; end -= 7) sums.unshift(DAYS.subarray(end - 6, end + 1).reduce((sum, y) => sum + y, 0))
    const bounds = farringtonFlexible({ counts: Float64Array.from(sums), periodsPerYear: 52 }, sums.length - 1, sums.length, { limit54: [0, 4] })
    const i = day - from
    expect([rolling.expected[i], rolling.upper[i], rolling.logP[i], rolling.alarm[i]], `day ${day}`).toEqual([bounds.expected[0], bounds.upper[0], bounds.logP[0], bounds.alarm[0]])
  }
  expect(Array.from(rolling.alarm.subarray(5, 12))).toContain(1)
})

test('a day that is a gap leaves the week after it without a verdict', () => {
  const counts = DAYS
  const kept = counts[2250]
  counts[2250] = NaN
  const { reason } = judge('farrington_week', counts, 2245, 2262)
  counts[2250] = kept
  expect(Array.from(reason, (r) => REASONS[r])).toEqual(Array.from({ length: 17 }, (_, i) => (i >= 5 && i < 12 ? 'gap' : '')))
})
