/**
 * How alerts like this one did so far, as of a night: for whoever asks whether to believe it.
 */
import { parseDay } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { readUnitNames } from '../../sql/units.ts'
import type { RECORD_KEYS } from './ages.ts'
import { readRecords } from './learning.ts'
import type { Records, RecordRow } from './record.ts'

/** An alert as its record is looked up. */
export interface Recorded { rule: string | null, detector: string | null, level: string, familyId: number, unit: string | null }

export type AlertRecord = Record<(typeof RECORD_KEYS)[number], RecordRow>

/** Looks up several alerts of one night at the price of one. */
export async function openRecords(db: Queryable, night: string): Promise<(alert: Recorded) => AlertRecord> {
  const records = await readRecords(db, parseDay(night))
  const units = new Map([...(await readUnitNames(db))].map(([id, name]) => [name, id]))
  return (alert) => recordOf(records, units, alert)
}

function recordOf(records: Records, units: ReadonlyMap<string, number>, { rule, detector, level, familyId, unit }: Recorded): AlertRecord {
  return {
    rule: records.row('rule', rule), detector: records.row('detector', detector), level: records.row('level', level), family: records.row('family', familyId),
    unit: records.row('unit', unit === null ? null : units.get(unit) ?? null),
  }
}
