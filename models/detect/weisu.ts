/**
 * Weisu's own detector of one series: what is expected (expected.ts), the evidence that there is more (evidence.ts), and how
 * often chance alone gives as much (calibration.ts). docs/methods/weisu-detector.md
 */
import { logPOfOdds } from './calibration.ts'
import { EvidenceFilter, HUGE_RISES, SHARP_RISES, SLOW_RISES, WEEKLY_RISES } from './evidence.ts'
import type { Rise } from './evidence.ts'
import { ExpectedModel } from './expected.ts'
import type { ExpectedOptions } from './expected.ts'
import { normalQuantile } from '../math/normal.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, Method, SeriesInput } from './method.ts'

export interface WeisuSettings {
  expected: Partial<ExpectedOptions>
  /** Periods between two fits. */
  refit: number
  /** Periods before the first judged with which the evidence begins. */
  lookback: number
  rises: readonly Rise[]
  /** Of EvidenceFilter. */
  onset: number
  /** By how much the log odds at which an alarm ends lie below those at which it begins: one weaker week does not break an episode in two. */
  exit: number
  /** Periods between two alarms by chance. */
  alarmPeriods: number
  /**
   * By how much p is raised where few are expected: a course that is learnt from them misses in more ways (weekdays, holidays, scatter) than the
   * calibration's series do. From about one a period on there is enough to learn from, and the factor is 1.
   */
  learnt: number
}

/** What a period is decides these numbers, never the series. */
export const WEISU_SETTINGS: Readonly<Record<SeriesInput['period'], WeisuSettings>> = {
  day: {
    expected: { guard: 28, minPeriods: 28, halfLifeYears: 10 },
    refit: 28, lookback: 56, rises: [...SHARP_RISES, ...HUGE_RISES, ...SLOW_RISES], onset: 5e-4, exit: 0, alarmPeriods: 120, learnt: 1.05,
  },
  week: {
    expected: { guard: 13, minPeriods: 26, halfLifeYears: 10, outlierThreshold: 1.4, yearWorth: 1000 },
    refit: 4, lookback: 8, rises: WEEKLY_RISES, onset: 2e-6, exit: 0.5, alarmPeriods: 100, learnt: 1,
  },
}

/** Weight of the period before in the share of periods that are not closed, of late. */
const FADE = 0.95

export const WEISU_METHOD: Method = {
  name: 'weisu',
  about: 'Weisu: quasi-Poisson regression with ridge, odds of a rise of any height and length, calibrated to recurrence',
  scored: true,
  judge: (input) => judgeWeisu(input),
}

/**
 * Statistic: logarithm of the odds that a rise is on, relative to those of a rise nobody has seen anything of, held up by `exit`; window: for
 * how long it has been on if it is; p: of tonight's odds, which nothing holds up; upper: about the count that would be an alarm by itself. Fits lie on a fixed grid of periods, so that
 * a verdict hangs on nothing but its past.
 */
export function judgeWeisu(input: SeriesInput, settings: WeisuSettings = WEISU_SETTINGS[input.period]): Judgements {
  const { counts, period, from, until } = input
  const { refit, lookback, exit, alarmPeriods, learnt } = settings
  const out = createJudgements(until - from)
  const model = new ExpectedModel(input, settings.expected)
  const filter = new EvidenceFilter(settings.rises, settings.onset)
  const deviations = normalQuantile(1 - 1 / alarmPeriods)
  let open = 0
  let all = 0
  let held = -Infinity
  let reason = model.fit(from - (from % refit))
  for (let i = Math.max(0, from - lookback); i < until; i++) {
    if (i > from && (reason !== '' || i % refit === 0)) reason = model.fit(i)
    const row = i - from
    if (row >= 0 && (reason !== '' || Number.isNaN(counts[i]))) withoutVerdict(out, row, reason || 'gap')
    if (reason !== '') continue
    const { mean, dispersion, cv, closed } = model.predict(i)
    // A closed day on which nobody came tells nothing and changes nothing.
    const told = counts[i] !== 0 || !closed
    const logOdds = told ? filter.step(counts[i], mean, dispersion, cv) : 0
    // Above any threshold from when the odds first are until they are by `exit` below it.
    held = Math.max(logOdds, Math.min(held, logOdds + exit))
    open = FADE * open + (closed ? 0 : 1)
    all = FADE * all + 1
    if (row < 0) continue
    out.expected[row] = mean
    if (out.reason[row] !== 0) continue
    // Recurrence is in calendar time: where two days of seven are closed, the others may have seven fifths of the alarms.
    const share = (learntWhere(learnt, filter.mean) * Math.max(open, 1)) / all
    const logP = told ? Math.min(0, logPOfOdds(logOdds, filter.mean, filter.dispersion, cv, period) + Math.log(share)) : 0
    out.statistic[row] = held
    out.logP[row] = logP
    out.alarm[row] = logP <= -Math.log(alarmPeriods) ? 1 : 0
    out.upper[row] = upperBound(mean, dispersion + cv * cv * mean, deviations)
    out.window[row] = told ? Math.round(filter.age) : 1
  }
  return out
}

/** `learnt` where few a period are expected, 1 where many are; between a half and two a period it goes from one to the other. */
function learntWhere(learnt: number, mean: number): number {
  return 1 + (learnt - 1) / (1 + mean ** 6)
}

/** Farrington's (1996) bound of one count: so many standard deviations up after a 2/3 power. */
function upperBound(mean: number, dispersion: number, deviations: number): number {
  return mean * Math.pow(1 + (2 / 3) * deviations * Math.sqrt(dispersion / mean), 1.5)
}
