import { describe, expect, test } from 'vitest'
import { bernoulliModel } from '../../../models/scan/bernoulli.ts'
import type { Cluster, Significance } from '../../../models/scan/clusters.ts'
import { conditionalPoissonModel, personTime, standardisedExpectation } from '../../../models/scan/conditional-poisson.ts'
import type { Points } from '../../../models/scan/geometry.ts'
import { findClusters, rateClusters } from '../../../models/scan/model-scan.ts'
import type { ClusterOptions } from '../../../models/scan/model-scan.ts'
import { lastDays, spansAnywhere, spansToday } from '../../../models/scan/scan-model.ts'
import type { ScanModel, Spans } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import { lacksShared } from '../../support/shared.ts'
import { agree, earth, golden, ONE_DAY, plane, readFields, reference } from './reference-data.ts'

const REPLICATES = 999

/** Circles with half the population at most, and SaTScan's rule for equal distances. */
function scan(model: ScanModel, points: Points, population: Float64Array, spans: Spans, maxPercent = 50, options: Partial<ClusterOptions> = {}): (Cluster & Significance)[] {
  const search = createSearch(model, circularZones(points, population, { maxPercent, ties: 'one-at-a-time' }), spans)
  return rateClusters(search, findClusters(search, options), { replicates: REPLICATES }).clusters
}

function expectAlike(found: Cluster & Significance, wanted: { observed: number, expected: number, statistic: number, p: number }, digits: number): void {
  expect(found.observed).toBe(wanted.observed)
  expect(Math.abs(found.expected - wanted.expected)).toBeLessThan(10 ** -digits)
  expect(Math.abs(found.statistic - wanted.statistic)).toBeLessThan(1e-6)
  expect(agree(found.p, REPLICATES, Number(wanted.p))).toBe(true)
}

const sum = (x: Float64Array): number => x.reduce((total, value) => total + value, 0)

