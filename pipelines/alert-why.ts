/**
 * What an alert remembers of why it is there on a night.
 */
import type { Day } from '../core/days.ts'
import type { SignalRow } from '../sql/signals.ts'
import { callersWithin } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { round } from './signal-row.ts'

/** The rule that gave the level, the verdict and, where one applied, the exception it stands under. */
export interface Reasons { rule: string, verdict: 'alert' | 'watch', exception: string | undefined }

/** What a reader of the alert needs to follow the verdict; numbers only, the words are made where it is shown. */
export function describeAlert(signal: SignalRow, { rule, verdict, exception }: Reasons, cell: number[], evidence: Evidence, night: Day): Record<string, unknown> {
  const inside = cell.filter((at) => evidence.day[at]! > night - signal.windowDays)
  const perCaller = new Map<number, number>()
  for (const at of inside) perCaller.set(evidence.caller[at]!, (perCaller.get(evidence.caller[at]!) ?? 0) + 1)
  const top = Math.max(0, ...perCaller.values())
  const unknown = inside.filter((at) => evidence.anonymous[at] === 1).length
  const apart = signal.evidence.tickets ? 0 : callersWithin(evidence, cell, night - signal.windowDays) - signal.callers
  const week = callersWithin(evidence, cell, night - 7)
  const fortnight = callersWithin(evidence, cell, night - 14)
  return {
    window_days: signal.windowDays,
    rule,
    verdict,
    ...(exception === undefined ? {} : { exception }),
    detectors: signal.evidence.detectors,
    // Where most tickets come without a caller nothing is known of repeats.
    ...(inside.length > 0 && unknown <= inside.length / 2 ? { top_caller_share: round(top / inside.length) } : {}),
    // Callers whom other alerts tell of: the alert's own number is without them. What words say is counted otherwise.
    ...(apart > 0 ? { callers_apart: apart } : {}),
    surrounding_ratio: round(signal.evidence.surroundingRatio),
    callers_7: week,
    callers_14: fortnight,
    rank_reason: 'score',
    score: round(signal.evidence.score),
    neighbours: signal.evidence.neighbours.length,
  }
}
