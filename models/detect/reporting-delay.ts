/**
 * What part of the last days' tickets is known by now? Reverse-time hazards of the reporting triangle: Brookmeyer & Damiano
 * (1989), Stat Med 8:23-34; Kalbfleisch & Lawless (1989), JASA 84:360-372; Lawless (1994), Can J Stat 22:15-31; the same
 * numbers as the chain ladder's development factors. Weekdays differ as far as the data say so: DerSimonian & Laird (1986),
 * Control Clin Trials 7:177-188. docs/methods/reporting-delay.md
 */
import { resolveOptions } from '../../core/options.ts'

/** Row i is a day, the last row is the night; cell (i, l) holds the tickets of the day that became known l days after it. */
export interface Triangle {
  days: number
  /** Tickets that come later than this are not waited for. */
  maxLag: number
  /** days * (maxLag + 1); corrections may be negative. Cells after the night, i + l ≥ days, are never read. */
  counts: Float64Array
}

export interface DelayOptions {
  /** Nights after which an arrival counts half. */
  halfLifeDays: number
  /** Tickets that the parent's hazards are worth. */
  parentTickets: number
}

export const DELAY_DEFAULTS: Readonly<DelayOptions> = { halfLifeDays: 28, parentTickets: 50 }
const RANGES = { halfLifeDays: [1, 1e9], parentTickets: [0, 1e9] } as const

/** How complete the counts of the last days are. Index l speaks of the day l days before the night; earlier days are complete. */
export interface Completeness {
  /** Expected share of the day's tickets that is known by the night, above 0 and at most 1. */
  share: Float64Array
  /** Its coefficient of variation: how it differs from one day to the next, and how well it is known. */
  cv: Float64Array
}

/** A fit that the fits of parts may lean on. */
export interface DelayFit extends Completeness {
  /** 7 * (maxLag + 1): of the tickets of a day of class c that came within l days, the part that came on the last of them. */
  hazards: Float64Array
  /** Squared coefficient of variation of the share from day to day, per lag. */
  spread: Float64Array
}

/** Days are classed by weekday, counted back from the night: the day l days before it is of class l modulo 7. */
const CLASSES = 7
/** A hazard of 1 would make all earlier lags' share 0 and every ticket there infinitely surprising. */
const LARGEST_HAZARD = 0.99

/**
 * Estimates completeness; a triangle without tickets is complete, or as complete as its parent. O(days * maxLag).
 *
 * @param parent  fit of the whole that this triangle is a part of, of the same night and maxLag
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function fitDelays(triangle: Triangle, options: Partial<DelayOptions> = {}, parent?: DelayFit): DelayFit {
  const settings = resolveOptions('fitDelays', DELAY_DEFAULTS, RANGES, options)
  const lags = triangle.maxLag + 1
  const known = accumulate(triangle)
  const hazards = new Float64Array(CLASSES * lags)
  const variance = new Float64Array(CLASSES * lags)
  for (let l = 1; l < lags; l++) {
    const sums = sumArrivals(triangle, known, l, settings.halfLifeDays)
    if (parent) leanOnParent(sums, parent.hazards, settings.parentTickets, l, lags, hazards, variance)
    else leanOnOtherWeekdays(sums, l, lags, hazards, variance)
  }
  const shares = sharesOf(hazards, lags)
  const spread = dailySpread(triangle, known, shares, settings, parent)
  const share = new Float64Array(lags)
  const cv = new Float64Array(lags)
  for (let l = 0; l < lags; l++) {
    const row = (l % CLASSES) * lags
    share[l] = shares[row + l]
    // Delta method on ln share, the sum of ln (1 − hazard) over the lags still to come.
    let unsure = 0
    for (let j = l + 1; j < lags; j++) unsure += variance[row + j] / (1 - hazards[row + j]) ** 2
    cv[l] = Math.sqrt(spread[l] + unsure)
  }
  return { share, cv, hazards, spread }
}

/** Known tickets of each day l days after it: running sums of the rows, as far as the night sees. */
function accumulate({ days, maxLag, counts }: Triangle): Float64Array {
  const lags = maxLag + 1
  const known = new Float64Array(days * lags)
  for (let i = 0; i < days; i++) {
    let sum = 0
    for (let l = 0; l < Math.min(lags, days - i); l++) {
      sum += counts[i * lags + l]
      known[i * lags + l] = sum
    }
  }
  return known
}

/** Weighted sums of one lag, per class. */
interface ArrivalSums {
  /** Tickets that came on the lag, and those that came until then. */
  came: Float64Array
  within: Float64Array
  /** Tickets that the weighted sum is worth, (Σ w n)² / Σ w² n. */
  information: Float64Array
  /** Variance of a day's arrivals over what independent tickets have, at least 1. */
  dispersion: number
}

