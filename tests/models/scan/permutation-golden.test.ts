import { describe, expect, test } from 'vitest'
import { assessStatistics } from '../../../models/scan/clusters.ts'
import type { Cluster, Significance } from '../../../models/scan/clusters.ts'
import type { Points } from '../../../models/scan/geometry.ts'
import { findClusters, rateClusters } from '../../../models/scan/model-scan.ts'
import { createMaximaFinder } from '../../../models/scan/permutation-maxima.ts'
import { findPermutationClusters } from '../../../models/scan/permutation-scan.ts'
import { casesOfPlaces, findMargins, permutationModel } from '../../../models/scan/permutation.ts'
import type { Horizon } from '../../../models/scan/permutation.ts'
import type { CellCounts } from '../../../models/scan/scan-model.ts'
import { spansToday } from '../../../models/scan/scan-model.ts'
import { createSearch } from '../../../models/scan/window-search.ts'
import { circularZones } from '../../../models/scan/zones.ts'
import type { ZoneOptions } from '../../../models/scan/zones.ts'
import { lacksShared } from '../../support/shared.ts'
import { agree, earth, golden, plane, readFields, reference } from './reference-data.ts'

interface Data { names: string[], points: Points, cells: CellCounts, dayOf(date: string): number }

/** SaTScan's rules: half of the cases at most, one place after the other where several are equally far. */
const ZONES: Partial<ZoneOptions> = { maxPercent: 50, ties: 'one-at-a-time' }
const REPLICATES = 999

function readData(names: string[], points: Points, rows: string[][], days: number, first: string): Data {
  const start = dayNumber(first)
  const dayOf = (date: string): number => dayNumber(date) - start
  const placeOf = new Map(names.map((name, place) => [name, place]))
  const counts = new Float64Array(names.length * days)
  for (const [id, date, count] of rows) counts[placeOf.get(id)! * days + dayOf(date)] += Number(count)
  return { names, points, dayOf, cells: { places: names.length, days, counts } }
}

/** '2001/11/8', '2001-11-08' or a number of a generic time axis. */
function dayNumber(date: string): number {
  if (!/\D/.test(date)) return Number(date)
  const [year, month, day] = date.split(/\D/).map(Number)
  return Date.UTC(year, month - 1, day) / 864e5
}

function workload(name: string, cases = `${name}_cases`): Data {
  const geo = readFields(`benchmark/scan/${name}_geo.csv`)
  return readData(geo.map(([id]) => id), plane(geo, 1, 2), readFields(`benchmark/scan/${cases}.csv`), Number(name.split('x')[1]), '2025-01-06')
}

interface ScanOptions { maxDays: number, zones?: Partial<ZoneOptions>, retrospective?: boolean, analyses?: number, weekdays?: Uint8Array, replicates?: number }

function scan({ cells, points }: Data, { maxDays, zones: given = {}, retrospective = false, analyses = 1, weekdays, replicates = REPLICATES }: ScanOptions): (Cluster & Significance)[] {
  const margins = findMargins(cells, weekdays)
  const zones = circularZones(points, casesOfPlaces(margins), { ...ZONES, ...given })
  const horizon = (ends: number): Horizon => ({ minDays: 1, maxDays, minCases: 2, ends })
  const clusters = findPermutationClusters(cells, margins, zones, horizon(retrospective ? cells.days : 1), { secondary: 'best-of-centre', overlap: 'place-and-day', most: 30 })
  const maxima = createMaximaFinder(margins, zones, horizon(retrospective ? cells.days : analyses))(1, 0, replicates)
  const rated = assessStatistics(clusters.map(({ statistic }) => statistic), { maxima, stoppedAt: 0 }, { everyDays: 1, analyses })
  return clusters.map((cluster, i) => ({ ...cluster, ...rated[i] }))
}

interface Wanted { locations: string[], frame: string, observed: number, expected_rounded?: number, expected?: number, stat: number, p: string, p_gumbel?: string, gumbel_p?: string }

