import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { InvalidOptionError } from '../../../core/errors.ts'
import { bayes } from '../../../models/detect/bayes.ts'
import { REFERENCE_WINDOWS } from '../../../models/detect/reference-counts.ts'
import { expectAlarms, expectClose, goldenTest } from '../../support/surveillance.ts'

goldenTest('Bayes 1 to 3 agree with R surveillance', 'bayes', ({ input, entries }) => {
  for (const system of [1, 2, 3] as const) {
    const { upperbound, alarm } = entries[`bayes${system}`]!
    const ours = bayes(input, REFERENCE_WINDOWS[system])
    expectClose(ours.upper, upperbound!, 0, `bayes${system}`)
    expectAlarms(ours, alarm!, `bayes${system}`)
  }
})

test('worked by hand: six empty weeks, then one ticket, then two', () => {
  const ask = (count: number): { upper: number, logP: number, alarm: number } => {
    const { upper, logP, alarm } = bayes({ counts: Float64Array.of(0, 0, 0, 0, 0, 0, count), period: 'week', periodsPerYear: 52, from: 6, until: 7 }, REFERENCE_WINDOWS[1])
    return { upper: upper[0]!, logP: logP[0]!, alarm: alarm[0]! }
  }
  // Predictive: size ½, probability of a success 6/7; P(0) = (6/7)^½ = 0.926, P(1) = ½ · 1/7 · P(0) = 0.066.
  const none = Math.sqrt(6 / 7)
  expect(ask(1)).toEqual({ upper: 1, alarm: 0, logP: expect.closeTo(Math.log(1 - none), 10) })
  expect(ask(2)).toEqual({ upper: 1, alarm: 1, logP: expect.closeTo(Math.log(1 - none - none / 14), 10) })
})

test('a Poisson series is alarmed in at most alpha of the weeks, and its p is uniform where counts are large', () => {
  const rng = createRng('bayes')
  const counts = Float64Array.from({ length: 6000 }, () => rng.poisson(200))
  const input = { counts, period: 'week', periodsPerYear: 52, from: 200, until: 6000 } as const
  const { alarm, logP } = bayes(input, { ...REFERENCE_WINDOWS[3], alpha: 0.05 })
  const share = alarm.reduce((sum, a) => sum + a, 0) / alarm.length
  expect(share).toBeGreaterThan(0.038)
  expect(share).toBeLessThan(0.058)
  expect(logP.reduce((sum, p) => sum + Math.exp(p), 0) / logP.length).toBeCloseTo(0.5, 1)
  expect(() => bayes(input, { alpha: 0.7 })).toThrow(InvalidOptionError)
})
