/**
 * How good is a batch, and all that a source has brought? Told in shares and in the few worst cases.
 */
import { InvalidOptionError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { readSourceQuality } from '../../sql/imports.ts'
import type { Pile } from '../../sql/imports.ts'
import { findSource } from '../../sql/sources.ts'
import { UNKNOWN_TOPIC } from './registry.ts'
import type { RowEncoder } from './row-encoder.ts'

export interface QualityReport {
  /** Tickets of the batch, repeats and rejects left out. */
  kept: number
  rejected: Record<string, number>
  /** Share of kept tickets by the kind of the place found; 'none' is the city alone. */
  located: Record<string, number>
  /** Tickets of an import by what gave them their place: columns, a name of the registry, a name in the text, the point, or nothing. */
  placedBy?: Record<string, number>
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
  /**
   * Tickets of one topic by one channel within one hour, the most unusual for their topic: entry in bulk where staff, perhaps
   * where not. The staff's first, up to ten of each. `share` is that of the topic's tickets in the batch.
   */
  bulk: { hour: string, channel: string | null, topic: string, tickets: number, share: number, staff: boolean }[]
  closedBeforeAccepted: number
  /** Share whose arrival time is assumed. */
  recordedAssumed: number
  /** Optional cells that could not be understood and were left out, by field. */
  unreadable: Record<string, number>
}

/** What the reader counted, and the piles that SQL found among its candidates. */
export function toQualityReport(encoder: RowEncoder, rejected: Record<string, number>, piles: Pile[], staffChannels: string[]): QualityReport {
  const { statistics, places, topics } = encoder
  const share = (n: number): number => round(n / Math.max(1, statistics.kept))
  const kinds: Record<string, number> = {}
  places.paths.forEach((path, i) => {
    const kind = places.nodes.get(path)!.kind
    kinds[kind] = (kinds[kind] ?? 0) + places.rows[i]!
  })
  const unknown = topics.rows[topics.paths.indexOf(UNKNOWN_TOPIC)] ?? 0
  const { first, last, empty, emptyFirst } = statistics.gaps(20)
  return {
    kept: statistics.kept,
    rejected,
    located: toShares(kinds, statistics.kept),
    placedBy: { ...encoder.placedBy },
    points: share(statistics.points),
    topicShare: share(statistics.kept - unknown),
    duplicate: 0,
    duplicateDiffering: 0,
    firstDay: first,
    lastDay: last,
    emptyDays: empty,
    emptyDaysFirst: emptyFirst,
    piles: toPiles(piles, statistics.points),
    bulk: statistics.bulk(staffChannels, topics.rows, 10).map(({ topic, ...group }) => ({ ...group, share: round(group.share), topic: (topics.paths[topic] ?? '').replaceAll('›', ' › ') })),
    closedBeforeAccepted: statistics.backwards,
    recordedAssumed: share(statistics.assumed),
    unreadable: encoder.unreadable,
  }
}

/** Points worth an exact count: more than a twentieth of the located tickets, and at least twenty. */
export function leastPile(points: number): number {
  return Math.max(20, 0.05 * points)
}

/**
 * Quality of all that a source has brought, as it stands in the store; bulk entry is told per batch only.
 *
 * @throws {InvalidOptionError} no such source
 */
export async function sourceQuality(db: Queryable, name: string): Promise<QualityReport> {
  const source = await findSource(db, name)
  if (!source) throw new InvalidOptionError('source', name, 'a source that has been imported')
  const found = await readSourceQuality(db, source.id)
  return {
    kept: found.kept, rejected: found.rejected, located: toShares(found.located, found.kept), points: round(found.points / Math.max(1, found.kept)),
    topicShare: round((found.kept - found.unknown) / Math.max(1, found.kept)), duplicate: found.duplicate, duplicateDiffering: found.differing,
    firstDay: found.firstDay, lastDay: found.lastDay, emptyDays: found.emptyDays, emptyDaysFirst: found.emptyDaysFirst,
    piles: toPiles(found.piles, found.points), bulk: [], closedBeforeAccepted: found.backwards,
    recordedAssumed: round(found.assumed / Math.max(1, found.kept)), unreadable: {},
  }
}

function toShares(kinds: Record<string, number>, kept: number): Record<string, number> {
  const located: Record<string, number> = {}
  for (const [kind, n] of Object.entries(kinds)) if (n > 0) located[kind === 'city' ? 'none' : kind] = round(n / Math.max(1, kept))
  return located
}

function toPiles(piles: Pile[], points: number): QualityReport['piles'] {
  return piles.map((pile) => ({ ...pile, share: round(pile.tickets / Math.max(1, points)) }))
}

export const EMPTY_QUALITY: Readonly<QualityReport> = {
  kept: 0, rejected: {}, located: {}, points: 0, topicShare: 0, duplicate: 0, duplicateDiffering: 0, firstDay: null, lastDay: null,
  emptyDays: 0, emptyDaysFirst: [], piles: [], bulk: [], closedBeforeAccepted: 0, recordedAssumed: 0, unreadable: {},
}

function round(value: number): number {
  return Math.round(value * 10000) / 10000
}
