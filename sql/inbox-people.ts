/**
 * What readers of the inbox add without changing an alert's state: who has it, feedback, replies to callers, kept views. Added, never changed, but for views.
 */
import type { Queryable } from './db.ts'

export interface Author { by: string, unit: string, role: string }

export interface AssignmentRow { account: string | null, person: string, by: string, unit: string, at: Date }

/** @param account null: nobody any more */
export async function insertAssignment(db: Queryable, alertId: string, account: string | null, person: string, { by, unit }: Pick<Author, 'by' | 'unit'>): Promise<void> {
  await db.query('insert into alert_assignments (alert_id, account, person, by_whom, unit) values ($1, $2, $3, $4, $5)', [alertId, account, person, by, unit])
}

/** The latest; undefined where nobody ever had it. */
export async function readAssignment(db: Queryable, alertId: string): Promise<AssignmentRow | undefined> {
  const { rows } = await db.query<AssignmentRow & Record<string, unknown>>(
    'select account, person, by_whom as by, unit, at from alert_assignments where alert_id = $1 order by id desc limit 1', [alertId])
  return rows[0]
}

export const FEEDBACK_VERDICTS = ['true', 'false', 'known', 'data_problem'] as const
export type FeedbackVerdict = (typeof FEEDBACK_VERDICTS)[number]

export interface FeedbackRow extends Author { verdict: FeedbackVerdict, note: string, at: Date }

/** @param knownOn local day on which it is said, YYYY-MM-DD: nights from then on learn from it */
export async function insertFeedback(db: Queryable, alertId: string, verdict: FeedbackVerdict, note: string, seen: number | null, account: string, knownOn: string, { by, unit, role }: Author): Promise<void> {
  await db.query('insert into alert_feedback (alert_id, verdict, note, seen, account, by_whom, unit, role, known_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [alertId, verdict, note, seen, account, by, unit, role, knownOn])
}

/** Latest first. */
export async function readFeedback(db: Queryable, alertId: string): Promise<FeedbackRow[]> {
  const { rows } = await db.query<FeedbackRow & Record<string, unknown>>(
    'select verdict, note, by_whom as by, unit, role, at from alert_feedback where alert_id = $1 order by id desc limit 50', [alertId])
  return rows
}

/** How many alerts have words, and how many words of each kind there are: for whoever asks whether people answer. */
export async function countFeedback(db: Queryable): Promise<{ alerts: number, verdicts: Record<string, number> }> {
  const { rows } = await db.query<{ verdict: string, n: number }>('select verdict, count(*)::int as n from alert_feedback group by 1')
  const { rows: [about] } = await db.query<{ n: number }>('select count(distinct alert_id)::int as n from alert_feedback')
  return { alerts: about!.n, verdicts: Object.fromEntries(rows.map(({ verdict, n }) => [verdict, n])) }
}

export interface ReplyRow extends Author { body: string, at: Date }

export async function insertReply(db: Queryable, alertId: string, body: string, { by, unit, role }: Author): Promise<void> {
  await db.query('insert into alert_replies (alert_id, body, by_whom, unit, role) values ($1, $2, $3, $4, $5)', [alertId, body, by, unit, role])
}

export async function readReply(db: Queryable, alertId: string): Promise<ReplyRow | undefined> {
  const { rows } = await db.query<ReplyRow & Record<string, unknown>>(
    'select body, by_whom as by, unit, role, at from alert_replies where alert_id = $1 order by id desc limit 1', [alertId])
  return rows[0]
}

export interface ViewRow { id: string, name: string, query: string, shared: boolean, own: boolean }

/** Those of the account, then those that others share. */
export async function readViews(db: Queryable, account: string): Promise<ViewRow[]> {
  const { rows } = await db.query<ViewRow & Record<string, unknown>>(
    'select id::text as id, name, query, shared, account = $1 as own from inbox_views where account = $1 or shared order by account <> $1, name, id limit 100', [account])
  return rows
}

/** Views an account may keep. */
export const MOST_VIEWS = 50

/** One of the same name is replaced. @returns false where the account has too many */
export async function saveView(db: Queryable, account: string, name: string, query: string, shared: boolean): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into inbox_views (account, name, query, shared) select $1, $2, $3, $4
     where (select count(*) from inbox_views where account = $1 and name <> $2) < $5
     on conflict (account, name) do update set query = excluded.query, shared = excluded.shared, at = clock_timestamp()`, [account, name, query, shared, MOST_VIEWS])
  return (rowCount ?? 0) > 0
}

export async function deleteView(db: Queryable, account: string, id: string): Promise<boolean> {
  if (!/^\d{1,18}$/.test(id)) return false
  return ((await db.query('delete from inbox_views where account = $1 and id = $2', [account, id])).rowCount ?? 0) > 0
}
