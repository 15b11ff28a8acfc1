/**
 * Alerts page by page, for readers that cannot take all at once.
 */
import type { AlertListRow } from './alerts.ts'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface AlertFilter {
  level?: string | undefined
  kind?: string | undefined
  status?: string | undefined
  /** Lead, territorial or co-unit. */
  unit?: string | undefined
  /** A place or topic and all below it. */
  place?: number | undefined
  topic?: number | undefined
  /** First night of the latest signal, YYYY-MM-DD. */
  since?: string | undefined
  id?: string | undefined
  /** The page begins after this alert. */
  after?: { lastNight: string, id: string } | undefined
}

/** The latest signal first. */
export async function readAlertPage(db: Queryable, filter: AlertFilter, limit: number): Promise<AlertListRow[]> {
  const { level, kind, status, unit, place, topic, since, id, after } = filter
  return (await db.query<AlertListRow & Record<string, unknown>>(statement('alerts-page'), [
    level ?? null, kind ?? null, status ?? null, unit ?? null, place ?? null, topic ?? null, since ?? null, after?.lastNight ?? null, after?.id ?? null, id ?? null, limit])).rows
}
