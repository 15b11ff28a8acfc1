import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logOddsScore } from '../../../models/words/log-odds.ts'

test('the score is that of the formula, worked by hand', () => {
  // alpha = 50 * 5.5 / 101; odds (8 + a) / (20 + 50 - 8 - a) and (5 + a) / (100 + 50 - 5 - a).
  const a = 275 / 101
  const z = (Math.log((8 + a) / (62 - a)) - Math.log((5 + a) / (145 - a))) / Math.sqrt(1 / (8 + a) + 1 / (5 + a))
  expect(Math.abs(logOddsScore({ here: 8, of: 20, usual: 5, usualOf: 100 }) - z)).toBeLessThan(1e-12)
})

test('a word that is said as much as usual scores nothing; more people score more', () => {
  expect(Math.abs(logOddsScore({ here: 20, of: 100, usual: 200, usualOf: 1000 }))).toBeLessThan(0.3)
  fc.assert(fc.property(fc.integer({ min: 5, max: 98 }), fc.nat(5), fc.integer({ min: 500, max: 5000 }), (here, usual, usualOf) => {
    expect(logOddsScore({ here: here + 1, of: 100, usual, usualOf })).toBeGreaterThan(logOddsScore({ here, of: 100, usual, usualOf }))
  }), { seed: 20261123 })
})
