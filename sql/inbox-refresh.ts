/**
 * The rows of the inbox, derived from what the store has (sql/migrations/0034_inbox.sql). They follow by themselves, alert by alert; a night derives all of its own together.
 */
import type { Queryable } from './db.ts'

/**
 * Runs the work of a night in the caller's transaction and derives the inbox of every alert it wrote, once, at its end: nobody outside ever sees the one
 * without the other. Of 10,000 alerts that takes half as long as the triggers do one by one (bench/RESULTS.md).
 *
 * @param night whose rows of alerts the work writes
 */
export async function deriveInboxAfter<T>(client: Queryable, night: string, work: () => Promise<T>): Promise<T> {
  await client.query(`select set_config('weisu.inbox', 'later', true)`)
  const result = await work()
  await client.query(`select set_config('weisu.inbox', '', true)`)
  // What this transaction wrote carries its number.
  const { rows: [written] } = await client.query<{ ids: string[] }>(
    `select array(
       select id from public.alerts where xmin = pg_current_xact_id()::xid
       union
       select alert_id from public.alert_nights where night = $1 and xmin = pg_current_xact_id()::xid) as ids`, [night])
  // Tables that this transaction filled look small to the planner, which would read them whole for every alert.
  await client.query('set local enable_seqscan = off')
  await client.query('select inbox_refresh($1)', [written!.ids])
  await client.query('set local enable_seqscan to default')
  return result
}
