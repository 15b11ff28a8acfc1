/**
 * The verdict on one series on one night, by its counts; who the callers are is looked at later, for candidates only.
 */
import type { Day } from '../core/days.ts'
import { fillDense, sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { ears } from '../models/detect/ears.ts'
import { predictiveSize } from '../models/detect/pooled.ts'
import { logPOfRecurrence } from '../models/detect/verdict.ts'
import type { Reason } from '../models/detect/verdict.ts'
import { windowSize } from '../models/detect/windows.ts'
import { logTail, quantile } from '../models/math/distributions.ts'
import type { SignalEvidence } from '../sql/signals.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { HORIZON_DAYS } from './city-profiles.ts'
import type { City, Profile } from './city-profiles.ts'
import type { Candidate } from './explain.ts'
import { windowLog10P } from './window-p.ts'

export const WINDOWS = [1, 3, 7, 14, 28, 56] as const
const LONGEST = WINDOWS.at(-1)!
/**
 * A series below the city's gets its own regression from this many callers a day on, before the longest window. In a
 * sparser one reweighting would take every day with a ticket for an outbreak.
 */
const OWN_FIT_MEAN = 0.3
const OWN_FIT_CALLERS = 100
/** Callers that the prior share of a series is worth. */
const PRIOR_CALLERS = 1
/** Scatter of small places beyond Poisson that shares do not explain: variance = mean + mean² / size. */
const SHARE_SIZE = 8
/** EARS C2 alone speaks where there is no baseline: at least this many days of data and callers on the day. */
const EARS_MIN_DAYS = 10
const EARS_MIN_CALLERS = 5
const EARS_BASELINE = 7
const EARS_LAG = 2

export interface TestOptions { tests: number, watchDays: number, alertDays: number, minCallers: number }

export interface SeriesJudgement {
  verdict: 'cannot tell' | 'normal' | 'candidate'
  reason: Reason
  candidate?: Candidate
  /** Expected callers a day of [from, until); NaN where there is no baseline. */
  dailyExpected(from: Day, until: Day): Float64Array
  dailySize: number
  isGap(day: Day): boolean
  /** What other detectors say of the day. */
  others: SignalEvidence['detectors']
  forecast(): SignalEvidence['forecast']
}

/** Expected callers of the windows and their scatter. */
interface Baseline { detector: string, expected: Float64Array, size: Float64Array, daily(from: Day, until: Day): Float64Array, dailySize: number }

export function judgeSeries(
  history: History, s: number, city: City, place: PlaceRow, topic: TopicRow, night: Day, options: TestOptions,
): SeriesJudgement {
  const none: SeriesJudgement = {
    verdict: 'normal', reason: '', isGap: city.isGap, others: [], dailySize: Infinity,
    dailyExpected: (from, until) => new Float64Array(until - from).fill(NaN), forecast: () => [],
  }
  if (city.isGap(night)) return { ...none, verdict: 'cannot tell', reason: 'gap' }
  // Its family is judged: only the new category itself has nothing to be compared with.
  if (city.isNewTopic(topic.id)) return { ...none, verdict: 'cannot tell', reason: 'no_history' }
  const recent = sumBetween(history, s, night + 1 - LONGEST, night + 1)
  const profile = city.profile(topic)
  if (typeof profile === 'string') {
    const alone = recent >= options.minCallers ? judgeByEars(history, s, city, night, options) : undefined
    return alone ? { ...none, ...alone } : { ...none, verdict: 'cannot tell', reason: profile }
  }
  if (recent < options.minCallers) return none
  const watchBelow = logPOfRecurrence(options.watchDays, options.tests) / Math.LN10
  const alertBelow = logPOfRecurrence(options.alertDays, options.tests) / Math.LN10
  const observed = WINDOWS.map((window) => sumBetween(history, s, night + 1 - window, night + 1))
  const stands = (baseline: Baseline): boolean => smallestLog10P(observed, baseline, options.minCallers) <= watchBelow
  let baseline = profile.series === s ? bySelf(profile, city, night)! : byShare(history, s, city, profile, place, night)
  if (!stands(baseline)) return none
  const past = sumBetween(history, s, city.first, night + 1 - LONGEST)
  if (profile.series !== s && past >= OWN_FIT_CALLERS && past >= OWN_FIT_MEAN * (night + 1 - LONGEST - city.first)) {
    const own = bySelf(city.fit(s), city, night)
    if (own) baseline = own
    if (!stands(baseline)) return none
  }
  return {
    verdict: 'candidate', reason: '', isGap: city.isGap, dailyExpected: baseline.daily, dailySize: baseline.dailySize,
    candidate: {
      place: place.id, topic: topic.id, detector: baseline.detector,
      expected: baseline.expected, size: baseline.size, watchBelow, alertBelow, tests: options.tests,
      city: ofCity(history, profile, night),
    },
    others: secondOpinion(history, s, city, night),
    forecast: () => forecast(baseline, night, recent),
  }
}

/** log10 of the smallest p of the windows. */
function smallestLog10P(observed: number[], baseline: Baseline, minCallers: number): number {
  let best = 0
  for (let i = 0; i < WINDOWS.length; i++) {
    if (observed[i]! < minCallers) continue
    best = Math.min(best, windowLog10P(observed[i]!, baseline.expected[i]!, baseline.size[i]!, WINDOWS.length))
  }
  return best
}

/**
 * Gamma-Poisson: the series' share of its city topic, from its history before the longest window and a prior worth
 * `PRIOR_CALLERS` at the share that its place has of the city (Clayton & Kaldor 1987).
 */
function byShare(history: History, s: number, city: City, profile: Profile, place: PlaceRow, night: Day): Baseline {
  const at = (day: Day): number => profile.cumulative[Math.max(0, day - profile.from)]!
  const past = cappedSum(history, s, city.first, night + 1 - LONGEST)
  const exposure = Math.max(0, at(night + 1 - LONGEST) - at(city.first))
  const shape = past + PRIOR_CALLERS
  const share = shape / (exposure + PRIOR_CALLERS / Math.min(1, city.share(place.id)))
  const expected = Float64Array.from(WINDOWS, (window) => share * (at(night + 1) - at(night + 1 - window)))
  const size = predictiveSize(shape, SHARE_SIZE)
  return {
    detector: 'share_of_city', expected, size: new Float64Array(WINDOWS.length).fill(size), dailySize: size,
    daily: (from, until) => slice(profile, from, until).map((mean) => mean * share),
  }
}

/** The city's own counts of the topic that the series leans on. */
function ofCity(history: History, profile: Profile, night: Day): Candidate['city'] {
  const at = (day: Day): number => profile.cumulative[Math.max(0, day - profile.from)]!
  return {
    topic: history.topic[profile.series]!,
    observed: Float64Array.from(WINDOWS, (window) => sumBetween(history, profile.series, night + 1 - window, night + 1)),
    expected: Float64Array.from(WINDOWS, (window) => at(night + 1) - at(night + 1 - window)),
  }
}

/** Callers of [from, until), where no day counts more than three, or three times the mean: past bursts are not usual. */
function cappedSum(history: History, s: number, from: Day, until: Day): number {
  const cap = Math.max(3, (3 * sumBetween(history, s, from, until)) / Math.max(1, until - from))
  let sum = 0
  for (let i = history.starts[s]!; i < history.starts[s + 1]!; i++) {
    if (history.day[i]! >= from && history.day[i]! < until) sum += Math.min(cap, history.callers[i]!)
  }
  return sum
}

function bySelf(fit: ReturnType<City['fit']>, city: City, night: Day): Baseline | undefined {
  if (typeof fit === 'string') return undefined
  const expected = new Float64Array(WINDOWS.length)
  const size = new Float64Array(WINDOWS.length)
  WINDOWS.forEach((window, i) => {
    let mean = 0
    let squares = 0
    for (let day = Math.max(city.first, night + 1 - window); day <= night; day++) {
      const mu = city.isGap(day) ? 0 : fit.expected[day - fit.from]!
      mean += mu
      squares += mu * mu
    }
    expected[i] = mean
    size[i] = windowSize(mean, squares, fit.size, fit.cv)
  })
  return { detector: 'negbin_regression', expected, size, dailySize: fit.size, daily: (from, until) => slice(fit, from, until) }
}

function slice(fit: { from: Day, expected: Float64Array }, from: Day, until: Day): Float64Array {
  return Float64Array.from({ length: until - from }, (_, i) => fit.expected[from + i - fit.from] ?? NaN)
}

/** EARS C2 of the day, beside the verdict. */
function secondOpinion(history: History, s: number, city: City, night: Day): SignalEvidence['detectors'] {
  const row = lastDays(history, s, city, night)
  if (!row) return []
  const { expected, upper } = ears(row, { baseline: EARS_BASELINE, lag: EARS_LAG })
  const i = row.length - 1
  if (Number.isNaN(upper[i]!)) return []
  return [{
    name: 'ears_c2', window_days: 1, observed: row[i]!, expected: expected[i]!, upper: Math.round(upper[i]! * 1e4) / 1e4, log10_p: 0,
    verdict: row[i]! > upper[i]! ? 'alert' : 'normal',
  }]
}

function lastDays(history: History, s: number, city: City, night: Day): Float64Array | undefined {
  const n = Math.min(30, night + 1 - city.first)
  if (n < EARS_MIN_DAYS) return undefined
  const row = new Float64Array(n)
  fillDense(history, s, night + 1 - n, row)
  return row
}

/** Without a baseline the last nine days are all there is; the mean and variance of seven of them make the tail. */
function judgeByEars(history: History, s: number, city: City, night: Day, options: TestOptions): Partial<SeriesJudgement> | undefined {
  const row = lastDays(history, s, city, night)
  if (!row) return undefined
  const today = row.at(-1)!
  let mean = 0
  for (let i = row.length - 1 - EARS_LAG - EARS_BASELINE; i < row.length - 1 - EARS_LAG; i++) mean += row[i]! / EARS_BASELINE
  let variance = 0
  for (let i = row.length - 1 - EARS_LAG - EARS_BASELINE; i < row.length - 1 - EARS_LAG; i++) variance += (row[i]! - mean) ** 2 / (EARS_BASELINE - 1)
  const level = Math.max(mean, 1 / EARS_BASELINE)
  // Seven days tell the variance badly: never believe less than a size of 2.
  const size = Math.min(2, variance > level ? level ** 2 / (variance - level) : 2)
  const watchBelow = logPOfRecurrence(options.watchDays, options.tests) / Math.LN10
  const alertBelow = logPOfRecurrence(options.alertDays, options.tests) / Math.LN10
  const log10P = logTail(today, level, size) / Math.LN10
  if (today < EARS_MIN_CALLERS || log10P > watchBelow) return { verdict: 'normal', reason: '' }
  return {
    verdict: 'candidate',
    candidate: {
      place: history.place[s]!, topic: history.topic[s]!, detector: 'ears_c2',
      expected: Float64Array.from(WINDOWS, (window) => level * window), size: new Float64Array(WINDOWS.length).fill(size),
      watchBelow, alertBelow, tests: options.tests,
      // Nothing is known of the city either: compare with nothing.
      city: { topic: history.topic[s]!, observed: new Float64Array(WINDOWS.length), expected: new Float64Array(WINDOWS.length) },
    },
    dailySize: size,
    dailyExpected: (from, until) => new Float64Array(until - from).fill(level),
    others: [],
  }
}

/** Usual callers of the coming days, and the chance of as many as the last weeks brought. */
function forecast(baseline: Baseline, night: Day, recent: number): SignalEvidence['forecast'] {
  return [7, 14, HORIZON_DAYS].map((horizon) => {
    const mean = baseline.daily(night + 1, night + 1 + horizon).reduce((sum, mu) => sum + (Number.isNaN(mu) ? 0 : mu), 0)
    const size = baseline.size[WINDOWS.indexOf(horizon as 7)]!
    const same = Math.ceil((recent * horizon) / LONGEST)
    return {
      horizon, mean: Math.round(mean * 1e4) / 1e4, q10: quantile(0.1, mean, size), q90: quantile(0.9, mean, size),
      surge: Math.round(Math.exp(logTail(Math.max(1, same), mean, size)) * 1e4) / 1e4,
    }
  })
}
