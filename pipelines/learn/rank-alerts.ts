/**
 * The ranks of a night's alerts: by the ranker where it serves, else by the score of their signals, as before there was one.
 */
import type { Day } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { replaceRankItems, replaceRanker } from '../../sql/learning.ts'
import type { SignalRow } from '../../sql/signals.ts'
import type { Evidence } from '../evidence.ts'
import { round } from '../signal-row.ts'
import { rankFeatures } from './features.ts'
import type { Learning } from './learning.ts'

/** What the ranking needs of an alert. */
export interface Rankable {
  id: string
  signal: SignalRow
  cell: readonly number[]
  place: { depth: number }
  familyId: number
  kind: string
  units: { leadUnitId: number }
  rule: string
  level: string
  event: 'opened' | 'returned' | 'raised' | 'lowered' | 'continued'
}

export interface AlertRank {
  /** 1 is the first to use its unit's budget. */
  rank: number
  features: Record<string, number>
  /** For the alert's `why`. */
  why: Record<string, unknown>
}

/** @param rated in the order of their signals' scores, which decides ties */
export function rankAlerts(rated: readonly Rankable[], { records, ranker }: Learning, evidence: Evidence, night: Day): Map<string, AlertRank> {
  const all = rated.map(({ id, signal, cell, place, familyId, units }, i) => {
    const features = rankFeatures({
      signal, cell, evidence, night, depth: place.depth,
      familyRecord: records.row('family', familyId).estimate, unitRecord: records.row('unit', units.leadUnitId).estimate,
    })
    return { id, i, features, ranked: ranker.rank?.(features) }
  })
  const order = all.toSorted((a, b) => (b.ranked?.chance ?? 0) - (a.ranked?.chance ?? 0) || a.i - b.i)
  return new Map(order.map(({ id, features, ranked }, at) => [id, {
    rank: at + 1, features,
    why: ranked
      ? { rank_reason: 'ranker', rank_chance: ranked.chance, rank_parts: ranked.parts }
      : { rank_reason: 'score', ranker: ranker.row.serves ? 'switched_off' : ranker.row.reason },
  }]))
}

/** Keeps what was known of the alerts that are opened, reopened or raised, and the ranker of the night. */
export async function saveRanking(
  db: Queryable, night: string, rated: readonly Rankable[], ranks: ReadonlyMap<string, AlertRank>, { ranker }: Learning,
): Promise<void> {
  await replaceRankItems(db, night, rated.flatMap(({ id, signal, familyId, kind, units, rule, level, event }) => event === 'continued' || event === 'lowered' ? [] : [{
    alertId: id, event: event === 'returned' ? 'opened' as const : event, kind, level, rule, detector: signal.detector, placeId: signal.placeId, familyId, unitId: units.leadUnitId,
    score: round(signal.evidence.score), features: ranks.get(id)!.features,
  }]))
  await replaceRanker(db, ranker.row)
}

/** The decades by which a signal's threshold was moved; EARS C2 has no interval that could be asked for more of. */
export function movedBy({ offsets }: Learning, signal: Pick<SignalRow, 'placeId' | 'detector'>, familyId: number): number {
  return signal.detector === 'ears_c2' ? 0 : offsets.of(signal.placeId, familyId)
}

/** The same for the alert's `why`; nothing where it was not moved. */
export function offsetOf(learning: Learning, signal: Pick<SignalRow, 'placeId' | 'detector'>, familyId: number): { threshold_offset?: number } {
  const offset = round(movedBy(learning, signal, familyId))
  return offset === 0 ? {} : { threshold_offset: offset }
}
