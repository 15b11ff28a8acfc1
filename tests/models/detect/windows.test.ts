import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { createVerdicts, reasonIndex, REASONS, recurrenceDays, VERDICTS } from '../../../models/detect/verdict.ts'
import { alertCount, scanWindows, WINDOW_DEFAULTS, windowSize } from '../../../models/detect/windows.ts'
import { logTail } from '../../../models/math/distributions.ts'

const DAYS = 56

/** One series with these last days, zeros before, expecting the same every day. */
function scanOne(last: number[], mean: number, extra: { size?: number, cv?: number, reason?: number } = {}, options = {}) {
  const observed = new Float64Array(DAYS)
  observed.set(last, DAYS - last.length)
  const out = createVerdicts(1)
  const logP = new Float64Array(6)
  scanWindows({
    series: 1, days: DAYS, observed, expected: new Float64Array(DAYS).fill(mean), size: Float64Array.of(extra.size ?? Infinity),
    cv: Float64Array.of(extra.cv ?? 0), reason: Uint8Array.of(extra.reason ?? 0),
  }, out, options, logP)
  return { verdict: VERDICTS[out.verdict[0]], reason: REASONS[out.reason[0]], days: out.windowDays[0], log10P: out.log10P[0], out, logP }
}

test('the p of a window is the tail of its sum, and the best window pays for six', () => {
  const { out, logP, days } = scanOne([1, 2, 4], 0.1)
  expect(days).toBe(3)
  expect(logP[1]).toBeCloseTo(logTail(7, 0.3), 12)
  expect(logP[0]).toBeCloseTo(logTail(4, 0.1), 12)
  expect(out.log10P[0]).toBeCloseTo((logTail(7, 0.3) + Math.log(6)) / Math.LN10, 6)
  expect([out.observed[0], out.expected[0]]).toEqual([7, expect.closeTo(0.3, 12)])
  expect(out.recurrenceDays[0]).toBeCloseTo(recurrenceDays(out.log10P[0] * Math.LN10), 3)
})

test('the count called too many is the smallest that would be an alert', () => {
  for (const mean of [0.02, 0.5, 4]) {
    const options = { windows: [1] }
    const upper = alertCount(mean, Infinity, options)
    const reached = scanOne([upper], mean, {}, options)
    expect([reached.verdict, reached.out.upper[0]]).toEqual(['alert', upper])
    if (upper > 3) expect(scanOne([upper - 1], mean, {}, options).verdict).not.toBe('alert')
  }
})

test('two tickets are never an alert, three where none were expected are', () => {
  expect(scanOne([2], 1e-6)).toMatchObject({ verdict: 'normal', log10P: 0 })
  expect(scanOne([3], 1e-6).verdict).toBe('alert')
})

test('an outbreak that has died down is no news', () => {
  const dying = [30, 30, 30, 30, ...new Array<number>(10).fill(0)]
  expect(scanOne(dying, 1).verdict).toBe('normal')
  expect(scanOne([...dying, 5], 1).verdict).toBe('alert')
})

test('uncertainty of the baseline and scatter of the days both dull the alarm', () => {
  const plain = scanOne([12], 3).log10P
  expect(scanOne([12], 3, { size: 2 }).log10P).toBeGreaterThan(plain)
  expect(scanOne([12], 3, { cv: 0.5 }).log10P).toBeGreaterThan(plain)
  expect(windowSize(10, 20, 4, 0)).toBeCloseTo(20, 12)
  expect(windowSize(10, 20, Infinity, 0.5)).toBeCloseTo(4, 12)
  expect(windowSize(0, 0, 4, 0)).toBe(Infinity)
})

