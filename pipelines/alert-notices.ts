/**
 * Who is told of an alert: its lead and territorial unit, in the outbox, in the transaction of the alert itself.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { insertNotice } from '../sql/alerts.ts'
import type { Level } from './levels.ts'

export interface News { id: string, event: 'opened' | 'raised', level: Level, withinBudget: boolean, place: string, family: string }

export interface NoticeStep { night: Day, notify: boolean, quietNights: number }

/** @returns notices that are new */
export async function writeNotices(
  client: PoolClient, { night, notify, quietNights }: NoticeStep, { id, event, level, withinBudget, place, family }: News,
  units: { leadUnitId: number, territoryUnitId: number | null },
): Promise<number> {
  let written = 0
  for (const unitId of new Set([units.leadUnitId, units.territoryUnitId])) {
    if (unitId === null) continue
    const key = createHash('sha256').update(`${id}\n${event}\n${level}\n${unitId}`).digest('hex').slice(0, 12)
    const held = !withinBudget ? 'over_budget' : !notify ? 'past_night' : null
    const isNew = await insertNotice(client, {
      id: `${id}-${key}`, alertId: id, night: formatDay(night), reason: event, unitId,
      payload: { alert: id, event, level, place, family }, status: held ? 'withheld' : 'pending', error: held,
    }, quietNights)
    if (isNew) written++
  }
  return written
}
