/**
 * Row functions of acts that say who would not have an alert.
 */
import type { Queryable } from './db.ts'

export interface RefusalActRow { alertId: string, act: string, unit: string, party: string | null, detail: Record<string, unknown>, why: string, knownOn: string, placeId: number, familyId: number }

/** Acts of alerts that a lead refused in [from, night], with the place at which the alert stood by the night. In order of alert and act. */
export async function readRefusalActs(db: Queryable, from: string, night: string): Promise<RefusalActRow[]> {
  const { rows } = await db.query<RefusalActRow & Record<string, unknown>>(
    `select c.alert_id as "alertId", c.act, c.unit, c.party, c.detail, c.why, c.known_on as "knownOn", n.place_id as "placeId", a.family_id as "familyId"
     from (select distinct alert_id from alert_acts where act = 'request_reassign' and party = 'lead' and known_on between $1 and $2) as r
     join alert_acts c on c.alert_id = r.alert_id and c.known_on <= $2
     join alerts a on a.id = c.alert_id
     cross join lateral (select place_id from alert_nights where alert_id = a.id and night <= $2 order by night desc limit 1) as n
     order by c.alert_id, c.seq`, [from, night])
  return rows
}
