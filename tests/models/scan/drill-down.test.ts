import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { shareOfPlaces, shareOfTopics } from '../../../models/scan/drill-down.ts'
import { findClusters } from '../../../models/scan/model-scan.ts'
import { negativeBinomialModel } from '../../../models/scan/negative-binomial.ts'
import { spansToday } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'

const [places, days] = [16, 5]
const random = createRng('drill-down')
const points = { kind: 'plane' as const, x: Float64Array.from({ length: places }, (_, i) => i % 4), y: Float64Array.from({ length: places }, (_, i) => Math.floor(i / 4)) }
const zones = circularZones(points, new Float64Array(places).fill(1))
const baselines = new Float64Array(places * days).fill(2)
const quiet = baselines.map((mean) => random.poisson(mean))
const loud = quiet.slice()
for (const place of [5, 6]) for (const day of [2, 3, 4]) loud[place * days + day] += place === 5 ? 9 : 8
const topics = [quiet, loud].map((counts) => negativeBinomialModel({ places, days, counts, baselines, sizes: new Float64Array(places).fill(5) }))
const spans = spansToday(days, days)
const [cluster] = findClusters(createSearch(topics, zones, spans))

test('the topic that carries a cluster comes first, with the days in which it stands out', () => {
  const [first, second] = shareOfTopics(topics, cluster, spans)
  expect([first.index, second.index]).toEqual([1, 0])
  expect(first.statistic + second.statistic).toBeCloseTo(cluster.statistic, 9)
  expect(first.observed + second.observed).toBe(cluster.observed)
  expect([first.from, first.until]).toEqual([2, 5])
  expect(first.bestStatistic).toBeGreaterThanOrEqual(first.statistic)
})

test('the place that carries a cluster comes first, in plain counts', () => {
  const shares = shareOfPlaces(topics, cluster, spans)
  expect(shares.map(({ index }) => index).slice(0, 2)).toEqual([5, 6])
  const days5 = [cluster.from, cluster.until].map((d) => 5 * days + d)
  const count = (table: Float64Array): number => table.slice(...days5).reduce((sum, x) => sum + x, 0)
  expect(shares[0].observed).toBe(count(quiet) + count(loud))
  expect(shares.reduce((sum, { expected }) => sum + expected, 0)).toBeCloseTo(cluster.expected, 9)
})
