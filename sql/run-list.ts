/**
 * The runs ledger as it is read: nights and their steps.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface RunRow {
  night: string
  status: 'running' | 'succeeded' | 'failed'
  attempt: number
  started_at: Date
  finished_at: Date | null
  error: string | null
  /** Sum over the steps. */
  seconds: number | null
  opened: number
  ended: number
  /** Alerts with a signal in that night. */
  active: number
}

export interface RunStepRow {
  name: string
  status: 'running' | 'succeeded' | 'failed'
  rows_in: number
  rows_out: number
  seconds: number | null
  detail: Record<string, unknown>
}

/** Latest night first. @param before only nights before this one, 'YYYY-MM-DD' */
export async function listRuns(db: Queryable, limit: number, before?: string, status?: string): Promise<RunRow[]> {
  return (await db.query<RunRow & Record<string, unknown>>(statement('run-list'), [limit, null, before ?? null, status ?? null])).rows
}

/** @param night 'YYYY-MM-DD' */
export async function findRun(db: Queryable, night: string): Promise<RunRow | undefined> {
  return (await db.query<RunRow & Record<string, unknown>>(statement('run-list'), [1, night, null, null])).rows[0]
}

/** @param night 'YYYY-MM-DD' */
export async function readRunSteps(db: Queryable, night: string): Promise<RunStepRow[]> {
  return (await db.query<RunStepRow & Record<string, unknown>>(statement('run-steps'), [night])).rows
}
