/**
 * Row functions of what the level rules see of an alert.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface TicketFactsRow { alertId: string, repeatsAfterClosure: number, returns: number, words: Record<string, number> }

/** @param lists  words to look for, in lower case, by the id of their rule */
export async function readTicketFacts(
  db: Queryable, alertIds: string[], night: string, lists: { id: string, words: string[] }[],
): Promise<Map<string, TicketFactsRow>> {
  if (alertIds.length === 0) return new Map()
  const { rows } = await db.query<TicketFactsRow & Record<string, unknown>>(statement('alert-level-facts'), [alertIds, night, JSON.stringify(lists)])
  return new Map(rows.map((row) => [row.alertId, row]))
}

export interface AlertFactsRow { alertId: string, unitId: number, facts: unknown }

/** The alerts' rows of the night must be there. */
export async function insertAlertFacts(db: Queryable, night: string, rows: AlertFactsRow[]): Promise<void> {
  await db.query(
    `insert into alert_facts (alert_id, night, unit_id, facts)
     select f."alertId", $1::date, f."unitId", f.facts from jsonb_to_recordset($2::jsonb) as f ("alertId" text, "unitId" int, facts jsonb)
     on conflict (alert_id, night) do update set unit_id = excluded.unit_id, facts = excluded.facts`, [night, JSON.stringify(rows)])
}
