import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { adjacencyOfPairs, gabrielGraph } from '../../../models/scan/adjacency.ts'
import type { Adjacency } from '../../../models/scan/adjacency.ts'
import { bernoulliModel } from '../../../models/scan/bernoulli.ts'
import { conditionalPoissonModel } from '../../../models/scan/conditional-poisson.ts'
import { expectationModel } from '../../../models/scan/expectation.ts'
import { createNeighbourFinder, distanceKm } from '../../../models/scan/geometry.ts'
import type { Points } from '../../../models/scan/geometry.ts'
import { irregularZones } from '../../../models/scan/irregular.ts'
import { findClusters, rateClusters, sumCells } from '../../../models/scan/model-scan.ts'
import { negativeBinomialModel } from '../../../models/scan/negative-binomial.ts'
import { findNullMaxima } from '../../../models/scan/null-maxima.ts'
import { findMargins, permutationModel } from '../../../models/scan/permutation.ts'
import { createMaximaFinder } from '../../../models/scan/permutation-maxima.ts'
import { spansToday } from '../../../models/scan/scan-model.ts'
import type { ScanModel } from '../../../models/scan/scan-model.ts'
import { createScreen } from '../../../models/scan/screen-kernel.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import type { Zones } from '../../../models/scan/zones.ts'

const scatter = (n: number, seed: number): Points => {
  const random = createRng(seed)
  return { kind: 'plane', x: Float64Array.from({ length: n }, () => random.next()), y: Float64Array.from({ length: n }, () => random.next()) }
}
const ones = (n: number): Float64Array => new Float64Array(n).fill(1)

/** Every zone as the sorted numbers of its places. */
function listed(zones: Zones): string[] {
  const found: string[] = []
  for (let list = 0; list + 1 < zones.starts.length; list++) {
    for (let k = zones.starts[list]; k < zones.starts[list + 1]; k++) {
      if (zones.candidate[k]) found.push([...zones.neighbours.slice(zones.starts[list], k + 1)].sort((a, b) => a - b).join())
    }
  }
  return found
}

/** Connected subsets of some place's nearest that hold it, by looking at all subsets of all places. */
function bruteForce(points: Points, { starts, others }: Adjacency, nearest: number): string[] {
  const n = points.x.length
  const finder = createNeighbourFinder(points)
  const near = Array.from({ length: n }, (_, p) => new Set(finder.neighbours(p).order.subarray(0, nearest)))
  const found: string[] = []
  for (let bits = 1; bits < 2 ** n; bits++) {
    const set = Array.from({ length: n }, (_, p) => p).filter((p) => (bits >> p) & 1)
    const reached = new Set([set[0]])
    for (const p of reached) for (const q of others.subarray(starts[p], starts[p + 1])) if (set.includes(q)) reached.add(q)
    if (reached.size === set.length && set.some((centre) => set.every((p) => near[centre].has(p)))) found.push(set.join())
  }
  return found
}