function sumArrivals({ days, maxLag }: Triangle, known: Float64Array, l: number, halfLifeDays: number): ArrivalSums {
  const lags = maxLag + 1
  const came = new Float64Array(CLASSES)
  const within = new Float64Array(CLASSES)
  const squares = new Float64Array(CLASSES)
  const weightOf = (i: number): number => Math.pow(0.5, (days - 1 - i - l) / halfLifeDays)
  for (let i = 0; i + l < days; i++) {
    const c = (days - 1 - i) % CLASSES
    const weight = weightOf(i)
    came[c] += weight * (known[i * lags + l] - known[i * lags + l - 1])
    within[c] += weight * known[i * lags + l]
    squares[c] += weight * weight * known[i * lags + l]
  }
  let residual = 0
  let binomial = 0
  for (let i = 0; i + l < days; i++) {
    const c = (days - 1 - i) % CLASSES
    const hazard = came[c] / within[c]
    if (!(hazard > 0 && hazard < 1)) continue
    const all = known[i * lags + l]
    residual += weightOf(i) * (all - known[i * lags + l - 1] - hazard * all) ** 2
    binomial += weightOf(i) * all * hazard * (1 - hazard)
  }
  return {
    came, within, dispersion: binomial > 0 ? Math.max(1, residual / binomial) : 1,
    information: within.map((sum, c) => (squares[c] > 0 ? (sum * sum) / squares[c] : 0)),
  }
}

/** Beta prior at the parent's hazard of the same weekday and lag. */
function leanOnParent(
  { came, within }: ArrivalSums, parent: Float64Array, strength: number, l: number, lags: number, hazards: Float64Array, variance: Float64Array,
): void {
  for (let c = 0; c < CLASSES; c++) {
    const at = c * lags + l
    const information = Math.max(0, within[c]) + strength
    const hazard = bounded(information > 0 ? (came[c] + strength * parent[at]) / information : parent[at])
    hazards[at] = hazard
    variance[at] = information > 0 ? (hazard * (1 - hazard)) / information : 0
  }
}

/** Each weekday's own hazard, drawn to that of all days by how little the weekdays differ. */
function leanOnOtherWeekdays(
  { came, within, information, dispersion }: ArrivalSums, l: number, lags: number, hazards: Float64Array, variance: Float64Array,
): void {
  let allCame = 0
  let allWithin = 1 // one ticket without delay: where nothing was seen, nothing is late
  let total = 0
  let squares = 0
  let classes = 0
  for (let c = 0; c < CLASSES; c++) {
    allCame += came[c]
    allWithin += within[c]
    total += information[c]
    squares += information[c] * information[c]
    if (information[c] > 0) classes++
  }
  const common = bounded(allCame / allWithin)
  const scatter = dispersion * common * (1 - common)
  let heterogeneity = 0
  for (let c = 0; c < CLASSES; c++) {
    if (information[c] > 0) heterogeneity += information[c] * (came[c] / within[c] - common) ** 2
  }
  const between = Math.max(0, (heterogeneity - scatter * (classes - 1)) / (total - squares / total))
  for (let c = 0; c < CLASSES; c++) {
    const at = c * lags + l
    const own = between > 0 && information[c] > 0 ? between / (between + scatter / information[c]) : 0
    hazards[at] = bounded(own > 0 ? own * (came[c] / within[c]) + (1 - own) * common : common)
    const unsureOwn = own > 0 ? (own * own * scatter) / information[c] : 0
    variance[at] = unsureOwn + (total > 0 ? ((1 - own) * (1 - own) * scatter) / total : 0)
  }
}

function bounded(hazard: number): number {
  return Math.min(LARGEST_HAZARD, Math.max(0, hazard))
}

/** Share of a day's tickets that is known after l days: what none of the later lags brings. */
function sharesOf(hazards: Float64Array, lags: number): Float64Array {
  const shares = new Float64Array(hazards.length)
  for (let c = 0; c < CLASSES; c++) {
    let share = 1
    for (let l = lags - 1; l >= 0; l--) {
      shares[c * lags + l] = share
      share *= 1 - hazards[c * lags + l]
    }
  }
  return shares
}

/**
 * How much the share of one day differs from the next beyond chance: squares of (known − share · all) over the finished days,
 * less their binomial part, relative to (share · all)². A feed that now and then is a day late shows here.
 */
function dailySpread(
  { days, maxLag }: Triangle, known: Float64Array, shares: Float64Array, { halfLifeDays, parentTickets }: DelayOptions, parent?: DelayFit,
): Float64Array {
  const lags = maxLag + 1
  const spread = new Float64Array(lags)
  const belief = parent ? parentTickets * parentTickets : 0
  for (let l = 0; l < maxLag; l++) {
    let excess = parent ? belief * parent.spread[l] : 0
    let information = belief
    for (let i = 0; i < days - maxLag; i++) {
      const all = known[i * lags + maxLag]
      if (!(all > 0)) continue
      const weight = Math.pow(0.5, (days - 1 - maxLag - i) / halfLifeDays)
      const share = shares[((days - 1 - i) % CLASSES) * lags + l]
      const mean = share * all
      excess += weight * ((known[i * lags + l] - mean) ** 2 - mean * (1 - share))
      information += weight * mean * mean
    }
    spread[l] = information > 0 ? Math.max(0, excess / information) : 0
  }
  return spread
}
