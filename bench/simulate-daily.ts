/**
 * Daily series of the design of the daily benchmark, with seeds of one's own. Sixteen syndromic signals, some without weekend
 * work: Noufaily et al. (2019), Euro Surveill 24(5):1700648, in two readings of its rule for the size of an outbreak.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Rng } from '../core/rng.ts'

/** 'own': sizes in standard deviations of the series itself; 'authors': of the parameters and the scale in their scripts. */
export type SizeRule = 'own' | 'authors'

/** ln mean on day t = alpha + beta·t + Σ (g1 cos + g2 sin) of the year + Σ (g3 cos + g4 sin) of the week; variance phi · mean. */
interface Curve { k: number, k2: number, alpha: number, beta: number, g1: number, g2: number, g3: number, g4: number, phi: number, shift: number }

export interface DailySignal {
  /** Days of work a week: 5 or 7. Curves count these days only. */
  days: number
  curve: Curve
  /** The curve that sizes outbreaks by the authors' rule. */
  sizeCurve: Curve
  /** Counts are divided by it, which leaves them less scattered than Poisson. */
  scale: number
  /** A yearly peak of so many standard deviations of `curve`, beginning between these days of the year; size 0 for none. */
  peak: { size: number, from: number, until: number, curve: Curve }
}

export interface DailyCalendar { weekdays: Uint8Array, holidays: Uint8Array }

export const DAYS = 2548
export const YEAR_DAYS = 364
/** Index of the first of the 343 days that are judged. */
export const FIRST_JUDGED_DAY = 2205
/** Sizes of an outbreak in standard deviations of a week's days. */
export const DAILY_STRENGTHS = [2, 3, 5, 10]
/** Outbreak cases are binned by this share of the lognormal's unit into days; the yearly peak by the finer one. */
const OUTBREAK_BIN = 0.25
const PEAK_BIN = 0.02
/** The published script sizes the peaks of the last signal that has some by the five-day curve of this one. */
const PEAK_CURVE_OF = { signal: 15, lender: 6 }
const FIVE_DAYS = 5

export interface DailySeries {
  counts: Float64Array
  /** The same without the outbreak to be found. */
  clean: Float64Array
  outbreak: Float64Array
  first: number
  last: number
}

/** @param path daily_signals.csv of the benchmark */
export function readDailySignals(path: string): DailySignal[] {
  const rows = parse(readFileSync(path), { columns: true, cast: true }) as Record<string, number>[]
  const lender = readCurve(rows[PEAK_CURVE_OF.lender - 1]!, '')
  return rows.map((row) => ({
    days: row.days!, scale: row.scale!, curve: readCurve(row, ''), sizeCurve: readCurve(row, 'o_'),
    peak: { size: row.seas_peak!, from: row.seas_from!, until: row.seas_to!, curve: row.signal === PEAK_CURVE_OF.signal ? lender : readCurve(row, '') },
  }))
}

/** @param path daily_calendar.csv of the benchmark */
export function readDailyCalendar(path: string): DailyCalendar {
  const rows = parse(readFileSync(path), { columns: true, cast: true }) as Record<string, number>[]
  return { weekdays: Uint8Array.from(rows, (row) => row.dow!), holidays: Uint8Array.from(rows, (row) => row.holiday!) }
}

export function simulateDaily(signal: DailySignal, calendar: DailyCalendar, strength: number, rule: SizeRule, random: Rng): DailySeries {
  const { days, scale, curve } = signal
  const n = (DAYS / 7) * days
  const mean = curveMeans(curve, days, n)
  const clean = mean.map((mu) => (curve.phi > 1 ? random.negativeBinomial(mu, mu / (curve.phi - 1)) : random.poisson(mu)) / scale)
  const { peak } = signal
  if (peak.size > 0) {
    const peakMean = curveMeans(peak.curve, FIVE_DAYS, n)
    for (let year = 0; year < n; year += 52 * days) {
      const start = year + peak.from - 1 + random.below(peak.until - peak.from + 1)
      spread(clean, start, random.poisson(Math.sqrt(peak.curve.phi * peakMean[start]) * peak.size), PEAK_BIN, FIVE_DAYS, random)
    }
  }
  const sizes = rule === 'own' ? mean.map((mu) => Math.sqrt(curve.phi * mu) / scale) : curveMeans(signal.sizeCurve, days, n).map((mu) => Math.sqrt(signal.sizeCurve.phi * mu))
  const outbreak = new Float64Array(n)
  const start = n - 49 * days + random.below(49 * days)
  let cases = 0
  while (cases < 2) cases = random.poisson(sizes[start] * days * strength)
  spread(outbreak, start, cases, OUTBREAK_BIN, days, random)
  return finish(clean, outbreak, calendar, days)
}

/** Holidays, weekends without work, whole counts. Outbreak cases share the fate of the day they fall on. */
function finish(clean: Float64Array, outbreak: Float64Array, { holidays }: DailyCalendar, days: number): DailySeries {
  const result: DailySeries = { counts: new Float64Array(DAYS), clean: new Float64Array(DAYS), outbreak: new Float64Array(DAYS), first: -1, last: -1 }
  let carried = 1
  for (let day = 0, i = 0; day < DAYS; day++) {
    if (day % 7 >= days) continue
    const holiday = holidays[day] === 1
    const factor = days === 5 ? (holiday ? 0 : carried) : holiday ? 2 : 1
    carried = days === 5 && holiday ? 1.5 : 1
    result.clean[day] = Math.round(factor * clean[i])
    result.outbreak[day] = Math.round(outbreak[i])
    result.counts[day] = Math.round(factor * (clean[i] + outbreak[i]))
    if (result.outbreak[day] > 0) {
      if (result.first < 0) result.first = day
      result.last = day
    }
    i++
  }
  return result
}

/** Adds cases at lognormal(0, ½) delays in days of `bin` units, more of them on the days on which people call. */
function spread(counts: Float64Array, start: number, cases: number, bin: number, days: number, random: Rng): void {
  for (let c = 0; c < cases; c++) {
    const day = start + Math.floor(Math.exp(0.5 * random.normal()) / bin)
    if (day < counts.length) counts[day] += weekdayWeight(day, days)
  }
}

function weekdayWeight(day: number, days: number): number {
  const position = (day + 1) % days
  if (days === 7) return position === 0 || position === 6 ? 2 : 1
  return position === 1 ? 1.5 : position === 0 || position === 2 ? 1.1 : 1
}

function curveMeans({ k, k2, alpha, beta, g1, g2, g3, g4, shift }: Curve, days: number, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const t = i + 1 + shift
    let eta = alpha + beta * t
    for (let j = 1; j <= k; j++) eta += g1 * Math.cos((2 * Math.PI * j * t) / (52 * days)) + g2 * Math.sin((2 * Math.PI * j * t) / (52 * days))
    for (let j = 1; j <= k2; j++) eta += g3 * Math.cos((2 * Math.PI * j * t) / days) + g4 * Math.sin((2 * Math.PI * j * t) / days)
    return Math.exp(eta)
  })
}

function readCurve(row: Record<string, number>, prefix: string): Curve {
  const value = (name: string): number => row[prefix + name]!
  return {
    k: value('k'), k2: value('k2'), alpha: value('alpha'), beta: value('beta'), g1: value('g1'), g2: value('g2'), g3: value('g3'), g4: value('g4'),
    phi: value('phi'), shift: value('shift'),
  }
}