describe.skipIf(lacksShared('golden/satscan/expected.json'))('conditional scans as in SaTScan, smerc and SpatialEpi', () => {
  describe.each([
    ['nm_brain_poisson_retro_latlon', earth(golden('nm.geo'), 2, 1)],
    ['nm_brain_poisson_retro_cartesian', plane(golden('NMgeo.csv'), 1, 2)],
  ])('%s', (id, points) => {
    const { clusters: wanted } = reference(id)
    const names = golden('nm.geo').map(([county]) => county)
    const { counts, expected } = newMexico(names)
    const model = conditionalPoissonModel({ places: names.length, days: 19, counts, weights: expected })
    const population = Float64Array.from(names, (_, p) => sum(expected.subarray(p * 19, p * 19 + 19)))
    // SaTScan's clusters share no place at the same time: two of the four have four counties in common, eleven years apart.
    const found = scan(model, points, population, spansAnywhere(19, 9), 50, { overlap: 'place-and-day' })

    test.each<any>(wanted.map((cluster: object, i: number) => ({ i, ...cluster })))('cluster $i', ({ i, locations, frame, observed, expected_rounded, stat, p }) => {
      expect(Array.from(found[i].places, (place) => names[place])).toEqual(locations)
      expect(`${1973 + found[i].from}/1/1 to ${1972 + found[i].until}/12/31`).toBe(frame)
      expectAlike(found[i], { observed, expected: expected_rounded, statistic: stat, p }, 2)
    })
  })

  test('w200x60, prospective, population times days', () => {
    const { clusters: wanted } = reference('w200x60_x_poisson')
    const rows = readFields('benchmark/scan/w200x60_geo.csv')
    const names = rows.map(([id]) => id)
    const placeOf = new Map(names.map((id, p) => [id, p]))
    const population = new Float64Array(names.length)
    for (const [id, people] of readFields('benchmark/scan/w200x60_population.csv')) population[placeOf.get(id)!] = Number(people)
    const counts = new Float64Array(names.length * 60)
    const dayOf = (date: string): number => (Date.parse(date) - Date.parse('2025-01-06')) / 864e5
    for (const [id, date, count] of readFields('benchmark/scan/w200x60_cases.csv')) counts[placeOf.get(id)! * 60 + dayOf(date)] += Number(count)
    const weights = counts.map((_, i) => population[Math.floor(i / 60)])
    const recent = lastDays(counts, names.length, 60, 7)
    const model = conditionalPoissonModel({
      places: names.length, days: 7, counts: recent, weights: lastDays(weights, names.length, 60, 7),
      elsewhere: { cases: sum(counts) - sum(recent), weight: 53 * sum(population) },
    })
    const found = scan(model, plane(rows, 1, 2), population, spansToday(7, 7))
    wanted.forEach(({ locations, frame, observed, expected_rounded, stat, p, p_gumbel }: any, i: number) => {
      expect(Array.from(found[i].places, (place) => names[place])).toEqual(locations)
      expect(frame).toBe(`2025/${found[i].from === 0 ? '2/28' : `3/${found[i].from}`} to 2025/3/6`)
      expectAlike(found[i], { observed, expected: expected_rounded, statistic: stat, p }, 1.9)
      expect(agree(found[i].gumbelP, REPLICATES, Number(p_gumbel))).toBe(true)
    })
  })

  test('North Humberside, Bernoulli', () => {
    const { clusters: wanted } = reference('nhumberside_bernoulli')
    const cases = Float64Array.from(golden('NHumberside.cas'), (row) => Number(row[1]))
    const controls = Float64Array.from(golden('NHumberside.ctl'), (row) => Number(row[1]))
    const places = golden('NHumberside.geo')
    const people = cases.map((count, i) => count + controls[i])
    const model = bernoulliModel({ places: places.length, days: 1, cases, controls })
    const search = createSearch(model, circularZones(plane(places, 1, 2), people, { ties: 'one-at-a-time' }), ONE_DAY)
    const { clusters: found, replicates } = rateClusters(search, findClusters(search), { replicates: REPLICATES })
    const above = (statistic: number): number => (1 + replicates.maxima.filter((maximum) => maximum > statistic + 1e-6).length) / (1 + REPLICATES)
    wanted.forEach(({ locations, observed, expected_rounded, stat, p }: any, i: number) => {
      expect(Math.abs(found[i].statistic - stat)).toBeLessThan(1e-6)
      // Equal clusters come in any order.
      const alike = found.find((cluster) => Array.from(cluster.places, (place) => places[place][0]).join() === locations.join())!
      expect(alike.observed).toBe(observed)
      expect(Math.abs(alike.expected - expected_rounded)).toBeLessThan(0.01)
      expect(Math.abs(alike.statistic - stat)).toBeLessThan(1e-6)
      // So few cases make many equal maxima. We count them, as p = P(maximum >= statistic) wants it; in SaTScan their last digits
      // decide, so that its two first clusters have one statistic, and p = 50/139 and 81/139: it stopped after 139 replicates.
      expect(above(stat) < Number(p) || agree(above(stat), REPLICATES, Number(p), 139)).toBe(true)
      expect(alike.p > Number(p) || agree(alike.p, REPLICATES, Number(p), 139)).toBe(true)
    })
  })

  test.each([[10, 'clusters_ubpop_0_1'], [50, 'clusters_ubpop_0_5']] as const)('New York leukaemia, %i % of the population', (maxPercent, key) => {
    const rows = golden('nydf.csv')
    const population = Float64Array.from(rows, (row) => Number(row[2]))
    const counts = Float64Array.from(rows, (row) => Math.floor(Number(row[3])))
    const model = conditionalPoissonModel({ places: rows.length, days: 1, counts, weights: population })
    const found = scan(model, plane(rows, 0, 1), population, ONE_DAY, maxPercent)
    reference('nydf_poisson_spatial')[key].forEach((wanted: any, i: number) => {
      const rank = wanted.rank ? wanted.rank - 1 : i
      if (wanted.locids) expect(Array.from(found[rank].places, (p) => p + 1)).toEqual(wanted.locids)
      expectAlike(found[rank], { observed: wanted.cases, expected: wanted.expected, statistic: wanted.llr, p: wanted.p ?? wanted.p_satscan }, wanted.locids ? 2 : 8)
    })
  })

  test('Pennsylvania lung cancer, standardised Poisson and binomial', () => {
    const { poisson_adjusted, binomial } = reference('pennLC_spatial')
    const rows = golden('pennLC.csv')
    const column = (i: number): Float64Array => Float64Array.from(rows, (row) => Number(row[i]))
    const [points, cases, population, expected] = [plane(rows, 3, 4), column(5), column(6), column(7)]
    const poisson = conditionalPoissonModel({ places: rows.length, days: 1, counts: cases, weights: expected })
    const bernoulli = bernoulliModel({ places: rows.length, days: 1, cases, controls: population.map((people, i) => people - cases[i]) })
    for (const [model, wanted] of [[poisson, poisson_adjusted], [bernoulli, binomial]] as const) {
      const [best] = scan(model, points, population, ONE_DAY)
      expect(Array.from(best.places, (p) => rows[p][0])).toEqual(wanted.counties)
      expectAlike(best, { observed: wanted.cases, expected: wanted.expected, statistic: wanted.llr, p: wanted.p }, 8)
    }
  })
})

/** Cases by county and year, and what is expected if each age group of each sex had its overall rate everywhere. */
function newMexico(names: string[]): { counts: Float64Array, expected: Float64Array } {
  const days = (year: number, month = 1): number => Date.UTC(year, month - 1, 1) / 864e5
  const boundaries = Float64Array.from({ length: 20 }, (_, i) => days(1973 + i))
  const strata = new Map<string, { people: Float64Array, cases: number }>()
  // Rows of a county and stratum follow one another by year; SaTScan takes a year without a date as 1 July.
  const people = Map.groupBy(golden('nm.pop'), ([county, , , age, sex]) => `${county}/${age}/${sex}`)
  for (const [key, rows] of people) {
    const [county, age, sex] = key.split('/')
    const years = rows.map(([, year, count]) => ({ time: days(1900 + Number(year), 7), count: Number(count) })).sort((a, b) => a.time - b.time)
    const stratum = strata.get(`${age}/${sex}`) ?? { people: new Float64Array(names.length * 19), cases: 0 }
    strata.set(`${age}/${sex}`, stratum)
    stratum.people.set(personTime(Float64Array.from(years, (y) => y.time), Float64Array.from(years, (y) => y.count), boundaries), names.indexOf(county) * 19)
  }
  const counts = new Float64Array(names.length * 19)
  for (const [county, cases, year, age, sex] of golden('nm.cas')) {
    counts[names.indexOf(county) * 19 + Number(year) - 1973] += Number(cases)
    strata.get(`${age}/${sex}`)!.cases += Number(cases)
  }
  return { counts, expected: standardisedExpectation([...strata.values()], counts.length) }
}
