/**
 * What an alert is about, as it stood on a night.
 */
import type { Queryable } from './db.ts'

export interface AlertCause { placeId: number, topicId: number, familyId: number, night: string }

/** As of its last night up to `night`; undefined where it had none. */
export async function readAlertCause(db: Queryable, alertId: string, night: string): Promise<AlertCause | undefined> {
  const { rows } = await db.query<AlertCause & Record<string, unknown>>(
    `select n.place_id as "placeId", n.topic_id as "topicId", a.family_id as "familyId", n.night
     from alert_nights n join alerts a on a.id = n.alert_id where n.alert_id = $1 and n.night <= $2 order by n.night desc limit 1`, [alertId, night])
  return rows[0]
}
