import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { expectWord, logWordTail, wordBurstOptions, wordRate } from '../../../models/words/word-burst.ts'

const options = wordBurstOptions()
const past = (said: number[], all = said.map(() => 700)) => ({
  said, all, saidByWeekday: Array(7).fill(said.reduce((sum, n) => sum + n, 0) / 7), allByWeekday: Array(7).fill(all.reduce((sum, n) => sum + n, 0) / 7),
})
const week = Array(7).fill(100)

test('a word that was said evenly is expected as often again', () => {
  const rate = wordRate(past(Array(50).fill(7)), options)
  expect(expectWord(rate, week, 7, null, options).mean).toBeCloseTo(7, 0)
  expect(rate.clumping).toBeLessThan(0.3)
})

test('a season a year before and the last weeks count where they had more', () => {
  const said = Array(57).fill(1)
  for (let w = 49; w < 56; w++) said[w] = 30
  expect(wordRate(past(said), options).rate).toBeCloseTo(30 / 700, 2)
  const late = Array(57).fill(1)
  for (let w = 0; w < 8; w++) late[w] = 12
  expect(wordRate(past(late), options).rate).toBeCloseTo(12 / 700, 2)
})

test('what a place always says is not news there, and is where it never said it', () => {
  const rate = wordRate(past(Array(50).fill(7)), options)
  const usual = expectWord(rate, [5, 5, 5, 5, 5, 5, 5], 7, { said: 300, all: 400 }, options)
  const never = expectWord(rate, [5, 5, 5, 5, 5, 5, 5], 7, { said: 0, all: 400 }, options)
  expect(usual.mean).toBeGreaterThan(20)
  expect(never.mean).toBeLessThan(0.1)
  expect(logWordTail(6, never)).toBeLessThan(logWordTail(6, usual) - 5)
})

test('more callers are never likelier by chance', () => {
  fc.assert(fc.property(fc.array(fc.nat(40), { minLength: 10, maxLength: 57 }), fc.integer({ min: 3, max: 200 }), fc.nat(50), (said, callers, own) => {
    const expected = expectWord(wordRate(past(said), options), week, 14, { said: own, all: 200 }, options)
    expect(logWordTail(callers + 1, expected)).toBeLessThanOrEqual(logWordTail(callers, expected))
  }), { seed: 20261123 })
})

test('of words said at even rates the tail is reached no more often than it says', () => {
  const rng = createRng('words')
  let reached = 0
  const N = 4000
  for (let i = 0; i < N; i++) {
    const mean = 0.02 + 3 * rng.next()
    const rate = wordRate(past(Array.from({ length: 52 }, () => rng.poisson(mean))), options)
    if (logWordTail(rng.poisson(mean), expectWord(rate, week, 7, null, options)) <= Math.log(0.01)) reached++
  }
  expect(reached / N).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt(0.01 / N))
})

test('a misspelt option is refused', () => {
  expect(() => wordBurstOptions({ shape: 1 } as object)).toThrow(InvalidOptionError)
})
