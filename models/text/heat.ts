/**
 * How hot is an issue? Not how many messages there are: how many people, how long, how much others took part, and whether it goes on.
 * The formula is this project's own; docs/methods/same-cause.md says why each part has its size.
 */
import { resolveOptions } from '../../core/options.ts'

export interface HeatFacts {
  /** Distinct writers, and their messages. */
  writers: number
  messages: number
  /** Days from the first message to the last. */
  spanDays: number
  /** Days from the last message to the end of the time looked at. */
  silentDays: number
  /** Likes and dislikes of all messages: both are people who took part. */
  reactions: number
}

export interface HeatOptions {
  /** A further message of the same writer counts as this part of a writer. */
  repeat: number
  /** Reactions enter as this times ln(1 + reactions). */
  reaction: number
  /** An issue that lasts spanUnit · (e^(1/span) - 1) days counts twice. */
  span: number
  spanUnitDays: number
  /** Days of silence after which half of what recency decides is gone, and the part that recency decides. */
  halfLifeDays: number
  recency: number
}

export const HEAT_DEFAULTS: Readonly<HeatOptions> = { repeat: 0.2, reaction: 1, span: 0.25, spanUnitDays: 7, halfLifeDays: 90, recency: 0.5 }
const RANGES = { repeat: [0, 1], reaction: [0, 100], span: [0, 10], spanUnitDays: [0.1, 1000], halfLifeDays: [0.1, 10_000], recency: [0, 1] } as const

/** Writers' worth of heat; grows with writers, messages, span and reactions, falls with silence. */
export function heat(facts: HeatFacts, options: Partial<HeatOptions> = {}): number {
  const { repeat, reaction, span, spanUnitDays, halfLifeDays, recency } = resolveOptions('heat', HEAT_DEFAULTS, RANGES, options)
  const people = facts.writers + repeat * (facts.messages - facts.writers) + reaction * Math.log1p(facts.reactions)
  const lasting = 1 + span * Math.log1p(facts.spanDays / spanUnitDays)
  return people * lasting * (1 - recency + recency * 2 ** (-facts.silentDays / halfLifeDays))
}
