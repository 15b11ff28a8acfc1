/**
 * EARS under the names of the benchmark: its tables were made with alpha 0.01 and no floor of the
 * standard deviation; C3_textbook keeps ours, since half of its statistics were infinite without.
 * docs/methods/ears.md
 */
import { logNormalTail, normalQuantile } from '../math/normal.ts'
import { earsC3 } from './ears-c3.ts'
import { earsByClass, LEFT_OUT } from './ears-classes.ts'
import { ears } from './ears.ts'
import type { Bounds } from './ears.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, Method, SeriesInput } from './method.ts'
import { withoutVerdicts } from './monitoring.ts'

const C1 = { lag: 0, threshold: normalQuantile(0.99), minSigma: 0 }
const C2 = { ...C1, lag: 2 }
/** A service whose weekends bring this share of a weekday at most does not work at weekends. */
const IDLE_WEEKEND = 0.1
const SATURDAY = 6

export const EARS_METHODS: readonly Method[] = [
  method('earsC1', 'EARS C1: mean + 2.33 sd of the last 7 periods (Hutwagner 2003)', ({ counts }) => ears(counts, C1)),
  method('earsC2', 'EARS C2: as C1, the last 2 periods left out (Hutwagner 2003)', ({ counts }) => ears(counts, C2)),
  {
    name: 'earsC3', about: 'EARS C3 as R surveillance has it: by the excesses of the 2 periods before alone', scored: true,
    judge: (input) => earsC3(input, { threshold: C2.threshold, minSigma: 0, rule: 'surveillance-1.20' }),
  },
  {
    name: 'C3_textbook', about: 'EARS C3: the excesses of the last 3 periods add up to more than 2 (Fricker 2008)', scored: true,
    judge: (input) => earsC3(input),
  },
  methodByDays('earsC2_weekdays', 'EARS C2, weekends left out of a series that has none; days only', workedDays),
  methodByDays('W2', 'EARS W2: C2 among weekdays and among weekend days (Tokars 2009); days only', weekendOrNot),
]

function method(name: string, about: string, boundsOf: (input: SeriesInput) => Bounds): Method {
  return { name, about, scored: true, judge: (input) => judgeBounds(input, boundsOf(input)) }
}

/** C2 within the classes of days; without a calendar it cannot tell. */
function methodByDays(name: string, about: string, classesOf: (input: SeriesInput, weekdays: Uint8Array) => Uint8Array): Method {
  const judge = (input: SeriesInput): Judgements => {
    const { counts, weekdays, from, until } = input
    if (!weekdays) {
      const out = createJudgements(until - from)
      withoutVerdicts(out, input, from, until, 'calendar_unknown')
      return out
    }
    const classes = classesOf(input, weekdays)
    const out = judgeBounds(input, earsByClass(counts, classes, C2))
    for (let t = from; t < until; t++) if (classes[t] === LEFT_OUT) withoutVerdict(out, t - from, 'too_sparse')
    return out
  }
  return { name, about, scored: true, judge }
}

/** statistic is the distance to the mean in standard deviations. */
function judgeBounds({ counts, from, until }: SeriesInput, { expected, upper, sigma }: Bounds): Judgements {
  const out = createJudgements(until - from)
  const first = upper.findIndex((bound) => !Number.isNaN(bound))
  for (let t = from; t < until; t++) {
    const i = t - from
    const y = counts[t]
    out.expected[i] = expected[t]
    if (Number.isNaN(upper[t]) || Number.isNaN(y)) {
      withoutVerdict(out, i, t === 0 ? 'no_history' : t < first || first < 0 ? 'too_short' : 'gap')
      continue
    }
    out.upper[i] = upper[t]
    out.statistic[i] = sigma[t] > 0 ? (y - expected[t]) / sigma[t] : y > expected[t] ? Infinity : 0
    out.logP[i] = logNormalTail(Math.min(out.statistic[i], 1e6))
    out.alarm[i] = y > upper[t] ? 1 : 0
  }
  return out
}

/** 0 weekdays, 1 weekends. */
function weekendOrNot(_: SeriesInput, weekdays: Uint8Array): Uint8Array {
  return weekdays.map((day) => (day >= SATURDAY ? 1 : 0))
}

/** All days in one class, but weekends left out where the counts before `from` say that nobody works then. */
function workedDays({ counts, from }: SeriesInput, weekdays: Uint8Array): Uint8Array {
  const sums = [0, 0]
  const days = [0, 0]
  for (let t = 0; t < from; t++) {
    if (Number.isNaN(counts[t])) continue
    const at = weekdays[t] >= SATURDAY ? 1 : 0
    sums[at]! += counts[t]
    days[at]!++
  }
  const idle = sums[1]! / days[1]! <= (IDLE_WEEKEND * sums[0]!) / days[0]!
  return weekdays.map((day) => (idle && day >= SATURDAY ? LEFT_OUT : 0))
}
