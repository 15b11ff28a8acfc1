/**
 * Row functions of alerts that are over.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** `first` and `ended` are days since 1970-01-01; an alert with a signal again has not ended. */
export interface EndedAlert { alertId: string, placeId: number, familyId: number, level: string, first: number, ended: number }

export async function readEndedAlerts(db: Queryable, night: string, quietNights: number): Promise<EndedAlert[]> {
  return (await db.query<EndedAlert & Record<string, unknown>>(statement('ended-alerts'), [night, quietNights])).rows
}

/** First and last night of every alert up to the night, by place and family: who was alerted when. */
export async function readAlertSpans(db: Queryable, night: string): Promise<{ placeId: number, familyId: number, first: number, last: number }[]> {
  const { rows } = await db.query<{ placeId: number, familyId: number, first: number, last: number }>(
    `select n.place_id as "placeId", a.family_id as "familyId", min(n.night) - date '1970-01-01' as first, max(n.night) - date '1970-01-01' as last
     from alert_nights n join alerts a on a.id = n.alert_id where n.night <= $1 group by a.id, 1, 2 order by 1, 2, 3`, [night])
  return rows
}
