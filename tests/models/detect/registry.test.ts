import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import type { SeriesInput } from '../../../models/detect/method.ts'
import { findMethod, METHODS } from '../../../models/detect/registry.ts'
import { REASONS } from '../../../models/detect/verdict.ts'

const YEAR = 52
const rng = createRng('registry')
const counts = Float64Array.from({ length: 6 * YEAR + 20 }, (_, t) => rng.negativeBinomial(9 + 4 * Math.sin((2 * Math.PI * t) / YEAR), 5))
counts[6 * YEAR + 10] = 90
const input: SeriesInput = { counts, period: 'week', periodsPerYear: YEAR, from: 6 * YEAR, until: counts.length }
const methods = [...METHODS.values()].map((method) => [method.name, method] as const)

test('the names of the benchmark are there, and an unknown one is told which there are', () => {
  for (const name of ['earsC1', 'rki3', 'bayes2', 'cusum_glm_rossi', 'glrnb', 'outbreakP', 'cdc', 'periodic_nb_glm', 'nb_glm_dow', 'essence', 'farrington', 'ff_nbPlugin']) expect(METHODS.has(name), name).toBe(true)
  expect(() => findMethod('earsC4')).toThrow(InvalidOptionError)
  expect(() => findMethod('earsC4')).toThrow(/earsC1, earsC2/)
})

test.each(methods)('%s answers for every row, and gives a reason where it has no verdict', (_, method) => {
  const out = method.judge(input)
  expect(out.length).toBe(20)
  for (let i = 0; i < 20; i++) {
    if (out.reason[i] === 0) expect(out.expected[i], `row ${i}`).not.toBeNaN()
    else expect([out.alarm[i], Number.isNaN(out.statistic[i])], `row ${i}: ${REASONS[out.reason[i]!]}`).toEqual([0, true])
    if (method.scored && out.reason[i] === 0) expect(out.statistic[i], `row ${i}`).not.toBeNaN()
  }
})

test.each(methods)('%s does not look at what comes after', (_, method) => {
  const later = counts.map((count, t) => (t < 6 * YEAR + 5 ? count : 3 * count + 40))
  const [before, after] = [method.judge(input), method.judge({ ...input, counts: later })]
  for (const field of ['expected', 'upper', 'statistic', 'logP', 'alarm', 'reason'] as const) expect(Array.from(after[field].slice(0, 5)), field).toEqual(Array.from(before[field].slice(0, 5)))
})

test.each(methods)('%s has no verdict on a gap, and none on an empty history', (_, method) => {
  const gap = counts.slice()
  gap[6 * YEAR + 3] = NaN
  expect(REASONS[method.judge({ ...input, counts: gap }).reason[3]!]).not.toBe('')
  const start = method.judge({ ...input, from: 0, until: 3 })
  expect(REASONS[start.reason[0]!]).not.toBe('')
  expect(start.alarm.some((a) => a === 1)).toBe(false)
})
