/**
 * The groups of one cause among the tickets of an alert, as a night knew them.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface AlertGroupTicket {
  /** Number of the group, as it was called by the night. */
  issue: number
  /** 'source/number'. */
  ticket: string
  day: string
  place: number
  /** Path of its topic's family, null where there is none. */
  family: string | null
  /** Key of the caller; the ticket itself where the source tells none. */
  caller: string
  title: string
  content: string
  /** Neither secret nor a report of wrongdoing. */
  quotable: boolean
  /** Whether the alert holds it, too. */
  mine: boolean
}

/** Group by group, that with most tickets of the alert first; each oldest first. @param least  tickets of the alert in a group */
export async function readAlertGroupTickets(db: Queryable, alertId: string, night: string, mostGroups: number, least: number): Promise<AlertGroupTicket[]> {
  return (await db.query<AlertGroupTicket & Record<string, unknown>>(statement('alert-groups'), [alertId, night, mostGroups, least])).rows
}
