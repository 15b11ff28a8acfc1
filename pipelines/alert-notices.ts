/**
 * Who is told of an alert: the units that the rules of its kind name, in the outbox, in the transaction of the alert itself.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { insertNotice } from '../sql/alerts.ts'
import type { AlertUnits } from '../sql/alerts.ts'
import type { News as NewsKind } from './hysteresis.ts'
import type { Level } from './levels.ts'
import type { Recipient } from './rules.ts'

export interface News {
  id: string
  /** released: it was held when there was news, and is held no more. assigned: it has another lead, who never had it. */
  event: NewsKind | 'released' | 'assigned'
  level: Level
  withinBudget: boolean
  /** Why nobody is told, where nobody is. */
  held?: 'silenced' | 'inhibited' | 'snoozed' | 'merged' | undefined
  /** Tells news of one level apart: the round of a return, the area of what widened; '' elsewhere. */
  version: string
  place: string
  family: string
}

export interface NoticeStep { night: Day, notify: boolean, withheldAs: 'past_night' | 'catch_up' | 'replay', quietNights: number, recipients: readonly Recipient[] }

/** @returns notices that are new */
export async function writeNotices(
  client: PoolClient, { night, notify, withheldAs, quietNights, recipients }: NoticeStep, { id, event, level, withinBudget, held: heldAs, place, family, version }: News,
  units: AlertUnits,
): Promise<number> {
  let written = 0
  const named: Record<Recipient, (number | null)[]> = { lead: [units.leadUnitId], territory: [units.territoryUnitId], co: units.coUnitIds }
  for (const unitId of new Set(recipients.flatMap((recipient) => named[recipient]))) {
    if (unitId === null) continue
    const key = createHash('sha256').update(`${id}\n${event}\n${level}\n${unitId}${version && `\n${version}`}`).digest('hex').slice(0, 12)
    const held = heldAs ?? (!withinBudget ? 'over_budget' : !notify ? withheldAs : null)
    const isNew = await insertNotice(client, {
      id: `${id}-${key}`, alertId: id, night: formatDay(night), reason: event, unitId,
      payload: { alert: id, event, level, place, family }, status: held ? 'withheld' : 'pending', error: held,
    }, quietNights)
    if (isNew) written++
  }
  return written
}

/** A part of an alert that its units were not told of by itself: they are told of the whole, once. */
export interface Joined {
  /** The whole. */
  id: string
  level: Level
  place: string
  family: string
  child: { id: string, place: string }
  units: readonly number[]
}

/** @returns notices that are new */
export async function writeJoined(client: PoolClient, { night, notify, withheldAs, quietNights }: Omit<NoticeStep, 'recipients'>, { id, level, place, family, child, units }: Joined): Promise<number> {
  let written = 0
  for (const unitId of units) {
    const key = createHash('sha256').update(`${id}\njoined\n${unitId}`).digest('hex').slice(0, 12)
    const isNew = await insertNotice(client, {
      id: `${id}-${key}`, alertId: id, night: formatDay(night), reason: 'joined', unitId,
      payload: { alert: id, event: 'joined', level, place, family, child: child.id, child_place: child.place }, status: notify ? 'pending' : 'withheld', error: notify ? null : withheldAs,
    }, quietNights)
    if (isNew) written++
  }
  return written
}
