/**
 * How good is a batch? Counted by SQL over the staged rows, told in shares and in the few worst cases.
 */
import type { StageQuality } from '../../sql/imports.ts'

export interface QualityReport {
  /** Tickets of the batch, repeats and rejects left out. */
  kept: number
  rejected: Record<string, number>
  /** Share of kept tickets whose place is known to that level or deeper, by kind of the place found; 'none' is the city alone. */
  located: Record<string, number>
  /** Share with coordinates. */
  points: number
  topicShare: number
  duplicate: number
  duplicateDiffering: number
  firstDay: string | null
  lastDay: string | null
  /** Days without a ticket between the first and the last: a gap, not calm. */
  emptyDays: number
  emptyDaysFirst: string[]
  /** Points that hold more than 5 % of the located tickets: a default, seldom a place. */
  piles: { lng: number, lat: number, tickets: number, share: number }[]
  /** Most tickets of one topic by one channel within one hour: entry in bulk. */
  bulk: { hour: string, channel: string | null, topic: string, tickets: number, staff: boolean }[]
  closedBeforeAccepted: number
  /** Share whose arrival time is assumed. */
  recordedAssumed: number
  /** Optional cells that could not be understood and were left out, by field. */
  unreadable: Record<string, number>
}

export interface QualityContext {
  rejected: Record<string, number>
  duplicate: number
  duplicateDiffering: number
  unreadable: Record<string, number>
  topicPaths: string[]
}

export function toQualityReport(stage: StageQuality, context: QualityContext): QualityReport {
  const share = (n: number): number => (stage.kept > 0 ? round(n / stage.kept) : 0)
  const located: Record<string, number> = {}
  for (const [kind, n] of Object.entries(stage.located)) located[kind === 'city' ? 'none' : kind] = share(n)
  return {
    kept: stage.kept,
    rejected: context.rejected,
    located,
    points: share(stage.points),
    topicShare: share(stage.kept - stage.unknown_topic),
    duplicate: context.duplicate,
    duplicateDiffering: context.duplicateDiffering,
    firstDay: stage.first_day,
    lastDay: stage.last_day,
    emptyDays: stage.empty_days,
    emptyDaysFirst: stage.empty_days_first,
    piles: stage.piles.map((pile) => ({ ...pile, share: round(pile.tickets / Math.max(1, stage.points)) })),
    bulk: stage.bulk.map(({ topic, ...rest }) => ({ ...rest, topic: (context.topicPaths[topic] ?? '').replaceAll('›', ' › ') })),
    closedBeforeAccepted: stage.closed_before_accepted,
    recordedAssumed: share(stage.recorded_assumed),
    unreadable: context.unreadable,
  }
}

export const EMPTY_QUALITY: Readonly<QualityReport> = {
  kept: 0, rejected: {}, located: {}, points: 0, topicShare: 0, duplicate: 0, duplicateDiffering: 0, firstDay: null, lastDay: null,
  emptyDays: 0, emptyDaysFirst: [], piles: [], bulk: [], closedBeforeAccepted: 0, recordedAssumed: 0, unreadable: {},
}

function round(value: number): number {
  return Math.round(value * 10000) / 10000
}
