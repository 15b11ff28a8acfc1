/**
 * Baselines for the expectation-based scans where nobody gives any: a place's daily mean before the windows, times a rhythm of
 * the week that all places share. Honest about its uncertainty: a rate is gamma-distributed around its estimate, by which the
 * replicates vary it. docs/methods/expectation-scan.md, "Baselines"
 */
import { estimatePrior } from '../detect/pooled.ts'
import type { CellCounts } from './scan-model.ts'

/**
 * Cases that the overall rate is worth beside a place's own: as many as the places' differences say (Marshall 1991), within these
 * bounds; of a few places Jeffreys' half.
 */
const PRIOR_CASES = { least: 0.5, most: 20, places: 10 } as const

export interface HistoryBaselines {
  /** places * keep, for the last `keep` days. */
  baselines: Float64Array
  /** Per place: coefficient of variation of its rate. */
  baselineCv: Float64Array
  /** Size of a day's count at any place (variance = mean + mean² / size), by moments over the history; Infinity without excess, and for a history of a day. */
  size: number
}

/**
 * The size is taken around each place's own mean, which is drawn towards the city's for the baseline only. O(places * days). Places and days without a feed are left out; without any history all is NaN.
 *
 * @param keep      days at the end that windows may cover: they are not history
 * @param weekdays  a weekday 1 … 7 for each day; absent: no rhythm
 */
export function historyBaselines({ places, days, counts }: CellCounts, keep: number, weekdays: Uint8Array = new Uint8Array(days)): HistoryBaselines {
  const history = days - keep
  const rhythm = weekRhythm(places, days, history, counts, weekdays)
  const cases = new Float64Array(places)
  const exposure = new Float64Array(places)
  eachKnown(places, days, history, counts, (p, d, count) => {
    cases[p] += count
    exposure[p] += rhythm[weekdays[d]]
  })
  const overall = (sum(cases) + PRIOR_CASES.least) / sum(exposure)
  const ratesWith = (prior: number): Float64Array => cases.map((count, p) => (count + prior) / (exposure[p] + prior / overall))
  const rates = ratesWith(PRIOR_CASES.least)
  let [squares, variance, poisson, known] = [0, 0, 0, 0]
  eachKnown(places, days, history, counts, (p, d, count) => {
    const mean = rates[p] * rhythm[weekdays[d]]
    squares += mean * mean
    variance += (count - mean) ** 2
    poisson += mean
    known++
  })
  // Each place's mean has been fitted to its own counts: their scatter around it is too small, and its square too large.
  variance *= known / (known - places)
  squares = Math.max(squares - variance * places / known, known * overall * overall)
  const size = known > places && variance > poisson ? squares / (variance - poisson) : Infinity
  const prior = priorCases(cases, exposure.map((days) => days * overall))
  const drawn = ratesWith(prior)
  return {
    baselines: Float64Array.from({ length: places * keep }, (_, i) => drawn[Math.floor(i / keep)] * rhythm[weekdays[history + (i % keep)]]),
    baselineCv: cases.map((count, p) => Math.sqrt((1 + drawn[p] / size) / (count + prior))),
    size,
  }
}

function priorCases(cases: Float64Array, expected: Float64Array): number {
  if (cases.length < PRIOR_CASES.places) return PRIOR_CASES.least
  return Math.min(PRIOR_CASES.most, Math.max(PRIOR_CASES.least, estimatePrior(cases, expected).shape || 0))
}

/** Rate of each weekday over that of all days, drawn towards 1 by one case. */
function weekRhythm(places: number, days: number, history: number, counts: Float64Array, weekdays: Uint8Array): Float64Array {
  const cases = new Float64Array(8)
  const known = new Float64Array(8)
  eachKnown(places, days, history, counts, (_, d, count) => {
    cases[weekdays[d]] += count
    known[weekdays[d]]++
  })
  const overall = sum(cases) / sum(known)
  return cases.map((count, weekday) => (count + 1) / (known[weekday] * overall + 1))
}

function eachKnown(places: number, days: number, history: number, counts: Float64Array, visit: (place: number, day: number, count: number) => void): void {
  for (let p = 0; p < places; p++) {
    for (let d = 0; d < history; d++) if (counts[p * days + d] >= 0) visit(p, d, counts[p * days + d])
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
