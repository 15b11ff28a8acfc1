/**
 * Who is told of an alert: the units that the rules of its kind name, in the outbox, in the transaction of the alert itself.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { insertNotice } from '../sql/alerts.ts'
import type { AlertUnits } from '../sql/alerts.ts'
import type { Level } from './levels.ts'
import type { Recipient } from './rules.ts'

export interface News { id: string, event: 'opened' | 'raised', level: Level, withinBudget: boolean, place: string, family: string }

export interface NoticeStep { night: Day, notify: boolean, withheldAs: 'past_night' | 'replay', quietNights: number, recipients: readonly Recipient[] }

/** @returns notices that are new */
export async function writeNotices(
  client: PoolClient, { night, notify, withheldAs, quietNights, recipients }: NoticeStep, { id, event, level, withinBudget, place, family }: News,
  units: AlertUnits,
): Promise<number> {
  let written = 0
  const named: Record<Recipient, (number | null)[]> = { lead: [units.leadUnitId], territory: [units.territoryUnitId], co: units.coUnitIds }
  for (const unitId of new Set(recipients.flatMap((recipient) => named[recipient]))) {
    if (unitId === null) continue
    const key = createHash('sha256').update(`${id}\n${event}\n${level}\n${unitId}`).digest('hex').slice(0, 12)
    const held = !withinBudget ? 'over_budget' : !notify ? withheldAs : null
    const isNew = await insertNotice(client, {
      id: `${id}-${key}`, alertId: id, night: formatDay(night), reason: event, unitId,
      payload: { alert: id, event, level, place, family }, status: held ? 'withheld' : 'pending', error: held,
    }, quietNights)
    if (isNew) written++
  }
  return written
}
