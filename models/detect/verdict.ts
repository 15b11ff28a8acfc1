/**
 * What a detector says of a night's series: one shape for all of them, so that fusing and storing know one thing only.
 * Recurrence intervals: Kleinman, Lazarus, Platt (2004), Am J Epidemiol 159:217-224.
 */

/** In order of strength; Verdicts.verdict holds an index into this. */
export const VERDICTS = ['cannot tell', 'normal', 'watch', 'alert'] as const
export type Verdict = (typeof VERDICTS)[number]
export const CANNOT_TELL = 0
export const NORMAL = 1
export const WATCH = 2
export const ALERT = 3

/** Why a series could not be judged; Verdicts.reason holds an index into this, 0 where it could be. */
export const REASONS = ['', 'no_history', 'too_short', 'too_sparse', 'gap', 'no_convergence', 'calendar_unknown'] as const
export type Reason = (typeof REASONS)[number]

/** Row i speaks of series i. Where the verdict is 'cannot tell' the numbers that were not found are NaN. */
export interface Verdicts {
  readonly length: number
  verdict: Uint8Array
  reason: Uint8Array
  /** Tickets in the window that decided. */
  observed: Float64Array
  /** Tickets expected in that window. */
  expected: Float64Array
  /** Smallest count of that window that would have been an alert. */
  upper: Float64Array
  /** The detector's own score: z of EARS, z-like deviance root of windows. */
  statistic: Float64Array
  /** Decimal logarithm of the series' p of this night, all its windows considered; 0 says no excess. */
  log10P: Float64Array
  /** Days between two such nights by chance, among all series tested together. */
  recurrenceDays: Float64Array
  /** Days in the window that decided, up to and with the night; 0 for none. */
  windowDays: Uint16Array
}

export interface JudgeOptions {
  /** Independent series tested on a night: the recurrence interval speaks of all of them. */
  tests: number
  /** Recurrence interval in days from which on a series is to be watched. */
  watchDays: number
  /** The same for an alert. */
  alertDays: number
}

/** Once a month for all series together is worth a look, once a year an alert: ARCHITECTURE §3, step 4. */
export const JUDGE_DEFAULTS: Readonly<JudgeOptions> = { tests: 1, watchDays: 30, alertDays: 365 }
export const JUDGE_RANGES = { tests: [1, 1e9], watchDays: [1, 1e12], alertDays: [1, 1e12] } as const

/** n rows of 'cannot tell' without a reason, all numbers NaN, for a detector to fill. */
export function createVerdicts(n: number): Verdicts {
  const numbers = (): Float64Array => new Float64Array(n).fill(NaN)
  return {
    length: n,
    verdict: new Uint8Array(n),
    reason: new Uint8Array(n),
    observed: numbers(),
    expected: numbers(),
    upper: numbers(),
    statistic: numbers(),
    log10P: numbers(),
    recurrenceDays: numbers(),
    windowDays: new Uint16Array(n),
  }
}

/** Index of a reason, for Verdicts.reason. */
export function reasonIndex(reason: Reason): number {
  return REASONS.indexOf(reason)
}

/** Row i cannot be judged; its p and recurrence become NaN, what was observed and expected stays. */
export function cannotTell(out: Verdicts, i: number, reason: Reason): void {
  out.verdict[i] = CANNOT_TELL
  out.reason[i] = reasonIndex(reason)
  out.upper[i] = NaN
  out.statistic[i] = NaN
  out.log10P[i] = NaN
  out.recurrenceDays[i] = NaN
  out.windowDays[i] = 0
}

/** Verdict index of a recurrence interval; NaN cannot tell. */
export function judge(recurrenceDays: number, watchDays: number, alertDays: number): number {
  if (Number.isNaN(recurrenceDays)) return CANNOT_TELL
  if (recurrenceDays >= alertDays) return ALERT
  return recurrenceDays >= watchDays ? WATCH : NORMAL
}

/**
 * Nights between two results as rare as p by chance, one night a day, `tests` independent tests a night: 1 / (1 − (1 − p)^tests).
 *
 * @param logP natural logarithm of p; below what a double holds the answer is 1e300
 */
export function recurrenceDays(logP: number, tests = 1): number {
  return Math.min(1e300, Math.exp(-logAnyOf(logP, tests)))
}

/** ln p of one test that has this recurrence interval among `tests` of them; the inverse of recurrenceDays. */
export function logPOfRecurrence(days: number, tests = 1): number {
  if (!(days > 1)) return 0
  return Math.log(-Math.expm1(Math.log1p(-1 / days) / tests))
}

/** ln of 1 − (1 − p)^tests: that at least one of the independent tests comes out as rare as p (Šidák 1967). */
export function logAnyOf(logP: number, tests: number): number {
  if (!(logP < 0)) return logP
  if (logP + Math.log(tests) < -30) return logP + Math.log(tests) // the curvature is below 1e-13 of it
  return Math.log(-Math.expm1(tests * Math.log1p(-Math.exp(logP))))
}
