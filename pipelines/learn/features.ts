/**
 * What a ranker knows of an alert on the night on which it is opened or raised. No feature reads text, and none describes a person.
 */
import type { Day } from '../../core/days.ts'
import { concentration } from '../../models/learn/concentration.ts'
import type { SignalRow } from '../../sql/signals.ts'
import type { Evidence } from '../evidence.ts'
import { callersWithin } from '../evidence.ts'
import { round } from '../signal-row.ts'

export const FEATURES = [
  'score', 'log_odds', 'callers', 'ratio', 'growth', 'evenness', 'top_caller_share', 'repeat_share', 'depth', 'family_record', 'unit_record',
] as const
export type Feature = (typeof FEATURES)[number]

export interface FeatureFacts {
  signal: SignalRow
  /** Positions in `evidence` of the tickets at the signal's places and topic. */
  cell: readonly number[]
  evidence: Evidence
  night: Day
  depth: number
  /** Shares of earlier alerts that came to something, leaning on all. */
  familyRecord: number
  unitRecord: number
}

/**
 * score, log_odds: log(1 + x) of the signal's score and of the log odds of a rise. callers, ratio: logarithms of callers and of callers / usual in the window. growth: log of last week's callers over those
 * of the week before, one added to each. evenness: how many equally busy callers would look alike, per caller. repeat_share: tickets of callers who
 * had called before in the window. depth: of the place. Records: log odds of the shares.
 */
export function rankFeatures({ signal, cell, evidence, night, depth, familyRecord, unitRecord }: FeatureFacts): Record<Feature, number> {
  const inside = cell.filter((at) => evidence.day[at]! > night - signal.windowDays)
  const perCaller = [...Map.groupBy(inside, (at) => evidence.caller[at]!).values()].map((tickets) => tickets.length)
  const { top, herfindahl } = concentration(perCaller)
  const week = callersWithin(evidence, [...cell], night - 7)
  const before = Math.max(0, callersWithin(evidence, [...cell], night - 14) - week)
  const some = inside.length > 0
  return {
    score: round(Math.log1p(Math.max(0, signal.evidence.score))),
    log_odds: round(Math.log1p(Math.max(0, signal.evidence.logOdds))),
    callers: round(Math.log(Math.max(1, signal.observed))),
    ratio: round(Math.log(Math.max(1, signal.observed) / Math.max(0.1, signal.expected))),
    growth: round(Math.log((week + 1) / (before + 1))),
    evenness: some ? round(1 / herfindahl / perCaller.length) : 1,
    top_caller_share: some ? round(top) : 0,
    repeat_share: some ? round(1 - perCaller.length / inside.length) : 0,
    depth,
    family_record: round(logit(familyRecord)),
    unit_record: round(logit(unitRecord)),
  }
}

function logit(p: number): number {
  const inner = Math.min(0.99, Math.max(0.01, p))
  return Math.log(inner / (1 - inner))
}
