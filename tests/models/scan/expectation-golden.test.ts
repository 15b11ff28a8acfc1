import { describe, expect, test } from 'vitest'
import { expectationModel } from '../../../models/scan/expectation.ts'
import { findClusters, rateClusters } from '../../../models/scan/model-scan.ts'
import { spansToday } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import { lacksShared } from '../../support/shared.ts'
import { agree, earth, golden, readWorkload, reference } from './reference-data.ts'

const moments = (x: Float64Array): { mean: number, sd: number } => {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length
  return { mean, sd: Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (x.length - 1)) }
}

describe.skipIf(lacksShared('golden/satscan/expected.json'))('expectation-based Poisson as in R scanstatistics', () => {
  test('finds the New Mexico clusters of 1986 to 1989', () => {
    const { mlc, secondary_nonoverlapping, settings, null: nullMaxima } = reference('nm_ebp')
    const places = golden('NM_ebp_geo.csv')
    const names = places.map(([county]) => county)
    const counts = new Float64Array(names.length * 4)
    const baselines = counts.slice()
    for (const [year, county, count, baseline] of golden('NM_ebp_1986_1989.csv')) {
      const cell = names.indexOf(county) * 4 + Number(year) - 1986
      counts[cell] = Number(count)
      baselines[cell] = Number(baseline)
    }
    const zones = circularZones(earth(places, 1, 2), new Float64Array(names.length).fill(1), { maxPercent: 100, maxPlaces: 15 })
    const distinct = new Set(Array.from(zones.candidate, (_, last) => {
      const centre = zones.starts.findLastIndex((start) => start <= last)
      return [...zones.neighbours.slice(zones.starts[centre], last + 1)].sort().join()
    }))
    expect(distinct.size).toBe(settings.n_zones)

    const search = createSearch(expectationModel({ places: names.length, days: 4, counts, baselines }), zones, spansToday(4, 4))
    const { clusters, replicates } = rateClusters(search, findClusters(search, { secondary: 'all-windows' }), { replicates: 9999 })
    const wanted = [{ ...mlc, counties: mlc.locations }, ...secondary_nonoverlapping]
    wanted.forEach(({ counties, duration, score }, i) => {
      expect(Array.from(clusters[i].places, (p) => names[p]).sort()).toEqual(counties)
      expect(clusters[i].until - clusters[i].from).toBe(duration)
      expect(Math.abs(clusters[i].statistic - score)).toBeLessThan(1e-6)
    })
    expect(Math.abs(clusters[0].observed / clusters[0].expected - mlc.relative_risk)).toBeLessThan(1e-7)
    expect(agree(clusters[0].p, 9999, mlc.p)).toBe(true)
    expect(Math.abs(moments(replicates.maxima).mean - nullMaxima.mean)).toBeLessThan(3 * nullMaxima.sd / Math.sqrt(999))
    expect(Math.abs(moments(replicates.maxima).sd - nullMaxima.sd)).toBeLessThan(0.15)
  })

  test.each(lacksShared('benchmark/scan/manifest.json') ? [] : reference('workload_ebp').cases as any[])(
    'finds the cluster of $workload among $k neighbours',
    ({ workload, k, D, score, duration, locations, p, null_mean, null_sd, nsim }) => {
      const { names, points, counts, baselines } = readWorkload(workload, D)
      const zones = circularZones(points, new Float64Array(names.length).fill(1), { maxPercent: 100, maxPlaces: k })
      const search = createSearch(expectationModel({ places: names.length, days: D, counts, baselines }), zones, spansToday(D, D))
      const { clusters: [best], replicates } = rateClusters(search, findClusters(search, { most: 1 }), { replicates: 999 })
      expect(Array.from(best.places, (place) => names[place]).sort()).toEqual([...locations].sort())
      expect(best.until - best.from).toBe(duration)
      expect(Math.abs(best.statistic - score)).toBeLessThan(1e-8)
      expect(agree(best.p, 999, p, nsim)).toBe(true)
      const { mean, sd } = moments(replicates.maxima)
      expect(Math.abs(mean - null_mean)).toBeLessThan(3 * null_sd * Math.sqrt(1 / nsim + 1 / 999))
      expect(sd / null_sd).toBeGreaterThan(nsim > 99 ? 0.9 : 0.6)
      expect(sd / null_sd).toBeLessThan(nsim > 99 ? 1.1 : 1.6)
    },
  )
})
