import { describe, expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { expectationModel } from '../../../models/scan/expectation.ts'
import { findClusters, rateClusters } from '../../../models/scan/model-scan.ts'
import { negativeBinomialModel } from '../../../models/scan/negative-binomial.ts'
import { spansToday } from '../../../models/scan/scan-model.ts'
import type { ScanModel } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'

const PLACES = 25
const DAYS = 3
const HISTORY = 10
const TRIALS = 400
const random = createRng('calibration')
const points = { kind: 'plane' as const, x: Float64Array.from({ length: PLACES }, () => random.next()), y: Float64Array.from({ length: PLACES }, () => random.next()) }
const zones = circularZones(points, new Float64Array(PLACES).fill(1), { maxPlaces: 10 })

/** p of the most likely cluster in so many cities in which nothing happens. */
function nullP(city: () => ScanModel): number[] {
  return Array.from({ length: TRIALS }, (_, seed) => {
    const search = createSearch(city(), zones, spansToday(DAYS, DAYS))
    const { clusters: [best] } = rateClusters(search, findClusters(search, { most: 1 }), { replicates: 99, seed })
    return best ? best.p : 1
  })
}

const share = (p: number[], limit: number): number => p.filter((x) => x <= limit).length / p.length
const perCell = (perPlace: Float64Array): Float64Array => Float64Array.from({ length: PLACES * DAYS }, (_, i) => perPlace[Math.floor(i / DAYS)])

/** Within three standard errors. */
function expectNominal(p: number[]): void {
  for (const level of [0.05, 0.2, 0.5]) expect(Math.abs(share(p, level) - level)).toBeLessThan(3 * Math.sqrt((level * (1 - level)) / TRIALS))
}

describe('without a cluster p is as small as it says', () => {
  test('where Poisson baselines are exact', () => {
    expectNominal(nullP(() => {
      const baselines = perCell(Float64Array.from({ length: PLACES }, () => random.gamma(2, 0.5)))
      return expectationModel({ places: PLACES, days: DAYS, baselines, counts: baselines.map((mean) => random.poisson(mean)) })
    }))
  })

  test('where negative-binomial baselines and sizes are exact', () => {
    expectNominal(nullP(() => {
      const baselines = perCell(Float64Array.from({ length: PLACES }, () => random.gamma(2, 1)))
      const sizes = Float64Array.from({ length: PLACES }, () => 0.5 + random.gamma(1, 2))
      const counts = baselines.map((mean, i) => random.negativeBinomial(mean, sizes[Math.floor(i / DAYS)]))
      return negativeBinomialModel({ places: PLACES, days: DAYS, baselines, sizes, counts })
    }))
  })

  test('where baselines come from a short history and their uncertainty is simulated, but not where it is not', () => {
    // Rates vary between places as Gamma(2, 0.5): given the history's counts they are gamma again, and the posterior's mean and
    // coefficient of variation are what the scan is told.
    const city = (tell: boolean) => (): ScanModel => {
      const rates = Float64Array.from({ length: PLACES }, () => random.gamma(2, 0.5))
      const shapes = rates.map((rate) => 2 + random.poisson(rate * HISTORY))
      return expectationModel({
        places: PLACES, days: DAYS, baselines: perCell(shapes.map((shape) => shape / (2 + HISTORY))),
        counts: perCell(rates).map((rate) => random.poisson(rate)),
        ...(tell ? { baselineCv: shapes.map((shape) => 1 / Math.sqrt(shape)) } : {}),
      })
    }
    expectNominal(nullP(city(true)))
    expect(share(nullP(city(false)), 0.05)).toBeGreaterThan(0.1)
  })
})
