/**
 * Does a scan that is repeated every night alarm as often as it says? Cities in which nothing happens are scanned night after
 * night; alarms at recurrence intervals of 30, 100 and 365 days, relative to nominal. docs/methods/permutation-scan.md
 */
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'
import { assessStatistics } from '../models/scan/clusters.ts'
import type { Significance } from '../models/scan/clusters.ts'
import { expectationModel } from '../models/scan/expectation.ts'
import type { Points } from '../models/scan/geometry.ts'
import { historyBaselines } from '../models/scan/history-baselines.ts'
import { CLUSTER_DEFAULTS, findClusters, rateClusters } from '../models/scan/model-scan.ts'
import { negativeBinomialModel } from '../models/scan/negative-binomial.ts'
import { casesOfPlaces, findMargins } from '../models/scan/permutation.ts'
import { createMaximaFinder } from '../models/scan/permutation-maxima.ts'
import { findPermutationClusters } from '../models/scan/permutation-scan.ts'
import { lastDays, spansToday } from '../models/scan/scan-model.ts'
import type { CellCounts } from '../models/scan/scan-model.ts'
import { createSearch } from '../models/scan/window-search.ts'
import { circularZones } from '../models/scan/zones.ts'

const PLACES = 30
/** Cases of a place on a working day, on average; places differ as a gamma distribution of shape 2. */
const MEAN = 0.5
const MAX_DAYS = 7
const REPLICATES = 999
const INTERVALS = [30, 100, 365]
/** With `earlier` so many analyses are answered for. */
const ANALYSES = 30

/** Kinds of city, and of scan. */
interface Trial {
  what: string
  scan: 'permutation' | 'poisson' | 'negative-binomial'
  /** Days of the study, the last MAX_DAYS of which are under test. */
  days: number
  /** What a weekend day has of a working day's cases; with `own` each place has a rhythm of its own. */
  weekend: number
  own?: boolean
  /** Of a day's cases at a place: variance = mean + mean² / size. */
  size: number
  /** Allow for a rhythm of the week. */
  dayOfWeek?: boolean
  analyses?: number
  /** Years of cities: as many as it takes to tell a tenth where a scan is cheap. */
  years: number
}

const TRIALS: readonly Trial[] = [
  { what: 'permutation, days alike', scan: 'permutation', days: 60, weekend: 1, size: Infinity, years: 300 },
  { what: 'permutation, weekends and holidays', scan: 'permutation', days: 60, weekend: 0.5, size: Infinity, years: 300 },
  { what: 'permutation, a rhythm of each place', scan: 'permutation', days: 60, weekend: 0.5, own: true, size: Infinity, years: 15 },
  { what: 'permutation, a rhythm of each place, adjusted', scan: 'permutation', days: 60, weekend: 0.5, own: true, size: Infinity, dayOfWeek: true, years: 30 },
  { what: 'permutation, clumped counts', scan: 'permutation', days: 60, weekend: 0.5, size: 2, years: 15 },
  { what: 'permutation, 30 analyses', scan: 'permutation', days: 60, weekend: 0.5, size: Infinity, analyses: ANALYSES, years: 6 },
  { what: 'Poisson, 60 days', scan: 'poisson', days: 60, weekend: 0.5, size: Infinity, dayOfWeek: true, years: 20 },
  { what: 'Poisson, 180 days', scan: 'poisson', days: 180, weekend: 0.5, size: Infinity, dayOfWeek: true, years: 20 },
  { what: 'negative binomial, 60 days', scan: 'negative-binomial', days: 60, weekend: 0.5, size: 2, dayOfWeek: true, years: 15 },
  { what: 'negative binomial, 180 days', scan: 'negative-binomial', days: 180, weekend: 0.5, size: 2, dayOfWeek: true, years: 15 },
]

interface City { points: Points, cells: CellCounts, weekdays: Uint8Array }

/**
 * Scans are a week apart: nights in a row share their days, so that these tell more. Standard errors are by city.
 *
 * @param quick two cities of the first trial of each scan
 * @param only  part of the names of the trials to run
 */
