/**
 * How good were the last alerts? Each with what it came to, and the record of rules, levels, kinds and units over them, with denominators and intervals.
 */
import type { Queryable } from '../../sql/db.ts'
import { readLastReviewed, readRanker } from '../../sql/learning.ts'
import type { RankerRow, Verdict } from '../../sql/learning.ts'
import type { Outcome } from '../../sql/reviews.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { readUnitNames } from '../../sql/units.ts'
import { FINAL_AGE } from './ages.ts'
import { tallyRecords } from './record.ts'
import type { Dimension, RecordRow } from './record.ts'

/** One alert and what it came to; the keys are promised in docs/cli.md. */
export interface ReviewedAlert {
  id: string
  night: string
  event: 'opened' | 'raised'
  kind: string
  level: string
  rule: string
  detector: string
  place: string[]
  family: string[]
  unit: string | null
  /** Nights after which it was last looked at; null where it is too early. */
  age_days: number | null
  outcome: Outcome | null
  /** Whether that is its final word. */
  final: boolean
  verdict: Verdict | null
  tickets_since: number | null
  callers_since: number | null
  expected_since: number | null
  lead_10: number | null
  lead_20: number | null
  lead_50: number | null
}

export interface Review {
  night: string
  alerts: ReviewedAlert[]
  all: RecordRow
  /** Per dimension, the most alerts first. */
  by: Record<Dimension, (RecordRow & { name: string })[]>
  /** Median days from the alert to the 10th, 20th and 50th ticket where that came after the alert's window had begun, and how many did. */
  lead: Record<'10' | '20' | '50', { of: number, median_days: number | null, before: number }>
  ranker: RankerRow | null
}

/** @param most alerts to look back on */
export async function reviewLast(db: Queryable, night: string, most: number): Promise<Review> {
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  const units = await readUnitNames(db)
  const rows = await readLastReviewed(db, night, most)
  const family = (id: number): string[] => topics.get(id)!.rollup.slice(1).map((node) => topics.get(node)!.name)
  const final = rows.map((row) => ({ ...row, outcome: row.ageDays === FINAL_AGE ? row.outcome : null }))
  const records = tallyRecords(final)
  const name = (dimension: Dimension, value: string | number): string =>
    dimension === 'family' ? family(value as number).join('›') : dimension === 'unit' ? units.get(value as number) ?? '' : String(value)
  const by = (dimension: Dimension): (RecordRow & { name: string })[] =>
    records.values(dimension).map((value) => ({ name: name(dimension, value), ...records.row(dimension, value) }))
      .sort((a, b) => b.of - a.of || (a.name < b.name ? -1 : 1))
  const lead = (of: (row: typeof rows[number]) => number | null): Review['lead']['10'] => {
    const days = final.flatMap((row) => (row.outcome === null || of(row) === null ? [] : [of(row)!])).sort((a, b) => a - b)
    return { of: days.length, median_days: days.length === 0 ? null : (days[(days.length - 1) >> 1]! + days[days.length >> 1]!) / 2, before: days.filter((n) => n > 0).length }
  }
  return {
    night,
    alerts: rows.map((row) => ({
      id: row.alertId, night: row.night, event: row.event, kind: row.kind, level: row.level, rule: row.rule, detector: row.detector,
      place: places.get(row.placeId)!.rollup.map((id) => places.get(id)!.name), family: family(row.familyId),
      unit: row.unitId === null ? null : units.get(row.unitId) ?? null,
      age_days: row.ageDays, outcome: row.outcome, final: row.ageDays === FINAL_AGE, verdict: row.verdict,
      tickets_since: row.ticketsSince, callers_since: row.callersSince, expected_since: row.expectedSince, lead_10: row.lead10, lead_20: row.lead20, lead_50: row.lead50,
    })),
    all: records.all,
    by: { rule: by('rule'), detector: by('detector'), level: by('level'), kind: by('kind'), family: by('family'), unit: by('unit') },
    lead: { 10: lead((row) => row.lead10), 20: lead((row) => row.lead20), 50: lead((row) => row.lead50) },
    ranker: (await readRanker(db, night)) ?? null,
  }
}
