import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { fade, standardise } from '../../../models/forecast/covariates.ts'

const DAYS = 730
const SPAN = DAYS + 28

/** Degrees: a year's wave and a wandering weather of standard deviation 3. */
function temperatures(rng = createRng('weather')): Float64Array {
  let weather = 0
  return Float64Array.from({ length: SPAN }, (_, i) => {
    weather = 0.7 * weather + 3 * Math.sqrt(1 - 0.49) * rng.normal()
    return 12 - 14 * Math.cos((2 * Math.PI * (20000 + i - 17)) / 365.2425) + weather
  })
}

test('the year is taken off, what is left has standard deviation 1', () => {
  const values = temperatures()
  const out = standardise(values, 20000, DAYS)
  let squares = 0
  let winter = 0
  for (let i = 0; i < DAYS; i++) {
    squares += out[i]! ** 2
    winter += out[i]! * Math.cos((2 * Math.PI * (20000 + i - 17)) / 365.2425)
  }
  expect(Math.abs(squares / DAYS - 1)).toBeLessThan(0.03)
  expect(Math.abs(winter / DAYS)).toBeLessThan(0.05)
})

test('coming days that nobody forecast fade as the past did, given ones stay', () => {
  const values = temperatures()
  const all = standardise(values, 20000, DAYS)
  values.fill(NaN, DAYS + 3)
  const out = standardise(values, 20000, DAYS)
  for (let i = 0; i < DAYS + 3; i++) expect(Math.abs(out[i]! - all[i]!)).toBeLessThan(1e-9)
  const rho = out[DAYS + 3]! / out[DAYS + 2]!
  expect(Math.abs(rho - 0.7)).toBeLessThan(0.08)
  expect(out[DAYS + 10]! / out[DAYS + 9]!).toBeCloseTo(rho, 9)
})

test('fade forgets what was known of the coming days when asked', () => {
  const out = standardise(temperatures(), 20000, DAYS)
  const before = out.slice()
  fade(out, 400, true)
  expect([...out.subarray(0, 400)]).toEqual([...before.subarray(0, 400)])
  expect(Math.abs(out[420]!)).toBeLessThan(0.02 + Math.abs(out[399]!) * 0.01)
})

test('too little known is no covariate, an unknown day of the past is a usual one', () => {
  const values = temperatures()
  values[100] = NaN
  expect(standardise(values, 20000, DAYS)[100]).toBe(0)
  expect([...standardise(new Float64Array(SPAN).fill(NaN), 20000, DAYS)]).toEqual([...new Float64Array(SPAN)])
})
