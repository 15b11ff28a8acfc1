/**
 * The ledger of nights as operators read it: every night with its steps, and what is usual.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export type RunStatus = 'running' | 'succeeded' | 'failed'

export interface LedgerStep { name: string, status: RunStatus, seconds: number | null, rowsIn: number, rowsOut: number, detail: Record<string, unknown> }

export interface LedgerRun {
  night: string
  status: RunStatus
  attempt: number
  startedAt: Date
  finishedAt: Date | null
  error: string | null
  codeVersion: string
  configHash: string
  inputHash: string | null
  steps: LedgerStep[]
  opened: number
  active: number
}

export interface LedgerFilter { status?: RunStatus | undefined, from?: string | undefined, until?: string | undefined, limit: number }

/** Latest night first; nights as YYYY-MM-DD, `until` included. */
export async function readLedger(db: Queryable, { status, from, until, limit }: LedgerFilter): Promise<LedgerRun[]> {
  return (await db.query<LedgerRun & Record<string, unknown>>(statement('run-ledger'), [status ?? null, from ?? null, until ?? null, limit])).rows
}

/** Median seconds by step over the newest nights that succeeded, '' for the whole night; empty before the first. */
export async function readUsualSeconds(db: Queryable, nights: number): Promise<Map<string, number>> {
  const { rows } = await db.query<{ name: string, median: number }>(statement('run-usual'), [nights])
  return new Map(rows.map(({ name, median }) => [name, median]))
}

export interface DueRow {
  date: string
  plannedAt: Date
  attempts: number
  worker: string | null
  startedAt: Date | null
  finishedAt: Date | null
  retryAt: Date | null
  error: string | null
}

/** Nights that are owed, oldest first, or one night whatever became of it. */
export async function readDueRows(db: Queryable, date: string | null = null): Promise<DueRow[]> {
  return (await db.query<DueRow & Record<string, unknown>>(
    `select logical_date::text as date, planned_at as "plannedAt", attempts, worker, started_at as "startedAt", finished_at as "finishedAt", retry_at as "retryAt", error
     from due_runs where pipeline = 'nightly' and case when $1::date is null then finished_at is null else logical_date = $1 end order by logical_date`, [date])).rows
}

/** A failed night that waits is due at once. @returns false where none waits */
export async function hastenDue(db: Queryable, date: string): Promise<boolean> {
  return Boolean((await db.query(
    `update due_runs set retry_at = null where pipeline = 'nightly' and logical_date = $1 and finished_at is null and retry_at is not null`, [date])).rowCount)
}

/** The newest night that succeeded, the oldest after it that failed, and whether one is at work. */
export async function readNewestRuns(db: Queryable): Promise<{ last: string | null, failed: string | null, running: boolean }> {
  const { rows } = await db.query<{ last: string | null, failed: string | null, running: boolean }>(
    `select (select max(night)::text from runs where status = 'succeeded') as last,
            (select min(night)::text from runs where status = 'failed' and night > coalesce((select max(night) from runs where status = 'succeeded'), '-infinity')) as failed,
            exists (select from runs where status = 'running') as running`)
  return rows[0]!
}

/** What can be run: days with tickets as batches and counts tell them, which everybody may read; the zone of the source imported last. */
export async function readSpan(db: Queryable): Promise<{ firstDay: string | null, lastDay: string | null, timeZone: string | null }> {
  const { rows } = await db.query<{ firstDay: string | null, lastDay: string | null, timeZone: string | null }>(
    `select least((select min(first_day) from import_batches where status = 'done'), (select min(day) from daily_counts))::text as "firstDay",
            greatest((select max(last_day) from import_batches where status = 'done'), (select max(day) from daily_counts))::text as "lastDay",
            (select s.time_zone from sources s left join import_batches b on b.source_id = s.id and b.status = 'done' order by b.finished_at desc nulls last, s.id limit 1) as "timeZone"`)
  return rows[0]!
}
