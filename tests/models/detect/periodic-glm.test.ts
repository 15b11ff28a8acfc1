import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { DAY_HOLIDAY, DAY_WEEKEND, DAY_WORKING } from '../../../models/detect/baseline-design.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { periodicGlm } from '../../../models/detect/periodic-glm.ts'
import { REASONS } from '../../../models/detect/verdict.ts'

const DAYS = 1000
const weekdays = Uint8Array.from({ length: DAYS }, (_, t) => (t % 7) + 1)
const kinds = Uint8Array.from({ length: DAYS }, (_, t) => (t % 50 === 3 ? DAY_HOLIDAY : t % 7 > 4 ? DAY_WEEKEND : DAY_WORKING))
const EFFECTS = [0, 0.1, 0, -0.1, 0.1, -0.7, -1.2]
/** Level, weekday, holiday, season and trend of a demonstration. */
const meanOf = (t: number): number => Math.exp(3 + EFFECTS[t % 7]! + (kinds[t] === DAY_HOLIDAY ? -0.8 : 0) + 0.4 * Math.sin((2 * Math.PI * t) / 365) + 0.0004 * t)
const rng = createRng('periodic glm')
const counts = Float64Array.from({ length: DAYS }, (_, t) => rng.negativeBinomial(meanOf(t), 20))
const asked = (from: number, more: Partial<SeriesInput> = {}): SeriesInput => ({ counts, period: 'day', periodsPerYear: 365, weekdays, kinds, from, until: DAYS, ...more })

test('the expectation is the mean the counts were drawn at', () => {
  const { expected } = periodicGlm(asked(800), { weekdays: true, refit: 50 })
  expected.forEach((mean, i) => expect(Math.abs(mean / meanOf(800 + i) - 1), `day ${800 + i}`).toBeLessThan(0.2))
  // Without weekdays a Sunday is not expected to be quiet.
  const blind = periodicGlm(asked(800), { refit: 200 }).expected
  const sunday = 6 - (800 % 7)
  expect(blind[sunday]).toBeGreaterThan(1.5 * meanOf(800 + sunday))
})

test('alarms come as often as alpha says, and where the bound is passed', () => {
  const { alarm, upper, logP } = periodicGlm(asked(740), { weekdays: true, refit: 20, alpha: 0.05 })
  expect(Array.from(alarm, Boolean)).toEqual(Array.from(upper, (bound, i) => counts[740 + i]! > bound))
  expect(Array.from(alarm, Boolean)).toEqual(Array.from(logP, (p) => p < Math.log(0.05)))
  const share = alarm.reduce((sum, a) => sum + a, 0) / alarm.length
  expect(share).toBeGreaterThan(0.02)
  expect(share).toBeLessThan(0.085)
})

test('counts of the guard and after it have no say', () => {
  const changed = counts.slice()
  changed.fill(500, 900 - 14)
  const options = { weekdays: true, guard: 14, refit: 1 }
  const [before] = periodicGlm(asked(900, { until: 901 }), options).expected
  expect(periodicGlm(asked(900, { until: 901, counts: changed }), options).expected[0]).toBe(before)
  expect(periodicGlm(asked(900, { until: 901, counts: changed }), { ...options, guard: 13 }).expected[0]).not.toBe(before)
})

test('the fit is renewed every so many periods', () => {
  const fresh = (from: number): number => periodicGlm(asked(from, { until: from + 1 })).expected[0]!
  const { expected } = periodicGlm(asked(900), { refit: 10 })
  expect([expected[10], expected[20]]).toEqual([fresh(910), fresh(920)].map((mean) => expect.closeTo(mean, 6)))
  expect(Math.abs(expected[9]! - fresh(909))).toBeGreaterThan(1e-4)
})

test('a Poisson fit takes scatter for outbreaks that a negative binomial expects', () => {
  const alarms = (family: 'poisson' | 'negbin'): number => periodicGlm(asked(740), { weekdays: true, refit: 50, family }).alarm.reduce((sum, a) => sum + a, 0)
  expect(alarms('poisson')).toBeGreaterThan(3 * alarms('negbin') + 3)
})

test('the regression says why it cannot tell', () => {
  const gappy = counts.slice()
  gappy[735] = NaN
  const reasons = (input: SeriesInput): string[] => Array.from(periodicGlm(input, { refit: 50 }).reason, (r) => REASONS[r]!)
  expect(reasons(asked(728, { counts: gappy, until: 738 }))).toEqual(['too_short', 'too_short', '', '', '', '', '', 'gap', '', ''])
  expect(reasons(asked(990, { counts: new Float64Array(DAYS).fill(NaN), until: 992 }))).toEqual(['gap', 'gap'])
  expect(() => periodicGlm(asked(990), { alpha: 0 })).toThrow(InvalidOptionError)
})
