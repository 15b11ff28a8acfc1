/**
 * An advisory lock that its holder must keep alive. The lock lives on a connection of its own. Where nothing is heard from the
 * holder the server ends that connection, and where the holder hears nothing from the server it is told to stop: so a connection
 * that is neither open nor closed keeps a lock no longer than the lease.
 */
import type { Db } from './db.ts'

export interface LeaseOptions {
  /** The server lets go of the lock after so long without a word. */
  leaseMs: number
  /** Between two words. */
  beatMs: number
  /** A word unanswered for so long means the lock is lost. */
  answerMs: number
}

export const LEASE_DEFAULTS: Readonly<LeaseOptions> = { leaseMs: 60_000, beatMs: 10_000, answerMs: 20_000 }

/**
 * Runs `work` while holding the lock; undefined at once where somebody else holds it.
 *
 * @param work  is told by its signal that the lock is lost, and must then end
 */
export async function withLease<T>(db: Db, key: number, work: (lost: AbortSignal) => Promise<T>, options: Partial<LeaseOptions> = {}): Promise<T | undefined> {
  const { leaseMs, beatMs, answerMs } = { ...LEASE_DEFAULTS, ...options }
  const client = await db.pool.connect()
  const lost = new AbortController()
  const lose = (): void => lost.abort(new Error('the lock was lost with its connection'))
  client.once('error', lose)
  client.once('end', lose)
  let broken = false
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, 0) as got', [key])
    if (!rows[0]!.got) return undefined
    await client.query(`select set_config('idle_session_timeout', $1, false)`, [String(leaseMs)])
    let beating = true
    let timer: NodeJS.Timeout | undefined
    const beat = async (): Promise<void> => {
      const silence = setTimeout(lose, answerMs)
      try {
        await client.query('select 1')
        if (beating) timer = setTimeout(() => void beat(), beatMs)
      } catch {
        lose()
      } finally {
        clearTimeout(silence)
      }
    }
    timer = setTimeout(() => void beat(), beatMs)
    try {
      return await work(lost.signal)
    } finally {
      beating = false
      clearTimeout(timer)
      if (lost.signal.aborted) broken = true
      else {
        const freed = client.query(`select pg_advisory_unlock($1, 0), set_config('idle_session_timeout', '0', false)`, [key]).then(() => true, () => false)
        broken = !(await Promise.race([freed, new Promise<boolean>((resolve) => setTimeout(() => resolve(false), answerMs).unref())]))
      }
    }
  } finally {
    client.off('error', lose)
    client.off('end', lose)
    client.release(broken)
  }
}
