/**
 * Farrington's methods under the names of the benchmark: one-sided 1 %, five years back, half window 3; `_limit54`: no alarm under
 * 5 cases in 4 weeks. docs/methods/farrington.md
 */
import { farringtonFlexible } from './farrington-flexible.ts'
import type { FarringtonBounds, FarringtonFlexibleOptions } from './farrington-flexible.ts'
import { farrington } from './farrington.ts'
import type { FarringtonSeries } from './farrington-weeks.ts'
import { createJudgements } from './method.ts'
import type { Judgements, Method } from './method.ts'

type Bound = (series: FarringtonSeries, from: number, until: number) => FarringtonBounds
type Limit54 = FarringtonFlexibleOptions['limit54']

const OFF: Limit54 = [0, 4]
const ON: Limit54 = [5, 4]

const original = (limit54: Limit54): Bound => (series, from, until) => farrington(series, from, until, { alpha: 0.01, limit54 })
const flexible = (options: Partial<FarringtonFlexibleOptions>) => (limit54: Limit54): Bound =>
  (series, from, until) => farringtonFlexible(series, from, until, { ...options, limit54 })

const fault = { standardError: 'surveillance-1.20' } as const

/**
 * ff_* and ffx_* are one method, run by the package and by its vectorised equivalent: with the package's standard error, and
 * as _fixedSE with the right one. nbPlugin uses none.
 */
const WEEKLY: readonly [names: readonly string[], about: string, bound: (limit54: Limit54) => Bound][] = [
  [['farrington'], 'Farrington 1996', original],
  [['ff_delta', 'ffx_delta'], "Farrington flexible, delta bound, R surveillance's standard error", flexible({ thresholdMethod: 'delta', ...fault })],
  [['ff_muan', 'ffx_muan'], "Farrington flexible, muan bound, R surveillance's standard error", flexible({ thresholdMethod: 'muan', ...fault })],
  [['ff_nbPlugin', 'ffx_nbPlugin'], 'Farrington flexible, nbPlugin bound (Noufaily 2013)', flexible({ thresholdMethod: 'nbPlugin' })],
  [['ffx_delta_fixedSE'], 'Farrington flexible, delta bound', flexible({ thresholdMethod: 'delta' })],
  [['ffx_muan_fixedSE'], 'Farrington flexible, muan bound', flexible({ thresholdMethod: 'muan' })],
]

export const FARRINGTON_METHODS: readonly Method[] = [
  ...WEEKLY.flatMap(([names, about, bound]) => names.flatMap((name) => [
    method(name, about, bound(OFF)),
    method(`${name}_limit54`, `${about}; no alarm under 5 cases in 4 weeks`, bound(ON)),
  ])),
  rolling('farrington_week', 'Farrington 1996 on the sums of the last 7 days', original(OFF)),
  rolling('ff_week_nbPlugin', 'Farrington flexible, nbPlugin bound, on the sums of the last 7 days', flexible({ thresholdMethod: 'nbPlugin' })(OFF)),
]

function method(name: string, about: string, bound: Bound): Method {
  return {
    name, about, scored: true,
    judge: ({ counts, periodsPerYear, from, until }) => {
      const out = createJudgements(until - from)
      copy(bound({ counts, periodsPerYear }, from, until), out, 0, 1)
      return out
    },
  }
}

const DAYS = 7

/** Judges each day by the week that ends with it, against the weeks that end 7, 14, … days before. */
function rolling(name: string, about: string, bound: Bound): Method {
  return {
    name, about, scored: true,
    judge: ({ counts, periodsPerYear, from, until }) => {
      const out = createJudgements(until - from)
      out.window.fill(DAYS)
      for (let phase = 0; phase < DAYS && from + phase < until; phase++) {
        const weeks = sumWeeks(counts, from + phase, until)
        const judged = Math.ceil((until - from - phase) / DAYS)
        copy(bound({ counts: weeks, periodsPerYear: periodsPerYear / DAYS }, weeks.length - judged, weeks.length), out, phase, DAYS)
      }
      return out
    },
  }
}

/** Sums of 7 days, oldest first, one of them ending with `day` and none after `until`; a day that is a gap makes its week one. */
function sumWeeks(counts: Float64Array, day: number, until: number): Float64Array {
  const last = day + DAYS * Math.floor((until - 1 - day) / DAYS)
  const weeks = new Float64Array(Math.floor((last + 1) / DAYS))
  const first = last + 1 - DAYS * weeks.length
  for (let w = 0; w < weeks.length; w++) for (let d = 0; d < DAYS; d++) weeks[w] += counts[first + DAYS * w + d]
  return weeks
}

/** Row i of the bounds becomes row at + i · step. The statistic is −log10 p; 0 where limit54 rules an alarm out. */
function copy(bounds: FarringtonBounds, out: Judgements, at: number, step: number): void {
  for (let i = 0; i < bounds.expected.length; i++) {
    const row = at + i * step
    out.expected[row] = bounds.expected[i]
    out.upper[row] = bounds.upper[i]
    out.logP[row] = bounds.logP[i]
    out.statistic[row] = bounds.reason[i] === 0 && Number.isNaN(bounds.upper[i]) ? 0 : -bounds.logP[i] / Math.LN10
    out.alarm[row] = bounds.alarm[i]
    out.reason[row] = bounds.reason[i]
  }
}
