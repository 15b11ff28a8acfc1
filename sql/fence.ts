/**
 * Whose results of a night count: those of the last attempt that began it. A process that was cut off from the server, or stood
 * still, may come back when another has taken the night over; what it then writes is rolled back.
 */
import { PipelineError } from '../core/errors.ts'
import type { Db, Queryable } from './db.ts'

const WRITES = /\b(insert\s+into|update|delete\s+from|truncate|merge\s+into)\b/i

/**
 * The same store, on which every statement that writes, and every transaction, is committed only while the night's attempt is this one.
 * Whoever begins the next attempt waits for a commit at hand.
 *
 * @throws {PipelineError} 'fenced': another attempt has begun; nothing of the transaction is kept
 */
export function fenceRun(db: Db, night: string, attempt: number): Db {
  const check = async (client: Queryable): Promise<void> => {
    const { rowCount } = await client.query('select 1 from runs where night = $1 and attempt = $2 for share', [night, attempt])
    if (!rowCount) throw new PipelineError('fenced', `attempt ${attempt} of the night of ${night} has been overtaken`, { night, attempt })
  }
  const transaction: Db['transaction'] = (work) => db.transaction(async (client) => {
    const result = await work(client)
    await check(client)
    return result
  })
  return {
    ...db, transaction,
    query: (text, params) => (WRITES.test(text) ? transaction((client) => client.query(text, params)) : db.query(text, params)),
  }
}
