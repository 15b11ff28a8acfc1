import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { KERNEL_BASE64 } from '../../../models/scan/kernel-wasm.ts'
import { replicateNumbers } from '../../../models/scan/monte-carlo.ts'
import { createReplicateSearch, kernelSearch } from '../../../models/scan/permutation-maxima.ts'
import { plainMaxima } from '../../../models/scan/permutation-search.ts'
import { casesOfPlaces, findMargins } from '../../../models/scan/permutation.ts'
import type { Margins } from '../../../models/scan/permutation.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import type { Zones } from '../../../models/scan/zones.ts'
import { compileKernel } from '../../support/compile-kernel.ts'
import { randomCells, randomPoints } from './random-cells.ts'

interface Study { margins: Margins, zones: Zones }

function study(seed: number, places: number, days: number, mean: number, weekly = false, maxPercent = 50): Study {
  const random = createRng(seed)
  const cells = randomCells(random, places, days, mean)
  const margins = findMargins(cells, weekly ? Uint8Array.from({ length: days }, (_, d) => d % 7) : undefined)
  return { margins, zones: circularZones(randomPoints(random, places, seed % 2 === 0), casesOfPlaces(margins), { maxPercent, ties: seed % 3 === 0 ? 'one-at-a-time' : 'all-or-none' }) }
}

test('the kernel finds exactly what the plain arrays find', () => {
  const whole = (min: number, max: number) => fc.integer({ min, max })
  fc.assert(fc.property(whole(0, 1e6), whole(1, 40), whole(1, 30), fc.constantFrom(0.05, 0.4, 3), fc.boolean(), whole(1, 20), whole(1, 4), whole(1, 3), (seed, places, days, mean, weekly, maxDays, ends, minCases) => {
    const { margins, zones } = study(seed, places, days, mean, weekly, 30 + (seed % 70))
    const longest = Math.min(maxDays, days)
    const horizon = { minDays: 1 + (seed % longest), maxDays: longest, ends: Math.min(ends, days), minCases }
    const wanted = plainMaxima(margins, zones, horizon, seed, replicateNumbers(0, 35))
    const narrow = kernelSearch(margins, zones, horizon, 1)!.exactly(seed, replicateNumbers(0, 35))
    if (margins.total < 255 || narrow) expect(narrow).toEqual(wanted)
    expect(kernelSearch(margins, zones, horizon, 2)!.exactly(seed, replicateNumbers(0, 35))).toEqual(wanted)
  }), { seed: 20260101, numRuns: 100 })
})

test('replicates are the same asked for at once or in parts', () => {
  const { margins, zones } = study(13, 60, 20, 0.8)
  const horizon = { minDays: 1, maxDays: 9, ends: 1, minCases: 2 }
  const all = createReplicateSearch(margins, zones, horizon).exactly(3, replicateNumbers(0, 200))
  const search = createReplicateSearch(margins, zones, horizon)
  expect([...search.exactly(3, replicateNumbers(170, 200)), ...search.exactly(3, [7, 3])]).toEqual([...all.subarray(170), all[7], all[3]])

  const mostly = search.mostly(3, replicateNumbers(0, 200))
  const below = Array.from(mostly.keys()).filter((i) => mostly[i] === -Infinity)
  expect(below.length).toBeGreaterThan(0)
  expect(below.length).toBeLessThan(60)
  const level = Math.min(...mostly.filter((maximum) => maximum > -Infinity))
  all.forEach((maximum, i) => (mostly[i] === -Infinity ? expect(maximum).toBeLessThanOrEqual(level) : expect(mostly[i]).toBe(maximum)))
  // A ceiling below all of them leaves nothing open.
  expect(search.mostly(3, replicateNumbers(0, 50), 0.5)).toEqual(all.subarray(0, 50))
})

/** Places in a row with so many cases a day, 5 % more on the last one at the first. */
function crowded(cases: number): Study {
  const [places, days] = [5, 3]
  const counts = new Float64Array(places * days).fill(cases)
  counts[days - 1] = Math.round(cases * 1.05)
  const margins = findMargins({ places, days, counts })
  const points = { kind: 'plane' as const, x: Float64Array.of(0, 1, 2.1, 3.3, 4.6), y: new Float64Array(places) }
  return { margins, zones: circularZones(points, casesOfPlaces(margins), { maxPercent: 70 }) }
}

test.each([
  [100, 'cells of 8 bits', true, true],
  [400, 'cells of 16 bits', false, true],
  [12_000, 'zones of 32 bits', false, true],
  [36_000, 'plain arrays', false, false],
])('%i cases a place and day are counted in %s', (cases, _, narrow, wide) => {
  const { margins, zones } = crowded(cases)
  const horizon = { minDays: 1, maxDays: 2, ends: 1, minCases: 2 }
  const four = replicateNumbers(0, 4)
  const wanted = plainMaxima(margins, zones, horizon, 1, four)
  // What does not fit is told of, not cut off.
  expect(kernelSearch(margins, zones, horizon, 1)!.exactly(1, four)).toEqual(narrow ? wanted : undefined)
  expect(kernelSearch(margins, zones, horizon, 2)!.mostly(1, four, 0)).toEqual(wide ? wanted : undefined)
  expect(createReplicateSearch(margins, zones, horizon).exactly(1, four)).toEqual(wanted)
})

test('a study without cases, or without zones, has nothing to find', () => {
  const horizon = { minDays: 1, maxDays: 2, ends: 1, minCases: 2 }
  const { zones } = crowded(1)
  expect(createReplicateSearch(findMargins({ places: 5, days: 3, counts: new Float64Array(15) }), zones, horizon).exactly(1, [0, 1, 2])).toEqual(new Float64Array(3))
  const { margins } = crowded(2)
  const none = circularZones({ kind: 'plane', x: new Float64Array(5), y: new Float64Array(5) }, casesOfPlaces(margins), { maxPercent: 50 })
  expect(createReplicateSearch(margins, none, horizon).exactly(1, [0, 1, 2])).toEqual(new Float64Array(3))
})

test('the module is what its source compiles to', async () => {
  expect(await compileKernel('kernel')).toBe(KERNEL_BASE64)
})
