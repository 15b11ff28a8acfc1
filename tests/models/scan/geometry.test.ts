import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNeighbourFinder, distanceKm, EARTH_RADIUS_KM } from '../../../models/scan/geometry.ts'
import type { Points } from '../../../models/scan/geometry.ts'

const points = (kind: Points['kind'], pairs: readonly (readonly [number, number])[]): Points => ({
  kind, x: Float64Array.from(pairs, ([x]) => x), y: Float64Array.from(pairs, ([, y]) => y),
})

test('places come by their distance, equally far ones as they were given', () => {
  const coordinate = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -80, max: 80, noNaN: true }))
  const places = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 40 })
  fc.assert(fc.property(fc.constantFrom('plane', 'earth'), places, (kind, pairs) => {
    const given = points(kind, pairs)
    const finder = createNeighbourFinder(given)
    for (let centre = 0; centre < pairs.length; centre++) {
      const { order, closes } = finder.neighbours(centre)
      expect([...order].sort((a, b) => a - b)).toEqual(pairs.map((_, i) => i))
      expect(closes[closes.length - 1]).toBe(1)
      for (let k = 1; k < order.length; k++) {
        const [before, here] = [distanceKm(given, centre, order[k - 1]), distanceKm(given, centre, order[k])]
        expect(here).toBeGreaterThanOrEqual(before * (1 - 1e-9) - 1e-6)
        if (closes[k - 1] === 0) expect(order[k]).toBeGreaterThan(order[k - 1])
        if (closes[k - 1] === 0) expect(Math.abs(here - before)).toBeLessThanOrEqual(1e-6 + 1e-9 * here)
        if (here > before * (1 + 1e-8) + 1e-5) expect(closes[k - 1]).toBe(1)
      }
    }
  }), { seed: 20260101 })
})

test('a grid has its ties, whatever the last digits of its coordinates', () => {
  const third = 1 / 3
  const grid = Array.from({ length: 25 }, (_, i) => [(i % 5) * third + 0.1, Math.floor(i / 5) * third + 0.7] as const)
  const { order, closes } = createNeighbourFinder(points('plane', grid)).neighbours(12)
  expect([...order.subarray(0, 13)]).toEqual([12, 7, 11, 13, 17, 6, 8, 16, 18, 2, 10, 14, 22])
  expect([...closes.subarray(0, 13)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1])
})

test('on the earth the distance is that of the great circle', () => {
  const given = points('earth', [[0, 0], [90, 0], [0, 90], [116.4, 39.9], [121.5, 31.2]])
  expect(distanceKm(given, 0, 1)).toBeCloseTo(EARTH_RADIUS_KM * Math.PI / 2, 9)
  expect(distanceKm(given, 1, 2)).toBeCloseTo(EARTH_RADIUS_KM * Math.PI / 2, 9)
  // Beijing to Shanghai by the haversine formula.
  const [phi, theta, dLambda] = [39.9, 31.2, 5.1].map((degrees) => degrees * Math.PI / 180)
  const half = Math.sin((phi - theta) / 2) ** 2 + Math.cos(phi) * Math.cos(theta) * Math.sin(dLambda / 2) ** 2
  expect(distanceKm(given, 3, 4)).toBeCloseTo(2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(half)), 9)
})
