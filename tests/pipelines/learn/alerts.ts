/**
 * Alerts by hand, as a night would have written them.
 */
import type { Queryable } from '../../../sql/db.ts'
import { addPlace, addTopic } from '../../support/tickets.ts'

export interface AlertSpec {
  id: string
  place: string
  topic: string
  /** The night that opened it; it has a signal on this night alone. */
  night: string
  windowDays?: number
  expected?: number
  level?: string
}

/** The topic's first name is the family. */
export async function addAlert(db: Queryable, { id, place, topic, night, windowDays = 7, expected = 1, level = 'yellow' }: AlertSpec): Promise<{ placeId: number, familyId: number }> {
  const placeId = await addPlace(db, place)
  const topicId = await addTopic(db, topic)
  const familyId = await addTopic(db, topic.split('›')[0]!)
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night) values ($1, 'emerging', $2, 'open', $3, $4, $5, $6, $6)`,
    [id, level, placeId, topicId, familyId, night])
  await db.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
     values ($1, $2, $3, $4, $5, 9, 9, 9, $6, 4, $7, -5, 200, 1)`, [id, night, level, placeId, topicId, expected, windowDays])
  await db.query(`insert into alert_events (alert_id, night, kind, after) values ($1, $2, 'opened', $3)`, [id, night, level])
  return { placeId, familyId }
}
