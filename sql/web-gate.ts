/**
 * The web's way to the store: one transaction a piece of work, told who asks.
 */
import type pg from 'pg'
import type { Db } from './db.ts'

/** What the database is told of who asks; ids, no names. */
export interface GateContext { account: number, role: string, view: string, units: readonly number[], unitNames: readonly string[], places: readonly number[], topics: readonly number[] }

export interface WebGate {
  /** Runs `work` in one transaction as the actor; committed if it returns and rolled back if it throws. */
  enter<T>(context: GateContext, work: (client: pg.PoolClient) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openWebGate(db: Db): Promise<WebGate> {
  return {
    enter: (context, work) => db.transaction(async (client) => {
      await client.query(`select set_config('weisu.actor', $1, true)`, [JSON.stringify(context)])
      return work(client)
    }),
    close: async () => {},
  }
}