export async function benchScanCalibration(quick: boolean, only = ''): Promise<object[]> {
  const asked = quick ? TRIALS.filter(({ scan }, i) => TRIALS.findIndex((other) => other.scan === scan) === i) : TRIALS
  return asked.filter(({ what }) => what.includes(only)).map((trial) => {
    const cities = Array.from({ length: quick ? 2 : trial.years }, (_, c) => alarmsOf(trial, c))
    const told = (name: string, of: (found: Significance) => number): object => Object.fromEntries(INTERVALS.flatMap((interval) => {
      const rates = cities.map((found) => (interval * found.filter((one) => of(one) >= interval).length) / found.length)
      const mean = rates.reduce((sum, x) => sum + x, 0) / rates.length
      const variance = rates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (rates.length - 1) / rates.length
      return [[`${name}_${interval}`, mean], [`${name}_${interval}_se`, Math.sqrt(variance)]]
    }))
    return {
      what: trial.what, scans: cities.reduce((sum, found) => sum + found.length, 0),
      ...told('p', ({ recurrenceDays }) => recurrenceDays), ...told('gumbel', ({ gumbelP }) => 1 / gumbelP),
    }
  })
}

/** A year of nights. Cases fall on holidays as on weekends; every 61st day is one. */
function alarmsOf(trial: Trial, city: number): Significance[] {
  const random = createRng(`scan ${trial.what} ${city}`)
  const days = trial.days + 365
  const weekdays = Uint8Array.from({ length: days }, (_, d) => (d % 7) + 1)
  const points: Points = { kind: 'plane', x: uniform(random), y: uniform(random) }
  const counts = new Float64Array(PLACES * days)
  for (let p = 0; p < PLACES; p++) {
    const mean = MEAN * random.gamma(2, 0.5)
    const rhythm = Float64Array.from({ length: 7 }, (_, d) => (trial.own ? random.gamma(4, 0.25) : d > 4 ? trial.weekend : 1))
    for (let d = 0; d < days; d++) {
      const today = mean * (d % 61 === 7 && !trial.own ? trial.weekend : rhythm[d % 7])
      counts[p * days + d] = trial.size < Infinity ? random.negativeBinomial(today, trial.size) : random.poisson(today)
    }
  }
  const found: Significance[] = []
  for (let night = trial.days; night < days; night += MAX_DAYS) {
    const from = night - trial.days
    const study = new Float64Array(PLACES * trial.days)
    for (let p = 0; p < PLACES; p++) study.set(counts.subarray(p * days + from, p * days + night), p * trial.days)
    const cells = { places: PLACES, days: trial.days, counts: study }
    found.push(scan(trial, { points, cells, weekdays: weekdays.subarray(from, night) }, random.below(2 ** 31)))
  }
  return found
}

function scan({ scan: model, dayOfWeek, analyses = 1 }: Trial, { points, cells, weekdays }: City, seed: number): Significance {
  if (model !== 'permutation') return scanExpected(model, { points, cells, weekdays }, seed)
  const margins = findMargins(cells, dayOfWeek ? weekdays : undefined)
  const zones = circularZones(points, casesOfPlaces(margins))
  const horizon = { minDays: 1, maxDays: MAX_DAYS, minCases: 2, ends: 1 }
  const clusters = findPermutationClusters(cells, margins, zones, horizon, { ...CLUSTER_DEFAULTS, most: 1 })
  const maxima = createMaximaFinder(margins, zones, { ...horizon, ends: analyses })(seed, 0, REPLICATES)
  return assessStatistics([clusters[0]?.statistic ?? 0], { maxima, stoppedAt: 0 }, { everyDays: 1, analyses })[0]
}

function scanExpected(model: 'poisson' | 'negative-binomial', { points, cells, weekdays }: City, seed: number): Significance {
  const { baselines, baselineCv, size } = historyBaselines(cells, MAX_DAYS, weekdays)
  const recent = { places: PLACES, days: MAX_DAYS, counts: lastDays(cells.counts, PLACES, cells.days, MAX_DAYS), baselines, baselineCv }
  const expected = model === 'poisson' ? expectationModel(recent) : negativeBinomialModel({ ...recent, sizes: new Float64Array(PLACES).fill(size) })
  const population = Float64Array.from({ length: PLACES }, (_, p) => baselines.subarray(p * MAX_DAYS, (p + 1) * MAX_DAYS).reduce((sum, x) => sum + x, 0))
  const search = createSearch([expected], circularZones(points, population), spansToday(MAX_DAYS, MAX_DAYS))
  const [best] = rateClusters(search, findClusters(search, { most: 1 }), { replicates: REPLICATES, seed }).clusters
  return best ?? { p: 1, gumbelP: 1, recurrenceDays: 1 }
}

function uniform(random: Rng): Float64Array {
  return Float64Array.from({ length: PLACES }, () => random.next())
}
