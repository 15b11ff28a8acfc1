/**
 * EARS under the names of the benchmark. docs/methods/ears.md
 */
import { logNormalTail } from '../math/normal.ts'
import { ears } from './ears.ts'
import type { EarsOptions } from './ears.ts'
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, Method, SeriesInput } from './method.ts'

function method(name: string, about: string, options: Partial<EarsOptions>): Method {
  return { name, about, scored: true, judge: (input) => judgeEars(input, options) }
}

export const EARS_METHODS: readonly Method[] = [
  method('earsC1', 'EARS C1: mean of the last 7 periods + 3.09 sd (Hutwagner 2003)', { lag: 0 }),
  method('earsC2', 'EARS C2: as C1, the last 2 periods left out (Hutwagner 2003)', { lag: 2 }),
]

function judgeEars({ counts, from, until }: SeriesInput, options: Partial<EarsOptions>): Judgements {
  const { expected, upper, sigma } = ears(counts, options)
  const out = createJudgements(until - from)
  for (let t = from; t < until; t++) {
    const i = t - from
    const y = counts[t]
    out.expected[i] = expected[t]
    if (Number.isNaN(upper[t]) || Number.isNaN(y)) {
      withoutVerdict(out, i, Number.isNaN(y) ? 'gap' : 'too_short')
      continue
    }
    out.upper[i] = upper[t]
    out.statistic[i] = sigma[t] > 0 ? (y - expected[t]) / sigma[t] : y > expected[t] ? Infinity : 0
    out.logP[i] = logNormalTail(Math.min(out.statistic[i], 1e6))
    out.alarm[i] = y > upper[t] ? 1 : 0
  }
  return out
}