/** @param replicates of ours and of SaTScan's */
function expectAlike(data: Data, found: Cluster & Significance, wanted: Wanted, replicates: [number, number] = [REPLICATES, REPLICATES]): void {
  expect(Array.from(found.places, (place) => data.names[place]).sort()).toEqual([...wanted.locations].sort())
  expect([found.from, found.until - 1]).toEqual(wanted.frame.split(' to ').map(data.dayOf))
  expect(Math.abs(found.statistic - wanted.stat)).toBeLessThan(1e-6)
  if (wanted.observed !== undefined) expectCounts(found, wanted.observed, (wanted.expected_rounded ?? wanted.expected)!)
  expect(agree(found.p, replicates[0], Number(wanted.p), replicates[1])).toBe(true)
  const gumbel = wanted.p_gumbel ?? wanted.gumbel_p
  if (gumbel !== undefined) expect(agree(found.gumbelP, replicates[0], Number(gumbel), replicates[1])).toBe(true)
}

/** Expected counts are printed with two digits after the point, or two that count. */
function expectCounts(found: { observed: number, expected: number }, observed: number, expected: number): void {
  expect(found.observed).toBe(observed)
  expect(Math.abs(found.expected - expected)).toBeLessThan(expected < 0.1 ? 0.00051 : 0.0051)
}

const missing = lacksShared('golden/satscan/expected.json')

