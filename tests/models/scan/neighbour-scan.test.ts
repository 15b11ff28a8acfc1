import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { logPmf } from '../../../models/math/distributions.ts'
import { scanNeighbours } from '../../../models/scan/neighbour-scan.ts'
import { circularZones } from '../../../models/scan/zones.ts'

const PLACES = 40
const WINDOWS = 4
const random = createRng('neighbours')
const points = { kind: 'plane' as const, x: Float64Array.from({ length: PLACES }, () => random.next()), y: Float64Array.from({ length: PLACES }, () => random.next()) }
const zones = circularZones(points, new Float64Array(PLACES).fill(1), { maxPlaces: 5 })
const expected = Float64Array.from({ length: PLACES * WINDOWS }, () => random.gamma(1, 3))
const size = expected.map(() => random.gamma(2, 2))
const observed = expected.map((mean, i) => random.negativeBinomial(mean, size[i]))

test('the best zone and window of every place is the most likely one', () => {
  const gappy = observed.slice()
  gappy[7] = NaN
  const rows = scanNeighbours({ windows: WINDOWS, observed: gappy, expected, size }, zones)
  for (let centre = 0; centre < PLACES; centre++) {
    let best = 0
    for (let last = zones.starts[centre]; last < zones.starts[centre + 1]; last++) {
      for (let w = 0; w < WINDOWS; w++) {
        const inside = [...zones.neighbours.slice(zones.starts[centre], last + 1)].map((p) => p * WINDOWS + w).filter((i) => gappy[i] >= 0)
        const [count, mean, variance] = [inside.map((i) => gappy[i]), inside.map((i) => expected[i]), inside.map((i) => expected[i] + expected[i] ** 2 / size[i])].map((x) => x.reduce((sum, v) => sum + v, 0))
        // One negative binomial with the sum's mean and variance; its own rate makes the count most likely.
        const r = mean ** 2 / (variance - mean)
        if (count > mean) best = Math.max(best, logPmf(count, count, r) - logPmf(count, mean, r))
      }
    }
    expect(Math.abs(rows.statistic[centre] - best)).toBeLessThan(1e-9)
  }
})

test('a planted zone is found with its neighbours, its window and its counts', () => {
  const planted = observed.slice()
  const places = [...zones.neighbours.slice(zones.starts[3], zones.starts[3] + 4)]
  for (const p of places) planted[p * WINDOWS + 2] = 40
  const rows = scanNeighbours({ windows: WINDOWS, observed: planted, expected, size: new Float64Array(size.length).fill(Infinity) }, zones)
  expect(rows.last[3] - zones.starts[3]).toBe(3)
  expect([rows.from[3], rows.until[3], rows.observed[3]]).toEqual([2, 3, 160])
  expect(rows.expected[3]).toBeCloseTo(places.reduce((sum, p) => sum + expected[p * WINDOWS + 2], 0), 12)
})

test('nothing above expectation leaves a statistic of 0', () => {
  const { statistic } = scanNeighbours({ windows: WINDOWS, observed: new Float64Array(observed.length), expected, size }, zones)
  expect(Math.max(...statistic)).toBe(0)
})
