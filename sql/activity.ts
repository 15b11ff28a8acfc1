/**
 * What this program itself is doing on the server.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Ends this process's other connections: what they run is rolled back, and their locks go. */
export async function stopOwnStatements(db: Queryable): Promise<void> {
  await db.query(statement('stop-own-statements'))
}