describe.skipIf(missing)('space-time permutation as in SaTScan', () => {
  const fever = (): Data => {
    const geo = golden('nycfever_geo.csv')
    return readData(geo.map(([id]) => id), earth(geo, 2, 1), golden('nycfever_cases.csv'), 24, '2001-11-01')
  }

  test('New York fever, prospective', () => {
    const wanted = reference('nycfever_prospective_stp')
    const data = fever()
    const [found, replicates] = [scan(data, { maxDays: 7, zones: { maxRadiusKm: 3 }, replicates: 9999 }), 9999]
    wanted.clusters.forEach((cluster: Wanted, i: number) => expectAlike(data, found[i], cluster, [replicates, 99999]))
    expect(Math.abs(found[0].expected - wanted.clusters[0].expected)).toBeLessThan(1e-12)
    expect(Math.round(found[0].recurrenceDays)).toBe(5)
  })

  test('New York fever, the null', () => {
    const { null: wanted, summary } = reference('nycfever_prospective_stp')
    const { cells, points } = fever()
    const margins = findMargins(cells)
    const zones = circularZones(points, casesOfPlaces(margins), { ...ZONES, maxRadiusKm: 3 })
    expect([margins.places, margins.total]).toEqual([summary.locations, summary.cases])
    expect(summary.cases_by_last_d_days).toEqual(Array.from({ length: 7 }, (_, d) => margins.ofDay.subarray(23 - d).reduce((sum, cases) => sum + cases, 0)))
    const maxima = createMaximaFinder(margins, zones, { minDays: 1, maxDays: 7, minCases: 2, ends: 1 })(2, 0, 20_000).sort()
    const mean = maxima.reduce((sum, x) => sum + x, 0) / maxima.length
    const sd = Math.sqrt(maxima.reduce((sum, x) => sum + (x - mean) ** 2, 0) / maxima.length)
    expect(Math.abs(mean - wanted.mean)).toBeLessThan(3 * wanted.sd * Math.sqrt(1 / 20_000 + 1 / wanted.reps))
    expect(Math.abs(sd - wanted.sd)).toBeLessThan(0.02)
    for (const [p, value] of Object.entries<number>(wanted.critical_values).slice(0, 3)) {
      const reaching = maxima.filter((x) => x >= value - 1e-6).length / maxima.length
      const above = maxima.filter((x) => x > value + 1e-6).length / maxima.length
      // So few cases make many equal maxima: the critical value is one of them.
      expect(reaching > Number(p) || agree(reaching, maxima.length, Number(p), wanted.reps)).toBe(true)
      expect(above < Number(p) || agree(above, maxima.length, Number(p), wanted.reps)).toBe(true)
    }
  })

  test('New York fever, retrospective', () => {
    const data = fever()
    const found = scan(data, { maxDays: 7, zones: { maxRadiusKm: 3 }, retrospective: true })
    reference('nycfever_retrospective_stp').clusters.forEach((cluster: Wanted, i: number) => expectAlike(data, found[i], cluster))
  })

  test.each([['grid10_base', 30], ['grid10_day1', 31], ['grid10_day2', 32]])('%s, with ties one at a time', (id, days) => {
    const geo = golden('grid10_geo.csv')
    const data = readData(geo.map(([name]) => name), plane(geo, 1, 2), golden(`${id}_cases.csv`), days, '1')
    const found = scan(data, { maxDays: 7, zones: { maxRadiusKm: 3 } })
    reference(id).clusters.forEach((cluster: Wanted, i: number) => expectAlike(data, found[i], cluster))
  })

  test.each<any>(missing ? [] : reference('workload_stp').cases)('$workload, $max_days days, $max_population_pct %', ({ workload: name, max_days, max_population_pct, clusters }) => {
    const data = workload(name)
    const found = scan(data, { maxDays: max_days, zones: { maxPercent: max_population_pct }, replicates: name.startsWith('w1000') ? 199 : REPLICATES })
    clusters.forEach((cluster: Wanted, i: number) => expectAlike(data, found[i], cluster, [name.startsWith('w1000') ? 199 : REPLICATES, REPLICATES]))
  })

  test('w200x60, the null of 9999 replicates', () => {
    const { null: wanted } = reference('workload_stp_null')
    const { cells, points } = workload('w200x60')
    const margins = findMargins(cells)
    const zones = circularZones(points, casesOfPlaces(margins), ZONES)
    const maxima = createMaximaFinder(margins, zones, { minDays: 1, maxDays: 7, minCases: 2, ends: 1 })(1, 0, 9999).sort()
    const mean = maxima.reduce((sum, x) => sum + x, 0) / maxima.length
    const sd = Math.sqrt(maxima.reduce((sum, x) => sum + (x - mean) ** 2, 0) / maxima.length)
    expect(Math.abs(mean - wanted.mean)).toBeLessThan(3 * wanted.sd * Math.sqrt(2 / 9999))
    expect(Math.abs(sd - wanted.sd)).toBeLessThan(0.04)
    for (const [share, value] of Object.entries<number>(wanted.quantiles)) {
      const below = maxima.filter((x) => x < value).length / maxima.length
      expect(agree(1 - below, 9999, 1 - Number(share), 9999)).toBe(true)
    }
    const p = maxima.filter((x) => x >= 8.02174 - 1e-6).length / maxima.length
    expect(agree(p, 9999, wanted.p_observed, 9999)).toBe(true)
  })

  test.each<[string, ScanOptions, string?]>([
    ['w200x60_x_dow', { maxDays: 7, weekdays: Uint8Array.from({ length: 60 }, (_, day) => day % 7) }],
    ['w200x60_x_earlier2', { maxDays: 7, zones: { maxRadiusKm: 3 }, analyses: 29 }],
    ['w200x60_x_maxsize3km', { maxDays: 7, zones: { maxRadiusKm: 3 } }],
    ['w200x60_x_setA', { maxDays: 7 }, 'w200x60_cases_setA'],
  ])('%s', (id, options, cases) => {
    const data = workload('w200x60', cases)
    const found = scan(data, options)
    reference(id).clusters.forEach((cluster: Wanted, i: number) => expectAlike(data, found[i], cluster))
    if (options.analyses) expect(Math.abs(found[0].recurrenceDays - 56)).toBeLessThan(8)
  })

  test.each([['w200x60_x_multi', 'together'], ['w200x60_x_multi_adj', 'adjustment']] as const)('%s, two topics', (id, purpose) => {
    const topics = ['A', 'B'].map((set) => workload('w200x60', `w200x60_cases_set${set}`))
    const horizon = { minDays: 1, maxDays: 7, minCases: 2, ends: 1 }
    const margins = topics.map(({ cells }) => findMargins(cells))
    const [a, b] = margins.map(casesOfPlaces)
    const zones = circularZones(topics[0].points, a.map((cases, place) => cases + b[place]), ZONES)
    const search = createSearch(topics.map(({ cells }, i) => permutationModel(cells, margins[i], horizon, purpose)), zones, spansToday(7, 7))
    const { clusters: found } = rateClusters(search, findClusters(search), { replicates: REPLICATES })
    reference(id).clusters.forEach((cluster: Wanted & { per_set: { observed: number, expected: number }[] }, i: number) => {
      const { places, from, until } = found[i]
      expectAlike(topics[0], { ...found[i], from: from + 53, until: until + 53 }, cluster)
      cluster.per_set.forEach(({ observed, expected }, t) => {
        const sums = { observed: 0, expected: 0 }
        for (const place of places) {
          for (let d = from; d < until; d++) {
            sums.observed += search.topics[t].observed[place * 7 + d]
            sums.expected += search.topics[t].expected[place * 7 + d]
          }
        }
        expectCounts(sums, observed, expected)
      })
    })
  })
})