describe('irregular zones', () => {
  test('are all connected sets of near places, each once', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer(), fc.integer({ min: 1, max: 6 }), fc.boolean(), (n, seed, nearest, pairs) => {
      const points = scatter(n, seed)
      const random = createRng(seed)
      const adjacency = pairs ? adjacencyOfPairs(n, Array.from({ length: 3 * n }, () => random.below(n))) : gabrielGraph(points)
      const zones = listed(irregularZones(points, adjacency, ones(n), { nearest, maxPercent: 100 }))
      expect(zones.slice().sort()).toEqual(bruteForce(points, adjacency, nearest).sort())
    }), { seed: 20260101, numRuns: 60 })
  })

  test('hold no more of the population, and reach no farther, than they may', () => {
    const points = scatter(12, 5)
    const population = Float64Array.from({ length: 12 }, (_, i) => i + 1)
    const graph = gabrielGraph(points)
    const all = listed(irregularZones(points, graph, population, { nearest: 7, maxPercent: 100 }))
    const few = listed(irregularZones(points, graph, population, { nearest: 7, maxPercent: 20 }))
    const weight = (zone: string): number => zone.split(',').reduce((sum, p) => sum + population[Number(p)], 0)
    expect(few.slice().sort()).toEqual(all.filter((zone) => weight(zone) <= 0.2 * 78).sort())
    const near = listed(irregularZones(points, graph, population, { nearest: 12, maxPercent: 100, maxRadiusKm: 0.2 }))
    for (const zone of near) {
      const places = zone.split(',').map(Number)
      expect(places.some((centre) => places.every((p) => distanceKm(points, centre, p) <= 0.2))).toBe(true)
    }
  })

  test('refuse a misspelt option and more places than they can take', () => {
    const points = scatter(3, 1)
    expect(() => irregularZones(points, gabrielGraph(points), ones(3), { near: 5 } as object)).toThrow(InvalidOptionError)
    expect(() => irregularZones(points, gabrielGraph(points), ones(3), { nearest: 21 })).toThrow(InvalidOptionError)
  })

  test('find a cluster along a bent road better than circles do', () => {
    // 10 x 10 places a little off the grid; seven of them, in an L, have 2.2 times their baseline for three days.
    const random = createRng('bent road')
    const places = Array.from({ length: 100 }, (_, i) => ({ x: (i % 10) + 0.2 * random.next(), y: Math.floor(i / 10) + 0.2 * random.next() }))
    const points: Points = { kind: 'plane', x: Float64Array.from(places, (p) => p.x), y: Float64Array.from(places, (p) => p.y) }
    const road = new Set([22, 32, 42, 52, 53, 54, 55])
    const baselines = new Float64Array(300).fill(2)
    const shapes = { circles: circularZones(points, ones(100), { maxPercent: 20 }), irregular: irregularZones(points, gabrielGraph(points), ones(100)) }
    const scores = { circles: 0, irregular: 0 }
    for (let trial = 0; trial < 20; trial++) {
      const counts = baselines.map((mean, i) => random.poisson(road.has(Math.floor(i / 3)) ? 2.2 * mean : mean))
      const model = expectationModel({ places: 100, days: 3, counts, baselines })
      for (const shape of ['circles', 'irregular'] as const) {
        const [{ places: found }] = findClusters(createSearch(model, shapes[shape], spansToday(3, 3)), { most: 1 })
        const right = found.filter((p) => road.has(p)).length
        scores[shape] += (2 * right) / (found.length + road.size) / 20
      }
    }
    expect(scores.irregular).toBeGreaterThan(0.65)
    expect(scores.irregular).toBeGreaterThan(scores.circles + 0.1)
  })

  describe('carry every model through to clusters that do not overlap', () => {
    const [places, days] = [40, 6]
    const points = scatter(places, 9)
    const zones = irregularZones(points, gabrielGraph(points), ones(places), { nearest: 8 })
    const random = createRng('irregular models')
    const baselines = Float64Array.from({ length: places * days }, () => random.gamma(2, 1))
    const counts = baselines.map((mean) => random.poisson(mean))
    const cells = { places, days, counts, baselines }
    const models: Record<string, ScanModel> = {
      poisson: expectationModel(cells),
      'negative binomial': negativeBinomialModel({ ...cells, sizes: ones(places).fill(3) }),
      conditional: conditionalPoissonModel({ ...cells, weights: baselines }),
      bernoulli: bernoulliModel({ ...cells, cases: counts, controls: baselines.map((mean) => random.poisson(mean)) }),
      permutation: permutationModel(cells, findMargins(cells), { minDays: 1, maxDays: days, minCases: 2, ends: 1 }),
    }
    test.each(Object.keys(models))('%s', (name) => {
      const model = models[name]
      const search = createSearch(model, zones, spansToday(days, 4))
      const { clusters } = rateClusters(search, findClusters(search), { replicates: 99 })
      expect(clusters.length).toBeGreaterThan(1)
      expect(new Set(clusters.flatMap(({ places: inside }) => [...inside])).size).toBe(clusters.reduce((sum, { places: inside }) => sum + inside.length, 0))
      for (const cluster of clusters) {
        const { observed, expected } = sumCells(model, days, cluster)
        expect(Math.abs(cluster.statistic - model.ratio(observed, expected))).toBeLessThan(1e-9)
        expect(cluster.p).toBeGreaterThanOrEqual(0.01)
      }
    })
  })
})

test("the permutation's own replicates find the same maxima in irregular windows as the ones that all models share", () => {
  const [places, days] = [40, 20]
  const points = scatter(places, 11)
  const random = createRng('permutation')
  const cells = { places, days, counts: Float64Array.from({ length: places * days }, () => random.poisson(0.3)) }
  const horizon = { minDays: 1, maxDays: 7, minCases: 2, ends: 1 }
  const margins = findMargins(cells)
  const zones = irregularZones(points, gabrielGraph(points), ones(places), { nearest: 7 })
  const shared = findNullMaxima(createSearch(permutationModel(cells, margins, horizon), zones, spansToday(7, 7)), { replicates: 40, seed: 3, guess: 5 }, createScreen)
  createMaximaFinder(margins, zones, horizon)(3, 0, 40).forEach((maximum, i) => expect(Math.abs(shared.maxima[i] - maximum)).toBeLessThan(1e-9))
})

describe('the Gabriel graph', () => {
  test('has an edge where no third place is in the circle between two', () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 25 }), fc.integer(), fc.constantFrom('plane' as const, 'earth' as const), (n, seed, kind) => {
      const points: Points = { ...scatter(n, seed), kind }
      const { starts, others } = gabrielGraph(points)
      const square = (a: number, b: number): number => distanceKm(points, a, b) ** 2
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) {
          const empty = points.x.every((_, c) => c === a || c === b || square(a, c) + square(c, b) >= square(a, b))
          expect(others.subarray(starts[a], starts[a + 1]).includes(b)).toBe(a !== b && empty)
        }
      }
    }), { seed: 20260101, numRuns: 60 })
  })

  test('connects places at one point', () => {
    const { others } = gabrielGraph({ kind: 'plane', x: Float64Array.of(0, 0, 1), y: Float64Array.of(0, 0, 0) })
    expect([...others]).toEqual([1, 2, 0, 2, 0, 1])
  })
})

test('pairs are taken once, in both directions', () => {
  const { starts, others } = adjacencyOfPairs(4, [0, 1, 1, 0, 2, 1, 3, 3])
  expect([...starts]).toEqual([0, 1, 3, 4, 4])
  expect([...others]).toEqual([1, 0, 2, 1])
})
