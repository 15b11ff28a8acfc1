import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { splitEpisodes, thinExcess } from '../../../models/evaluate/shift.ts'

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

function poissonSeries(seed: string, days: number, mean: number): Float64Array {
  const random = createRng(seed)
  return Float64Array.from({ length: days }, () => random.poisson(mean))
}

test('noise and episodes make the series again, and neither is negative', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(0.02, 0.3, 5), (seed, mean) => {
    const counts = poissonSeries(`whole ${seed}`, 400, mean)
    for (let t = 200; t < 206; t++) counts[t] += 9
    const { noise, episodes } = splitEpisodes(counts, createRng(seed))
    const again = noise.slice()
    for (const { from, excess } of episodes) excess.forEach((tickets, d) => { again[from + d] += tickets })
    expect(again).toEqual(counts)
    expect(noise.every((count) => count >= 0)).toBe(true)
    expect(episodes.every(({ excess }) => excess.every((tickets) => tickets >= 0))).toBe(true)
  }), { seed: 20261123, numRuns: 30 })
})

test('a planted episode is taken out, and the days it leaves are as usual', () => {
  let left = 0
  let size = 0
  for (let i = 0; i < 40; i++) {
    const counts = poissonSeries(`planted ${i}`, 500, 2)
    for (let t = 300; t < 310; t++) counts[t] += 8
    const { noise, episodes, usual } = splitEpisodes(counts, createRng(i))
    const found = episodes.filter(({ from, excess }) => from < 310 && from + excess.length > 300)
    expect(found).toHaveLength(1)
    expect(found[0]!.level).toBeGreaterThan(1)
    expect(sum(usual.subarray(300, 310)) / 10).toBeLessThan(3) // the episode has not become usual
    size += sum(found[0]!.excess)
    left += sum(noise.subarray(300, 310))
  }
  expect(Math.abs(size / 40 - 80)).toBeLessThan(5)
  expect(Math.abs(left / 40 - 20)).toBeLessThan(3)
})

test('what is usual is learnt from days without episodes, and from lone tickets', () => {
  const long = poissonSeries('long', 500, 2)
  for (let t = 250; t < 285; t++) long[t] += 8
  expect(sum(splitEpisodes(long, createRng(1)).usual.subarray(250, 285)) / 35).toBeLessThan(2.6) // with them 3.2
  const lone = new Float64Array(500)
  lone[250] = 1
  const { usual } = splitEpisodes(lone, createRng(1))
  expect(usual[257]! * 26).toBeCloseTo(1 + 0.5 / 7, 9)
  expect(usual[258]! * 26).toBeCloseTo(0.5 / 7, 9)
})

test('chance alone has hardly an episode', () => {
  let episodes = 0
  for (const mean of [0.02, 0.2, 2, 20]) for (let i = 0; i < 25; i++) episodes += splitEpisodes(poissonSeries(`calm ${mean} ${i}`, 730, mean), createRng(i)).episodes.length
  // 200 series-years, 73,000 overlapping weeks at p 1e-5, in which what is usual is estimated.
  expect(episodes).toBeLessThan(8)
})

test('two tickets are no episode, and a habit of months is none', () => {
  const two = new Float64Array(400)
  two[200] = 2
  expect(splitEpisodes(two, createRng(1)).episodes).toEqual([])
  const habit = poissonSeries('habit', 400, 0.1)
  for (let t = 150; t < 230; t++) habit[t] += 2
  expect(splitEpisodes(habit, createRng(1)).episodes).toEqual([])
  expect(splitEpisodes(habit, createRng(1)).noise).toEqual(habit)
})

test('thinning keeps each ticket with the same chance', () => {
  const random = createRng('thin')
  const excess = Float64Array.of(0, 40, 10)
  let kept = [0, 0, 0]
  for (let i = 0; i < 2000; i++) kept = kept.map((total, d) => total + thinExcess(excess, 0.3, random)[d]!)
  expect(kept[0]).toBe(0)
  expect(Math.abs(kept[1]! / 2000 - 12)).toBeLessThan(0.3)
  expect(Math.abs(kept[2]! / 2000 - 3)).toBeLessThan(0.15)
  expect(thinExcess(excess, 1, random)).toEqual(excess)
})

test('the split refuses a misspelt option', () => {
  expect(() => splitEpisodes(new Float64Array(30), createRng(1), { reach: 3 } as object)).toThrow(InvalidOptionError)
})
