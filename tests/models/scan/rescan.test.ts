import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { createMaximaFinder } from '../../../models/scan/permutation-maxima.ts'
import { rescanInside } from '../../../models/scan/rescan.ts'
import type { Finer } from '../../../models/scan/rescan.ts'

const DAYS = 30
const horizon = { minDays: 1, maxDays: 5, ends: 1, minCases: 2 }
const cluster = { centre: 1, places: Int32Array.of(1, 2), from: 26, until: 30, observed: 0, expected: 0, statistic: 0 }

/** Six finer places in each of three places; those of places 1 and 2 have twice their cases in the last four days, and number 8 three more a day. */
function finer(points: boolean): Finer {
  const random = createRng('rescan')
  const places = 18
  const parent = Int32Array.from({ length: places }, (_, i) => Math.floor(i / 6))
  const counts = Float64Array.from({ length: places * DAYS }, (_, cell) => {
    const [i, day] = [Math.floor(cell / DAYS), cell % DAYS]
    const late = day >= 26
    return random.poisson(late && parent[i] > 0 ? 2 : 1) + (late && i === 8 ? 5 : 0)
  })
  return { places, days: DAYS, counts, parent, ...(points && { points: { kind: 'plane', x: Float64Array.from({ length: places }, (_, i) => i), y: new Float64Array(places) } }) }
}

test.each([['places', true], ['topics', false]])('what stands out among the %s of a cluster is found, by its own number', (_, points) => {
  const { clusters, margins, zones } = rescanInside(cluster, finer(points), horizon)
  expect([...clusters[0].places]).toEqual([8])
  expect(clusters[0].centre).toBe(8)
  expect([clusters[0].from, clusters[0].until]).toEqual([26, 30])
  expect(margins.places).toBe(12)
  // What all of the cluster's places have too much of is expected here.
  expect(clusters[0].expected).toBeGreaterThan(8)
  const maxima = createMaximaFinder(margins, zones, horizon)(1, 0, 199)
  expect(maxima.filter((maximum) => maximum >= clusters[0].statistic).length).toBeLessThan(4)
  expect(maxima.filter((maximum) => maximum >= clusters[1].statistic).length).toBeGreaterThan(10)
})
