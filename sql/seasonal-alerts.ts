/**
 * Row functions of alerts of the seasons: which stand, and who is told.
 */
import type { AlertUnits } from './alerts.ts'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface SeasonalAlertRow { id: string, lastNight: string }

/** Seasonal alerts with a row in [from, night), and their last night before `night`. */
export async function readSeasonalAlerts(db: Queryable, from: string, night: string): Promise<SeasonalAlertRow[]> {
  const { rows } = await db.query<SeasonalAlertRow>(
    `select a.id, max(n.night) as "lastNight" from alerts a join alert_nights n on n.alert_id = a.id
     where a.kind = 'seasonal' and n.night >= $1 and n.night < $2 group by 1 order by 1`, [from, night])
  return rows
}

/** Lead: the owner of the topic, else the hotline desk. Territory: that of the first of the areas that has one; co-units: those of the others. */
export async function assignSeasonalUnits(db: Queryable, alertId: string, areas: readonly number[], hotlineUnit: string): Promise<AlertUnits> {
  await db.query(`insert into units (name, kind) values ($1, 'hotline') on conflict (name) do nothing`, [hotlineUnit])
  const { rows } = await db.query<AlertUnits & Record<string, unknown>>(statement('seasonal-alert-units'), [alertId, areas, hotlineUnit])
  return rows[0]!
}