test('gaps count neither as observed nor as expected, and too many cannot tell', () => {
  const calm = scanOne([NaN, 4, NaN], 0.5)
  expect(calm).toMatchObject({ verdict: 'normal', days: 7 })
  expect(calm.out.expected[0]).toBeCloseTo(2.5, 12)
  const silent = scanOne(new Array<number>(DAYS).fill(NaN), 1)
  expect(silent).toMatchObject({ verdict: 'cannot tell', reason: 'gap', days: 0 })
  expect(silent.log10P).toBeNaN()
  expect(scanOne([5], NaN)).toMatchObject({ verdict: 'cannot tell', reason: 'gap' })
})

test('a series without a baseline keeps its reason', () => {
  expect(scanOne([50], 1, { reason: reasonIndex('too_short') })).toMatchObject({ verdict: 'cannot tell', reason: 'too_short' })
})

test('rows and factors of the expected counts mean the same as writing them out', () => {
  const random = createRng('rows')
  const n = 20
  const observed = Float64Array.from({ length: n * DAYS }, () => random.poisson(0.3))
  const parents = Float64Array.from({ length: 2 * DAYS }, () => 1 + random.next())
  const row = Int32Array.from({ length: n }, (_, i) => i % 2)
  const scale = Float64Array.from({ length: n }, () => 0.05 + 0.3 * random.next())
  const size = new Float64Array(n).fill(3)
  const written = Float64Array.from({ length: n * DAYS }, (_, j) => scale[Math.floor(j / DAYS)] * parents[row[Math.floor(j / DAYS)] * DAYS + (j % DAYS)])
  const a = createVerdicts(n)
  const b = createVerdicts(n)
  scanWindows({ series: n, days: DAYS, observed, expected: parents, row, scale, size }, a)
  scanWindows({ series: n, days: DAYS, observed, expected: written, size }, b)
  expect(a).toEqual(b)
})

test('one ticket more today never makes a series less alarming', () => {
  fc.assert(fc.property(fc.array(fc.nat(6), { minLength: DAYS, maxLength: DAYS }), fc.double({ min: 0.01, max: 5, noNaN: true }), (xs, mean) => {
    const more = xs.with(-1, xs.at(-1)! + 1)
    expect(scanOne(more, mean, { size: 2 }).log10P).toBeLessThanOrEqual(scanOne(xs, mean, { size: 2 }).log10P + 1e-9)
  }), { seed: 20260107 })
})

test('with the truth as its baseline the scan alarms no more often than it says', () => {
  const n = 4000
  for (const [mean, size] of [[0.05, 0.5], [0.5, 2], [5, 5], [50, 10]] as const) {
    const random = createRng(`windows ${mean}`)
    const observed = Float64Array.from({ length: n * DAYS }, () => random.negativeBinomial(mean, size))
    const out = createVerdicts(n)
    const logP = new Float64Array(n * 6)
    scanWindows({ series: n, days: DAYS, observed, expected: new Float64Array(DAYS).fill(mean), row: new Int32Array(n), size: new Float64Array(n).fill(size) },
      out, { minCount: 1, fresh: 1 }, logP)
    for (const alpha of [0.05, 0.01]) {
      let single = 0
      let combined = 0
      for (let i = 0; i < n * 6; i++) if (logP[i] <= Math.log(alpha)) single++
      for (let i = 0; i < n; i++) if (out.log10P[i] <= Math.log10(alpha)) combined++
      if (process.env.WEISU_SHOW) console.log(`mean ${mean} alpha ${alpha}: window ${(single / n / 6).toFixed(4)}, night ${(combined / n).toFixed(4)}`)
      const margin = 4 * Math.sqrt(alpha / n)
      expect(single / n / 6, `windows of mean ${mean}`).toBeLessThan(1.15 * alpha + margin)
      expect(combined / n, `nights of mean ${mean}`).toBeLessThan(1.1 * alpha + margin)
      if (mean >= 5) expect(combined / n, `power at mean ${mean}`).toBeGreaterThan(0.4 * alpha)
    }
  }
})

test('the scan refuses a misspelt option', () => {
  expect(() => scanOne([1], 1, {}, { window: [1] })).toThrow(InvalidOptionError)
  expect(WINDOW_DEFAULTS.minCount).toBe(3)
})
