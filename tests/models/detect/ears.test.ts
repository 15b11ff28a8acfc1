/**
 * Reference values: R surveillance 1.20.3, earsC, in ../shared/golden/surveillance.
 */
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { ears, scanEars } from '../../../models/detect/ears.ts'
import { createVerdicts, REASONS, VERDICTS } from '../../../models/detect/verdict.ts'
import { normalCdf, logNormalTail, normalQuantile } from '../../../models/math/normal.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'

interface Setting { control: { method: string, baseline: number, minSigma: number, alpha: number }, upperbound: (number | null)[], alarm: boolean[] }

for (const name of ['salmonella_agona', 'salmNewport_total', 'campyDE', 'k1', 'm1']) {
  const path = `golden/surveillance/${name}.json`
  test.skipIf(lacksShared(path))(`EARS C1 and C2 of ${name} agree with R surveillance`, () => {
    const golden = JSON.parse(readFileSync(sharedPath(path), 'utf8')) as { observed: number[], earsC: Record<string, unknown> }
    const weeks = golden.earsC.results_for_indices as number[]
    let compared = 0
    for (const [setting, value] of Object.entries(golden.earsC)) {
      if (!/^C[12]_/.test(setting)) continue
      const { control, upperbound, alarm } = value as Setting
      const bounds = ears(Float64Array.from(golden.observed), {
        baseline: control.baseline, lag: control.method === 'C2' ? 2 : 0, minSigma: control.minSigma, threshold: normalQuantile(1 - control.alpha),
      })
      weeks.forEach((week, j) => {
        const reference = upperbound[j]!
        expect(Math.abs(bounds.upper[week - 1] - reference), `${setting}, week ${week}`).toBeLessThanOrEqual(1e-6 * Math.max(1e-6, reference))
        expect(golden.observed[week - 1] > bounds.upper[week - 1], `${setting}, alarm of week ${week}`).toBe(Boolean(alarm[j]))
        compared++
      })
    }
    expect(compared).toBeGreaterThanOrEqual(5 * 40)
  })
}

test('worked by hand: C2 of 1 to 7, two days, then the count', () => {
  const { expected, sigma, upper } = ears(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 50, 60, 9))
  expect([expected[9], sigma[9], upper[9]]).toEqual([4, Math.sqrt(28 / 6), 4 + 3.09 * Math.sqrt(28 / 6)])
  expect(ears(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 9), { lag: 0 }).expected[7]).toBe(4)
})

test('ears scales with its counts', () => {
  fc.assert(fc.property(fc.array(fc.nat(99), { minLength: 10 }), fc.integer({ min: 2, max: 9 }), (xs, k) => {
    const once = ears(Float64Array.from(xs)).upper
    const times = ears(Float64Array.from(xs, (x) => k * x), { minSigma: 0.5 * k }).upper
    for (let i = 9; i < xs.length; i++) expect(Math.abs(times[i] - k * once[i])).toBeLessThanOrEqual(1e-9 * times[i])
  }), { seed: 20260101 })
})

test('ears has no verdict before its baseline is full, nor over a gap', () => {
  const counts = Float64Array.from({ length: 30 }, (_, i) => i % 4)
  counts[15] = NaN
  const { upper } = ears(counts)
  for (let i = 0; i < 30; i++) expect(Number.isNaN(upper[i]), `count ${i}`).toBe(i < 9 || (i >= 18 && i <= 24))
})

test('ears refuses a misspelt option', () => {
  expect(() => ears(new Float64Array(20), { sigma: 0.5 } as object)).toThrow(InvalidOptionError)
})

test('a scan judges the last day of each series and says why it cannot', () => {
  const days = 12
  const observed = new Float64Array(4 * days).fill(2)
  observed[days - 1] = 9 // alert: 2 + 3.09 * 0.5
  observed[3 * days - 1] = 1 // normal
  observed[2 * days + 5] = NaN
  observed[4 * days - 1] = NaN
  const out = createVerdicts(4)
  scanEars(observed, days, out)
  expect(Array.from(out.verdict, (v) => VERDICTS[v])).toEqual(['alert', 'normal', 'cannot tell', 'cannot tell'])
  expect(Array.from(out.reason, (r) => REASONS[r])).toEqual(['', '', 'gap', 'gap'])
  expect(out.upper[0]).toBeCloseTo(3.545, 12)
  expect(out.log10P[0]).toBeLessThan(-40)
  const short = createVerdicts(1)
  scanEars(new Float64Array(5), 5, short)
  expect(REASONS[short.reason[0]]).toBe('too_short')
  expect(short.log10P[0]).toBeNaN()
})

test('an unchanging series has an alert at a floor of the deviation only from minCount on', () => {
  const out = createVerdicts(2)
  const observed = new Float64Array(24)
  observed[11] = 2
  observed[23] = 3
  scanEars(observed, 12, out)
  expect(Array.from(out.verdict, (v) => VERDICTS[v])).toEqual(['normal', 'alert'])
})

test('the normal tail and quantile agree with reference values', () => {
  expect(normalQuantile(0.999)).toBeCloseTo(3.0902323061678135, 13)
  expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408411, 13)
  expect(normalQuantile(1e-9)).toBeCloseTo(-5.9978070150076869, 11)
  expect(normalCdf(1)).toBeCloseTo(0.84134474606854293, 14)
  expect(logNormalTail(1.9)).toBeCloseTo(-3.5502813255421346, 12)
  expect(logNormalTail(10)).toBeCloseTo(-53.231285150512471, 11)
  expect(logNormalTail(100)).toBeCloseTo(-5005.5242086942051, 9)
  expect(logNormalTail(-3)).toBeCloseTo(Math.log(normalCdf(3)), 14)
})
