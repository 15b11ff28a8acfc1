/**
 * The replays there are, and the end of one.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import * as replays from '../../sql/replays.ts'
import type { MemoryOrigin, ReplayRow } from '../../sql/replays.ts'
import { METHOD_VERSION } from '../nightly.ts'
import type { ReplayResult } from './result.ts'

/** Keys are promised in docs/cli.md. */
export interface ReplayListRow {
  name: string
  schema: string
  /** First and last night, both included. */
  from: string
  to: string
  status: 'running' | 'done'
  memory: MemoryOrigin
  /** Whether this version would judge otherwise: it cannot go on, only begin anew. */
  outdated: boolean
  seconds: number
  labels: string | null
  started_at: string
  finished_at: string | null
  alerts: ReplayResult['alerts'] | null
}

/** Latest first. */
export async function listAll(db: Db): Promise<ReplayListRow[]> {
  return (await replays.listReplays(db)).map(describe)
}

/**
 * @returns what is gone
 * @throws {BadInputError} no replay has the name
 * @throws {LockedError} it is being run
 */
export async function drop(db: Db, name: string): Promise<ReplayListRow> {
  return replays.withReplayLock(db, name, async () => {
    const row = await replays.readReplay(db, name)
    if (!row) throw new BadInputError('no_such_replay', `no replay is called ${name}: weisu replay list`, { name })
    await replays.dropReplay(db, name)
    return describe(row)
  })
}

function describe(row: ReplayRow): ReplayListRow {
  return {
    name: row.name, schema: replays.replaySchema(row.name), from: row.from, to: formatDay(parseDay(row.until) - 1), status: row.status, memory: row.memory,
    outdated: row.methodVersion !== METHOD_VERSION, seconds: Math.round(row.seconds * 1000) / 1000, labels: row.labels,
    started_at: row.startedAt.toISOString(), finished_at: row.finishedAt?.toISOString() ?? null,
    alerts: (row.result as ReplayResult | null)?.alerts ?? null,
  }
}
