/**
 * Row functions of alerts of the seasons: which stand, and who is told.
 */
import type { AlertUnits } from './alerts.ts'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** An alert of a season as it was first told. */
export interface SeasonalAlertRow { id: string, placeId: number, familyId: number, firstNight: string, lastNight: string, why: Record<string, unknown> }

/** Seasonal alerts first told in [from, night), the oldest first; `lastNight` is their last before `night`. */
export async function readSeasonalAlerts(db: Queryable, from: string, night: string): Promise<SeasonalAlertRow[]> {
  const { rows } = await db.query<SeasonalAlertRow>(
    `select a.id, a.place_id as "placeId", a.family_id as "familyId", f.night as "firstNight", f.why,
            (select max(n.night) from alert_nights n where n.alert_id = a.id and n.night < $2) as "lastNight"
     from alerts a join lateral (select night, why from alert_nights n where n.alert_id = a.id order by night limit 1) as f on true
     where a.kind = 'seasonal' and f.night >= $1 and f.night < $2 order by f.night, a.id`, [from, night])
  return rows
}

/** Lead: the owner of the topic, else the hotline desk. Territory: that of the first of the areas that has one; co-units: those of the others. */
export async function assignSeasonalUnits(db: Queryable, alertId: string, areas: readonly number[], hotlineUnit: string): Promise<AlertUnits> {
  await db.query(`insert into units (name, kind) values ($1, 'hotline') on conflict (name) do nothing`, [hotlineUnit])
  const { rows } = await db.query<AlertUnits & Record<string, unknown>>(statement('seasonal-alert-units'), [alertId, areas, hotlineUnit])
  return rows[0]!
}
