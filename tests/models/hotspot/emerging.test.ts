import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { classifyPlaces, classOf } from '../../../models/hotspot/emerging.ts'
import type { HotClass } from '../../../models/hotspot/emerging.ts'
import { adjacencyOfPairs } from '../../../models/scan/adjacency.ts'

/** 'H' hot, 'c' cold, '.' neither. */
const heat = (text: string): Int8Array => Int8Array.from(text, (letter) => (letter === 'H' ? 1 : letter === 'c' ? -1 : 0))

test.each<[HotClass | 'none', string, number]>([
  ['new', '...................H', 0],
  ['new', 'cc.................H', 0],
  ['consecutive', '.................HHH', 1],
  ['consecutive', '.HHHHHHHHHHHHHHHHHHH'.replace(/H/, '.').replace(/H/, '.'), 0],
  ['intensifying', '.HHHHHHHHHHHHHHHHHHH', 1],
  ['intensifying', 'HHHH.HHHHHHHHH.HHHHH', 1],
  ['persistent', 'HHHHHHHHHHHHHHHHHHHH', 0],
  ['diminishing', 'HHHHHHHH.HHHHHHHHHHH', -1],
  ['sporadic', '..H...HH......H....H', 0],
  ['sporadic', 'HHHHHHHHHHHHH...HHHH', -1],
  ['oscillating', '..H...cc......H....H', 0],
  ['historical', 'HHHHHHHHHHHHHHHHHHH.', 0],
  ['historical', 'HHHHHHHHHHHHHHHHHHc.'.replace('c', 'H'), 0],
  ['none', '....................', 0],
  ['none', 'HHHHHHHHHH..........', 0],
  ['none', 'cccccccccccccccccccc', -1],
])('%s: %s with trend %i', (expected, text, trend) => {
  expect(classOf(heat(text), trend)).toBe(expected)
})

test('exactly nine steps of ten are throughout, eight are not', () => {
  expect(classOf(heat('.HHHHHHHHH'), 0)).toBe('persistent')
  expect(classOf(heat('.HHH.HHHHH'), 0)).toBe('sporadic')
})

/** A row of places of which each touches the next. */
const row = (n: number): ReturnType<typeof adjacencyOfPairs> => adjacencyOfPairs(n, Array.from({ length: n - 1 }, (_, i) => [i, i + 1]).flat())

/** 40 places in a row over 30 weeks, Poisson 10, and `mean` at places 18 to 22. */
function cube(mean: (step: number) => number): Float64Array {
  const rng = createRng('hot places')
  const counts = new Float64Array(40 * 30)
  for (let p = 0; p < 40; p++) for (let s = 0; s < 30; s++) counts[p * 30 + s] = rng.poisson(p >= 18 && p <= 22 ? mean(s) : 10)
  return counts
}

test.each<[HotClass | 'none', (step: number) => number]>([
  ['new', (s) => (s === 29 ? 45 : 10)],
  ['consecutive', (s) => (s >= 26 ? 30 : 10)],
  ['intensifying', (s) => 20 + s],
  ['persistent', () => 30],
  ['diminishing', (s) => 80 - 1.6 * s],
  ['sporadic', (s) => ([4, 5, 12, 13, 20, 28, 29].includes(s) ? 40 : 10)],
  ['oscillating', (s) => (s >= 28 || (s >= 20 && s <= 22) ? 40 : s < 6 ? 0 : 10)],
  ['historical', (s) => (s >= 28 ? 0 : 30)],
  ['none', () => 10],
])('counts give the class %s at the middle of the places', (expected, mean) => {
  const places = classifyPlaces(cube(mean), 30, row(40))
  expect(places[20]!.class).toBe(expected)
  // Far from them nothing rises.
  for (const far of [0, 5, 10, 30, 39]) expect(places[far]!.class).toBe('none')
})

test('of places without any heat few are said to have some', () => {
  const rng = createRng('calm')
  let found = 0
  for (let city = 0; city < 20; city++) {
    const counts = Float64Array.from({ length: 60 * 52 }, () => rng.poisson(8))
    found += classifyPlaces(counts, 52, row(60)).filter((place) => place.class !== 'none').length
  }
  // Adjusted for all bins: none of 1,200 with this seed.
  expect(found).toBeLessThan(24)
})

test('classes do not change with the unit of the counts or the order of the places', () => {
  fc.assert(fc.property(fc.array(fc.nat(40), { minLength: 60, maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (values, k) => {
    const counts = Float64Array.from(values)
    const classes = classifyPlaces(counts, 12, row(5)).map((place) => place.class)
    expect(classifyPlaces(counts.map((n) => k * n), 12, row(5)).map((place) => place.class)).toEqual(classes)
    const reversed = Float64Array.from([4, 3, 2, 1, 0].flatMap((p) => values.slice(p * 12, p * 12 + 12)))
    expect(classifyPlaces(reversed, 12, row(5)).map((place) => place.class)).toEqual(classes.toReversed())
  }), { seed: 20260101 })
})

test('too few steps, too few places and equal counts cannot be told', () => {
  const classes = (places: number, steps: number): string[] => classifyPlaces(new Float64Array(places * steps).fill(7), steps, row(places)).map((place) => place.class)
  expect(classes(5, 9)).toEqual(new Array(5).fill('unknown'))
  expect(classes(3, 12)).toEqual(new Array(3).fill('unknown'))
  expect(classes(5, 12)).toEqual(new Array(5).fill('unknown'))
})

test('a misspelt option and one out of range are refused', () => {
  expect(() => classifyPlaces(new Float64Array(60), 12, row(5), { levle: 0.1 } as object)).toThrow(InvalidOptionError)
  expect(() => classifyPlaces(new Float64Array(60), 12, row(5), { share: 1.5 })).toThrow(InvalidOptionError)
})
