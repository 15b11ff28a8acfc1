/**
 * What the tickets of an alert say, and what is usually said around it, as a night knew it.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface SaidRow {
  /** 'source/number'. */
  ticket: string
  day: string
  place: number
  /** Key of the caller; the ticket itself where the source tells none. */
  caller: string
  channel: string | null
  title: string | null
  content: string | null
  /** Neither secret nor a report of wrongdoing. */
  quotable: boolean
}

/** Oldest first. */
export async function readSaid(db: Queryable, alertId: string, night: string): Promise<SaidRow[]> {
  return (await db.query<SaidRow & Record<string, unknown>>(statement('alert-said'), [alertId, night])).rows
}

export interface UsualRow { place: number, caller: string, text: string }

/** @param mostTickets of the place and of the topic each, from `days` days before the alert's first window */
export async function readUsual(db: Queryable, alertId: string, night: string, windowDays: number, mostTickets: number, days: number): Promise<UsualRow[]> {
  return (await db.query<UsualRow & Record<string, unknown>>(statement('alert-usual'), [alertId, night, windowDays, mostTickets, days])).rows
}
