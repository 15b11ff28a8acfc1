/**
 * A signal as the store keeps it, with the numbers that explain it: what was expected and why, which windows, which
 * neighbours, what other detectors say, what to expect next.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { fillDense, sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { ears } from '../models/detect/ears.ts'
import { logTail, quantile, tailQuantile } from '../models/math/distributions.ts'
import type { SignalEvidence, SignalRow } from '../sql/signals.ts'
import { HORIZON_DAYS, LOOKBACK_DAYS } from './city-profiles.ts'
import type { City } from './city-profiles.ts'
import { expectedInLast, sizeOf, sizeOfLast } from './course.ts'
import type { Signal } from './explain.ts'
import type { TreeBaseline } from './tree-baseline.ts'

/** Days of the chart. */
const CHART_DAYS = 90
const WINDOWS = [1, 3, 7, 14, 28, LOOKBACK_DAYS] as const
const FORECAST_DAYS = [7, 14, HORIZON_DAYS] as const

export function describeSignal(signal: Signal, history: History, baseline: TreeBaseline, city: City, night: Day): SignalRow {
  const [centre, ...neighbours] = signal.places
  const { course, watchBelow } = signal.candidate
  const from = Math.max(history.from, night + 1 - CHART_DAYS)
  const observed = sumOverPlaces(history, signal, from, night + 1)
  const daily = course.daily(from, night + 1)
  const dispersion = course.dispersion.at(-1)!
  const own = {
    name: signal.detector, window_days: signal.window, observed: signal.callers, expected: round(signal.expected),
    upper: signal.upper, log10_p: round(signal.log10P), verdict: signal.verdict,
  }
  return {
    placeId: centre!, topicId: signal.topic, detector: signal.detector, verdict: signal.verdict, windowDays: signal.window,
    observed: signal.callers, expected: round(signal.expected), upper: signal.upper, log10P: round(signal.log10P),
    recurrenceDays: round(signal.recurrenceDays, 1), callers: signal.callers,
    evidence: {
      score: round(signal.score), surroundingRatio: round(signal.surroundingRatio), logOdds: round(signal.logOdds), neighbours,
      baseline: describeBaseline(signal, history, baseline, city, night),
      windows: WINDOWS.map((days) => ({
        days, callers: sumOfLast(signal.counts, days), expected: round(expectedInLast(course.expected, days)), usual: round(expectedInLast(signal.usual, days)),
      })),
      detectors: [own, ...earsOpinion(observed.subarray(-30), city, night)],
      series: {
        from: formatDay(from),
        observed: Array.from(observed, (n, i) => (city.isGap(from + i) ? null : n)),
        expected: Array.from(daily, (mean) => (Number.isNaN(mean) ? null : round(mean))),
        upper: Array.from(daily, (mean) => (Number.isNaN(mean) ? null : tailQuantile(watchBelow, mean, sizeOf(mean, mean * dispersion + (course.cv * mean) ** 2)))),
      },
      forecast: describeForecast(signal, night),
    },
  }
}

function describeBaseline(signal: Signal, history: History, baseline: TreeBaseline, city: City, night: Day): SignalEvidence['baseline'] {
  const series = signal.places.map((place) => history.find(place, signal.topic)).filter((s) => s >= 0)
  const until = city.pastUntil
  const sum = (of: (s: number) => number): number => series.reduce((total, s) => total + of(s), 0)
  const hasPast = signal.detector !== 'ears_c2'
  const profile = signal.candidate.course
  return {
    days: Math.max(0, until - city.first), callers: sum((s) => sumBetween(history, s, city.first, until)),
    prior: hasPast ? round(sum((s) => baseline.prior[s]!)) : null, expected: hasPast ? round(sum((s) => baseline.expected[s]!)) : null,
    cv: round(profile.cv), dispersion: round(profile.dispersion.at(-1)!),
    complete: round(profile.expected.at(-1)! / profile.daily(night, night + 1)[0]!),
  }
}

/** EARS C2 of the day, beside the verdict. */
function earsOpinion(days: Float64Array, city: City, night: Day): SignalEvidence['detectors'] {
  if (night + 1 - city.first < days.length) return []
  const { expected, upper } = ears(days)
  const i = days.length - 1
  if (!(upper[i]! >= 0)) return []
  return [{
    name: 'ears_c2', window_days: 1, observed: days[i]!, expected: round(expected[i]!), upper: round(upper[i]!), log10_p: 0,
    verdict: days[i]! > upper[i]! ? 'alert' : 'normal',
  }]
}

/** Usual callers of the coming days, and the chance of as many as the last weeks brought. */
function describeForecast(signal: Signal, night: Day): SignalEvidence['forecast'] {
  const { course } = signal.candidate
  const recent = sumOfLast(signal.counts, LOOKBACK_DAYS)
  return FORECAST_DAYS.map((horizon) => {
    const mean = course.daily(night + 1, night + 1 + horizon).reduce((sum, mu) => sum + (Number.isNaN(mu) ? 0 : mu), 0)
    const size = sizeOfLast(course, horizon)
    const same = Math.max(1, Math.ceil((recent * horizon) / LOOKBACK_DAYS))
    return { horizon, mean: round(mean), q10: quantile(0.1, mean, size), q90: quantile(0.9, mean, size), surge: round(Math.exp(logTail(same, mean, size))) }
  })
}

function sumOverPlaces(history: History, { places, topic }: Signal, from: Day, until: Day): Float64Array {
  const total = new Float64Array(until - from)
  const row = new Float64Array(until - from)
  for (const place of places) {
    const s = history.find(place, topic)
    if (s < 0) continue
    fillDense(history, s, from, row)
    for (let i = 0; i < total.length; i++) total[i]! += row[i]!
  }
  return total
}

function sumOfLast(counts: Float64Array, days: number): number {
  return counts.subarray(-days).reduce((sum, n) => sum + n, 0)
}

/** Rounded, so that reruns are byte-equal whatever the last digits do. */
export function round(value: number, digits = 4): number {
  const factor = 10 ** digits
  return Math.round(value * factor) / factor
}
