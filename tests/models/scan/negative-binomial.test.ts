import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { logPmf } from '../../../models/math/distributions.ts'
import { findClusters } from '../../../models/scan/model-scan.ts'
import { negativeBinomialModel } from '../../../models/scan/negative-binomial.ts'
import { spansToday } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'

const [places, days] = [20, 4]
const random = createRng('negative-binomial')
const baselines = Float64Array.from({ length: places * days }, () => 0.2 + random.gamma(1, 3))
const sizes = Float64Array.from({ length: places }, () => 0.5 + random.gamma(1, 2))
const sizeOf = (cell: number): number => sizes[Math.floor(cell / days)]
const counts = baselines.map((mean, i) => random.negativeBinomial(mean, sizeOf(i)))
const zones = circularZones({ kind: 'plane', x: baselines.slice(0, places), y: baselines.slice(places, 2 * places) }, new Float64Array(places).fill(1))

test('the statistic is the score of a common relative risk over its standard deviation', () => {
  const model = negativeBinomialModel({ places, days, counts, baselines, sizes })
  const [best] = findClusters(createSearch(model, zones, spansToday(days, days)))
  const cells = [...best.places].flatMap((p) => Array.from({ length: best.until - best.from }, (_, d) => p * days + best.from + d))
  const logLikelihood = (risk: number): number => cells.reduce((sum, i) => sum + logPmf(counts[i], risk * baselines[i], sizeOf(i)), 0)
  const score = (logLikelihood(1 + 1e-5) - logLikelihood(1 - 1e-5)) / 2e-5
  // Fisher information of the risk at 1, by its definition: the expected square of a cell's score.
  const information = cells.reduce((sum, i) => {
    let square = 0
    for (let k = 0; k < 400; k++) {
      const slope = (logPmf(k, baselines[i] * (1 + 1e-5), sizeOf(i)) - logPmf(k, baselines[i] * (1 - 1e-5), sizeOf(i))) / 2e-5
      square += Math.exp(logPmf(k, baselines[i], sizeOf(i))) * slope * slope
    }
    return sum + square
  }, 0)
  expect(Math.abs(best.statistic - score / Math.sqrt(information))).toBeLessThan(1e-5)
  expect(best.observed).toBe(cells.reduce((sum, i) => sum + counts[i], 0))
  expect(Math.abs(best.expected - cells.reduce((sum, i) => sum + baselines[i], 0))).toBeLessThan(1e-9)
})

test('a noisy place counts for less than a steady one', () => {
  const even = new Float64Array(places * days).fill(4)
  const same = even.map((mean, i) => (i < 2 * days ? 2 * mean : mean))
  const model = negativeBinomialModel({ places, days, counts: same, baselines: even, sizes: Float64Array.from({ length: places }, (_, p) => (p === 0 ? 0.5 : 50)) })
  const ratio = (place: number): number => model.ratio(model.observed[place * days], model.expected[place * days])
  expect(ratio(0)).toBeLessThan(ratio(1) / 2)
})

test('sizes may differ by cell', () => {
  const perCell = baselines.map((_, i) => sizeOf(i))
  expect(negativeBinomialModel({ places, days, counts, baselines, sizes: perCell }).observed)
    .toEqual(negativeBinomialModel({ places, days, counts, baselines, sizes }).observed)
})
