/**
 * What people change here is entered in the audit log, in the transaction of the change.
 */
import type pg from 'pg'
import { insertAudit } from '../../sql/audit.ts'
import type { WebRequest } from '../request.ts'

/** @param act operation's name @param detail what it was before and is now, as far as it says more than the object */
export async function audited(request: WebRequest, client: pg.PoolClient, act: string, object: string, detail: Readonly<Record<string, unknown>>): Promise<void> {
  const { actor, address, requestId } = request
  await insertAudit(client, { accountId: actor.id, name: actor.name, role: actor.role, act, object, detail, address, requestId })
}
