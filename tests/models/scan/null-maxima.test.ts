import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { bernoulliModel } from '../../../models/scan/bernoulli.ts'
import { conditionalPoissonModel } from '../../../models/scan/conditional-poisson.ts'
import { expectationModel } from '../../../models/scan/expectation.ts'
import { replicateRng } from '../../../models/scan/monte-carlo.ts'
import { negativeBinomialModel } from '../../../models/scan/negative-binomial.ts'
import { findNullMaxima } from '../../../models/scan/null-maxima.ts'
import { spansAnywhere, spansToday } from '../../../models/scan/scan-model.ts'
import type { ScanModel } from '../../../models/scan/scan-model.ts'
import { createPlainScreen } from '../../../models/scan/screen.ts'
import { createVectorScreen } from '../../../models/scan/screen-kernel.ts'
import { SCREEN_BASE64 } from '../../../models/scan/screen-wasm.ts'
import { createSearch, searchWindows, spanSums } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import { compileKernel } from '../../support/compile-kernel.ts'

const PLACES = 30
const DAYS = 6
const random = createRng('null-maxima')
const points = { kind: 'plane' as const, x: Float64Array.from({ length: PLACES }, () => random.next()), y: Float64Array.from({ length: PLACES }, () => random.next()) }
const zones = circularZones(points, new Float64Array(PLACES).fill(1), { maxPercent: 50 })
const baselines = Float64Array.from({ length: PLACES * DAYS }, () => random.gamma(0.5, 1))
const counts = baselines.map((mean) => random.poisson(mean))
const cells = { places: PLACES, days: DAYS, counts, baselines }
const MODELS: Record<string, ScanModel> = {
  poisson: expectationModel(cells),
  'many Poisson cases': expectationModel({ ...cells, baselines: baselines.map((mean) => 1000 * mean) }),
  'uncertain Poisson': expectationModel({ ...cells, baselineCv: new Float64Array(PLACES).fill(0.3) }),
  'negative binomial': negativeBinomialModel({ ...cells, sizes: Float64Array.from({ length: PLACES }, () => random.gamma(2, 1)) }),
  conditional: conditionalPoissonModel({ ...cells, weights: baselines, elsewhere: { cases: 50, weight: 60 } }),
  bernoulli: bernoulliModel({ ...cells, cases: counts, controls: baselines.map((mean) => random.poisson(mean)) }),
}

/** The largest ratio of every replicate, without thresholds. */
function bruteForce(topics: ScanModel[], spans: ReturnType<typeof spansToday>, replicates: number): number[] {
  return Array.from({ length: replicates }, (_, replicate) => {
    const chance = replicateRng(7, replicate)
    const drawn = topics.map((topic) => {
      const observed = new Float64Array(PLACES * DAYS)
      topic.draw(chance, observed)
      return { ...topic, observed }
    })
    return Math.max(...searchWindows(createSearch(drawn, zones, spans)).statistic)
  })
}

test.each(Object.keys(MODELS).flatMap((name) => [['today', name], ['anywhere', name]]))('maxima of windows ending %s are exact: %s', (which, name) => {
  const spans = which === 'today' ? spansToday(DAYS, 4) : spansAnywhere(DAYS, 3, 2)
  const wanted = bruteForce([MODELS[name]], spans, 101)
  const search = createSearch(MODELS[name], zones, spans)
  for (const guess of [0, 3, 40]) {
    const plain = findNullMaxima(search, { replicates: 101, seed: 7, guess }, createPlainScreen)
    const vectors = findNullMaxima(search, { replicates: 101, seed: 7, guess }, createVectorScreen)
    // Weighted counts carry 24 bits through the vectors, counts are exact.
    const tolerance = name === 'negative binomial' ? 1e-5 : 0
    wanted.forEach((maximum, i) => {
      expect(Math.abs(plain.maxima[i] - maximum)).toBeLessThanOrEqual(1e-12)
      expect(Math.abs(vectors.maxima[i] - plain.maxima[i])).toBeLessThanOrEqual(tolerance)
    })
  }
})

test('several topics are judged by the sum of their ratios', () => {
  const topics = [MODELS.poisson, MODELS.conditional, MODELS['uncertain Poisson']]
  const spans = spansToday(DAYS, 4)
  const { maxima } = findNullMaxima(createSearch(topics, zones, spans), { replicates: 40, seed: 7, guess: 8 }, createVectorScreen)
  bruteForce(topics, spans, 40).forEach((maximum, i) => expect(Math.abs(maxima[i] - maximum)).toBeLessThanOrEqual(1e-12))

  const search = createSearch(topics, zones, spans)
  const { statistic, last, until, from } = searchWindows(search)
  statistic.forEach((found, centre) => {
    const places = zones.neighbours.subarray(zones.starts[centre], last[centre] + 1)
    const ratios = topics.map(({ ratio, observed, expected }) => {
      let [seen, mean] = [0, 0]
      for (const p of places) for (let d = from[centre]; d < until[centre]; d++) [seen, mean] = [seen + observed[p * DAYS + d], mean + expected[p * DAYS + d]]
      return ratio(seen, mean)
    })
    expect(Math.abs(found - ratios.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-9)
  })
})

test('a replicate is the same however many there are, and a sequential stop keeps the first of them', () => {
  const search = createSearch(MODELS.poisson, zones, spansToday(DAYS, 4))
  const all = findNullMaxima(search, { replicates: 300, seed: 3, guess: 5 }, createVectorScreen).maxima
  expect(findNullMaxima(search, { replicates: 30, seed: 3, guess: 2 }, createVectorScreen).maxima).toEqual(all.slice(0, 30))
  expect(findNullMaxima(search, { replicates: 50, seed: 3, from: 100, guess: 2 }, createVectorScreen).maxima).toEqual(all.slice(100, 150))
  const statistic = all.slice().sort()[200]
  const stopped = findNullMaxima(search, { replicates: 300, seed: 3, guess: 5, stop: { statistic, exceedances: 20 } }, createVectorScreen)
  expect(stopped.stoppedAt).toBe(20)
  expect(stopped.maxima).toEqual(all.slice(0, stopped.maxima.length))
  expect(stopped.maxima.filter((maximum) => maximum >= statistic).length).toBe(20)
})

test('a day without a feed is neither observed nor expected', () => {
  const gappy = counts.slice()
  gappy[3] = NaN
  const model = expectationModel({ ...cells, counts: gappy })
  expect([model.observed[3], model.expected[3]]).toEqual([0, 0])
  const spans = spansToday(DAYS, DAYS)
  const [whole, less] = [MODELS.poisson, model].map((m) => spanSums([m], spans, 'expected')[DAYS - 1])
  expect(whole - less).toBeCloseTo(baselines[3], 12)
})

test('the module is what its source compiles to', async () => {
  expect(await compileKernel('screen')).toBe(SCREEN_BASE64)
})
