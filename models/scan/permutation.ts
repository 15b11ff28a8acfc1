/**
 * The space-time permutation model: are there more cases in a place at a time than the place's cases and the time's cases
 * lead one to expect? It needs no population. Under the null, cases keep their place and exchange their days.
 * Kulldorff, Heffernan, Hartman, Assunção, Mostashari (2005), PLoS Med 2(3):e59. docs/methods/permutation-scan.md
 */
import { createPool, drawPlaces } from './permutation-draw.ts'
import { conditionalRatio } from './ratios.ts'
import type { CellCounts, ScanModel } from './scan-model.ts'

/**
 * Days whose cases are exchangeable are a stratum: all days, or those of a weekday, and of these only those on which the same
 * places had a feed. Expected in a zone and a window is the sum over strata of cases of the zone × cases of the window / cases.
 */
export interface Margins {
  places: number
  /** Days of the study, the last of which is the present. */
  days: number
  strata: number
  /** Stratum of each day. */
  stratum: Int32Array
  /** places * strata: cases of a place on the days of a stratum. */
  ofPlace: Float64Array
  /** Cases of each day. */
  ofDay: Float64Array
  /** Cases of each stratum. */
  ofStratum: Float64Array
  /** All cases. */
  total: number
}

/** The windows under test. */
export interface Horizon {
  /** Shortest and longest window, in days. */
  minDays: number
  maxDays: number
  /** On how many days a window may end, the last ones of the study: 1 is today, all of them a retrospective scan. */
  ends: number
  /** Fewest cases in a cluster. */
  minCases: number
}

export type Purpose = 'together' | 'adjustment'

/** @param weekdays  a number for each day, for the adjustment for day of the week by place; absent: none */
export function findMargins({ places, days, counts }: CellCounts, weekdays?: Uint8Array): Margins {
  const { stratum, strata } = stratify(places, days, counts, weekdays)
  const margins: Margins = {
    places, days, strata, stratum, total: 0,
    ofPlace: new Float64Array(places * strata), ofDay: new Float64Array(days), ofStratum: new Float64Array(strata),
  }
  for (let p = 0; p < places; p++) {
    for (let d = 0; d < days; d++) {
      const cases = counts[p * days + d]
      if (!(cases > 0)) continue
      margins.ofPlace[p * strata + stratum[d]] += cases
      margins.ofDay[d] += cases
      margins.ofStratum[stratum[d]] += cases
      margins.total += cases
    }
  }
  return margins
}

/** Cases of each place over the whole study: the population that a zone's share is counted in. */
export function casesOfPlaces({ places, strata, ofPlace }: Margins): Float64Array {
  return Float64Array.from({ length: places }, (_, p) => {
    let sum = 0
    for (let s = 0; s < strata; s++) sum += ofPlace[p * strata + s]
    return sum
  })
}

/** The last days of the study, as many as the windows can cover. */
export function daysUnderTest({ days }: Margins, { maxDays, ends }: Horizon): number {
  return Math.min(days, maxDays + ends - 1)
}

/**
 * Expected cases of windows that end before day `end`, per case of a place in the stratum: strata * lanes, the window of
 * `shortest` days first, each of the next one day longer. A window that would begin before the study is cut off there.
 */
export function windowWeights({ strata, stratum, ofDay, ofStratum }: Margins, end: number, shortest: number, lanes: number): Float64Array {
  const weights = new Float64Array(strata * lanes)
  const cases = new Float64Array(strata)
  for (let length = 1; length < shortest + lanes; length++) {
    const day = end - length
    if (day >= 0) cases[stratum[day]] += ofDay[day]
    if (length < shortest) continue
    for (let s = 0; s < strata; s++) weights[s * lanes + length - shortest] = ofStratum[s] > 0 ? cases[s] / ofStratum[s] : 0
  }
  return weights
}

/** The counts of the days under test, place-major; 0 where there was no feed. */
export function countsUnderTest({ places, days, counts }: CellCounts, keep: number): Float64Array {
  return Float64Array.from({ length: places * keep }, (_, i) => counts[Math.floor(i / keep) * days + days - keep + (i % keep)] || 0)
}

/**
 * The days under test as a model for the searches that all models share, such as that of several topics together. A replicate
 * draws the places of those days' cases only, which is the same as permuting all.
 *
 * @param purpose  of several topics: 'together' looks for what any of them has, 'adjustment' for what all have, as age groups would
 */
export function permutationModel(cells: CellCounts, margins: Margins, horizon: Horizon, purpose: Purpose = 'together'): ScanModel {
  const { places, days, strata, stratum, ofPlace, ofDay, ofStratum, total } = margins
  const keep = daysUnderTest(margins, horizon)
  const expected = new Float64Array(places * keep)
  for (let d = 0; d < keep; d++) {
    const day = days - keep + d
    if (ofDay[day] === 0) continue
    for (let p = 0; p < places; p++) expected[p * keep + d] = ofPlace[p * strata + stratum[day]] * ofDay[day] / ofStratum[stratum[day]]
  }
  const pool = createPool(margins, keep)
  const drawn = new Int32Array(pool.slots)
  return {
    places, days: keep, observed: countsUnderTest(cells, keep), expected,
    ratio: (cases, mean) => (cases >= horizon.minCases ? conditionalRatio(cases, mean, total) : 0),
    ...(purpose === 'adjustment' && { deficit: (cases, mean) => conditionalRatio(total - cases, total - mean, total) }),
    draw: (random, out) => {
      out.fill(0)
      drawPlaces(pool, random, drawn)
      for (let i = 0; i < drawn.length; i++) out[drawn[i] * keep + pool.slotDay[i]]++
    },
  }
}

/** Numbers the days by weekday and by which places had no feed. */
function stratify(places: number, days: number, counts: Float64Array, weekdays?: Uint8Array): { stratum: Int32Array, strata: number } {
  const missing: number[][] = Array.from({ length: days }, () => [])
  for (let i = 0; i < places * days; i++) if (Number.isNaN(counts[i])) missing[i % days].push(Math.floor(i / days))
  const numbers = new Map<string, number>()
  const stratum = Int32Array.from({ length: days }, (_, day) => {
    const kind = `${weekdays ? weekdays[day] : ''}/${missing[day].join()}`
    if (!numbers.has(kind)) numbers.set(kind, numbers.size)
    return numbers.get(kind)!
  })
  return { stratum, strata: numbers.size }
}
