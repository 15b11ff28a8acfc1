/**
 * Which past counts a count is compared with: those just before it, and those around the same time in earlier years.
 * The windows of RKI's and the Bayesian systems: Höhle (2007), Computational Statistics 22:571-582, §2.
 */
import { createJudgements, withoutVerdict } from './method.ts'
import type { Judgements, SeriesInput } from './method.ts'

export interface ReferenceWindow {
  /** Earlier years looked at, each with the 2 · halfWindow + 1 periods around the same time. */
  yearsBack: number
  halfWindow: number
  /** Whether the halfWindow periods just before the count are used too. */
  recent: boolean
}

/** The systems 1, 2 and 3 of both families: the last 6; those and 13 of last year; 9 of last year and 9 of the year before. */
export const REFERENCE_WINDOWS: Readonly<Record<1 | 2 | 3, ReferenceWindow>> = {
  1: { yearsBack: 0, halfWindow: 6, recent: true },
  2: { yearsBack: 1, halfWindow: 6, recent: true },
  3: { yearsBack: 2, halfWindow: 4, recent: false },
}
export const REFERENCE_RANGES = { yearsBack: [0, 100, 'whole'], halfWindow: [1, 1000, 'whole'] } as const

/** Share of the references that must not be gaps. */
const ENOUGH = 0.5

/**
 * Hands each index and its reference counts, gaps left out, to `judgeRow`, which fills row i; or says why there are too few.
 * O((until - from) * references).
 */
export function judgeByReferences(
  { counts, periodsPerYear, from, until }: SeriesInput,
  { yearsBack, halfWindow, recent }: ReferenceWindow,
  judgeRow: (out: Judgements, i: number, count: number, references: Float64Array) => void,
): Judgements {
  const out = createJudgements(until - from)
  const full = (recent ? halfWindow : 0) + yearsBack * (2 * halfWindow + 1)
  const references = new Float64Array(full)
  for (let t = from; t < until; t++) {
    let held = 0
    const collect = (first: number, last: number): void => {
      for (let j = first; j < last; j++) if (counts[j] >= 0) references[held++] = counts[j]
    }
    if (recent) collect(t - halfWindow, t)
    for (let year = 1; year <= yearsBack; year++) {
      const same = t - Math.round(year * periodsPerYear)
      collect(same - halfWindow, same + halfWindow + 1)
    }
    const oldest = t - halfWindow - Math.round(yearsBack * periodsPerYear)
    const reason = oldest < 0 ? 'too_short' : Number.isNaN(counts[t]) || held < ENOUGH * full ? 'gap' : ''
    if (reason === '') judgeRow(out, t - from, counts[t], references.subarray(0, held))
    else withoutVerdict(out, t - from, reason)
  }
  return out
}
