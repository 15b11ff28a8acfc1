import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { expectationModel } from '../../../models/scan/expectation.ts'
import { findClusters, rateClusters } from '../../../models/scan/model-scan.ts'
import { spansAnywhere } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'

// Five places on a line over ten days; the first has an episode at the beginning and a weaker one at the end.
const [places, days] = [5, 10]
const points = { kind: 'plane' as const, x: Float64Array.of(0, 1, 2.1, 3.3, 4.6), y: new Float64Array(5) }
const zones = circularZones(points, new Float64Array(places).fill(1), { maxPlaces: 2 })
const counts = new Float64Array(places * days).fill(1)
counts.set([8, 9], 0)
counts.set([4, 4], 8)
const search = createSearch(expectationModel({ places, days, counts, baselines: new Float64Array(counts.length).fill(1) }), zones, spansAnywhere(days, 3))

describe.each(['best-of-centre', 'all-windows'] as const)('secondary clusters, %s', (secondary) => {
  test('share no place', () => {
    const found = findClusters(search, { secondary })
    expect(found.map(({ places: [place], from, until }) => [place, from, until])).toEqual([[0, 0, 2]])
  })
})

test('a second episode at the same place is found among all windows that share no place on a day', () => {
  const found = findClusters(search, { secondary: 'all-windows', overlap: 'place-and-day' })
  expect(found.map(({ places: [place], from, until, observed }) => [place, from, until, observed])).toEqual([[0, 0, 2, 17], [0, 8, 10, 8]])
  expect(findClusters(search, { secondary: 'all-windows', overlap: 'place-and-day', most: 1 })).toEqual(found.slice(0, 1))
})

test('the most likely cluster is rated among the maxima, the others too', () => {
  const found = findClusters(search, { secondary: 'all-windows', overlap: 'place-and-day' })
  const { clusters, replicates } = rateClusters(search, found, { replicates: 199, seed: 5 })
  clusters.forEach(({ p, statistic, recurrenceDays }) => {
    expect(p).toBe((1 + replicates.maxima.filter((maximum) => maximum >= statistic).length) / 200)
    expect(recurrenceDays).toBeCloseTo(1 / p, 9)
  })
  expect(clusters[0].p).toBeLessThan(clusters[1].p)
  expect(rateClusters(search, found, { replicates: 199, seed: 5 }).replicates.maxima).toEqual(replicates.maxima)
  expect(rateClusters(search, found, { replicates: 199, seed: 6 }).replicates.maxima).not.toEqual(replicates.maxima)
})

test('where nothing is above expectation there is no cluster', () => {
  const quiet = createSearch(expectationModel({ places, days, counts: new Float64Array(counts.length), baselines: new Float64Array(counts.length).fill(1) }), zones, spansAnywhere(days, 3))
  expect(rateClusters(quiet, findClusters(quiet), { replicates: 19 }).clusters).toEqual([])
})

test('a misspelt option is refused', () => {
  expect(() => findClusters(search, { overlaps: 'place' } as object)).toThrow(InvalidOptionError)
  expect(() => rateClusters(search, [], { replicate: 9 } as object)).toThrow(InvalidOptionError)
})
