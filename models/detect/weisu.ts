/**
 * Weisu's own detector of one series: what is expected (expected.ts), the evidence that there is more (evidence.ts), and how
 * often chance alone gives as much (calibration.ts). docs/methods/weisu-detector.md
 */
import { logPOfOdds } from './calibration.ts'
import { EvidenceFilter, HUGE_RISES, SHARP_RISES, SLOW_RISES } from './evidence.ts'
import type { Rise } from './evidence.ts'
import { ExpectedModel } from './expected.ts'
import type { ExpectedOptions } from './expected.ts'
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
}

/** What a period is decides these numbers, never the series. */
export const WEISU_SETTINGS: Readonly<Record<SeriesInput['period'], WeisuSettings>> = {
  day: {
    expected: { guard: 28, minPeriods: 28, halfLifeYears: 10 },
    refit: 28, lookback: 56, rises: [...SHARP_RISES, ...HUGE_RISES, ...SLOW_RISES], onset: 5e-4,
  },
  week: {
    expected: { guard: 26, minPeriods: 26, halfLifeYears: 10, outlierThreshold: 2 },
    refit: 4, lookback: 8, rises: SHARP_RISES, onset: 2e-6,
  },
}

export const WEISU_METHOD: Method = {
  name: 'weisu',
  about: 'Weisu: quasi-Poisson regression with ridge, odds of a rise of any height and length',
  scored: true,
  judge: (input) => judgeWeisu(input),
}

/**
 * Statistic: logarithm of the odds that a rise is on, relative to those that one begins; window: how long it has been on if it
 * is. Fits lie on a fixed grid of periods, so that a verdict hangs on nothing but its past.
 */
export function judgeWeisu(input: SeriesInput, settings: WeisuSettings = WEISU_SETTINGS[input.period]): Judgements {
  const { counts, from, until } = input
  const out = createJudgements(until - from)
  const model = new ExpectedModel(input, settings.expected)
  const filter = new EvidenceFilter(settings.rises, settings.onset)
  let reason = model.fit(from - (from % settings.refit))
  for (let i = Math.max(0, from - settings.lookback); i < until; i++) {
    if (i > from && (reason !== '' || i % settings.refit === 0)) reason = model.fit(i)
    const row = i - from
    if (reason !== '' || Number.isNaN(counts[i])) {
      if (row >= 0) withoutVerdict(out, row, reason || 'gap')
      if (reason !== '') continue
    }
    const { mean, dispersion, cv, closed } = model.predict(i)
    // A closed day on which nobody came tells nothing and changes nothing.
    const told = counts[i] !== 0 || !closed
    const log = told ? filter.step(counts[i], mean, dispersion, cv) : 0
    if (row < 0 || out.reason[row] !== 0) continue
    out.expected[row] = mean
    out.statistic[row] = log
    out.logP[row] = told ? logPOfOdds(log, filter.mean, filter.dispersion, cv, input.period) : 0
    out.window[row] = told ? Math.round(filter.age) : 1
  }
  return out
}
