/**
 * Row functions of the versions of deadline rules and of their trials. The rules themselves are checked above (pipelines/clocks/rules-file.ts).
 */
import type { Queryable } from './db.ts'

export interface DeadlineVersionRow {
  version: number
  rules: unknown
  hash: string
  author: string
  source: string
  note: string
  effectiveOn: string
  activatedAt: Date
  trial: unknown
  untriedReason: string | null
}

/** In the order in which they hold. */
export async function readDeadlineVersions(db: Queryable): Promise<DeadlineVersionRow[]> {
  const { rows } = await db.query<DeadlineVersionRow & Record<string, unknown>>(
    `select version, rules, hash, author, source, note, effective_on as "effectiveOn", activated_at as "activatedAt", trial, untried_reason as "untriedReason"
     from deadline_versions order by effective_on, version`)
  return rows
}

/** @returns its number */
export async function insertDeadlineVersion(db: Queryable, row: Omit<DeadlineVersionRow, 'version' | 'activatedAt'>): Promise<number> {
  const { rows } = await db.query<{ version: number }>(
    `insert into deadline_versions (rules, hash, author, source, note, effective_on, trial, untried_reason) values ($1, $2, $3, $4, $5, $6, $7, $8) returning version`,
    [JSON.stringify(row.rules), row.hash, row.author, row.source, row.note, row.effectiveOn, row.trial === null ? null : JSON.stringify(row.trial), row.untriedReason])
  return rows[0]!.version
}

/** The latest trial of the same rules replaces the one before. */
export async function saveDeadlineTrial(db: Queryable, hash: string, trial: object): Promise<void> {
  await db.query(
    `insert into deadline_trials (hash, trial) values ($1, $2) on conflict (hash) do update set trial = excluded.trial, tried_at = clock_timestamp()`, [hash, JSON.stringify(trial)])
}

export async function readDeadlineTrial(db: Queryable, hash: string): Promise<unknown> {
  return (await db.query<{ trial: unknown }>('select trial from deadline_trials where hash = $1', [hash])).rows[0]?.trial
}
