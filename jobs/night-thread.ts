/**
 * One night on a thread of its own, started by jobs/night-apart.ts: hours of computing leave the process free to renew its
 * locks, answer its health and hear its signals.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../core/config.ts'
import { createLog } from '../core/log.ts'
import { runNight } from '../pipelines/nightly.ts'
import type { StepEvent } from '../pipelines/nightly.ts'
import { openShared } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { createFanOut } from './fan-out.ts'
import { failureOf } from './thread-failure.ts'
import type { ThreadFailure } from './thread-failure.ts'

export interface NightWork {
  store: Pick<Db, 'url' | 'serverVersion' | 'embedded'>
  config: Config
  date: string
  notices: 'send' | 'later' | 'never'
  /** Also where the ledger has it with the same input. */
  force?: boolean
  /** Only the newest night gets a report. */
  report: boolean
  /** Parts into which the judging is cut for workers to share; 1 keeps it here. */
  parts: number
}

export type NightWord =
  | { log: string }
  | { step: StepEvent }
  | { done: { reused: boolean, warnings: string[] } }
  | { failed: ThreadFailure }

const { store, config, date, notices, force = false, report, parts } = workerData as NightWork
const say = (word: NightWord): void => parentPort!.postMessage(word)
const log = createLog((line) => say({ log: line }))
const stop = new AbortController()
parentPort!.once('message', () => stop.abort())

try {
  const db = openShared(store, 'nightly')
  const fanOut = parts > 1 ? await createFanOut({ db, config, log, parts, signal: stop.signal }) : undefined
  try {
    const { reused, warnings } = await runNight({
      db, config, log, notices, signal: stop.signal,
      onStep: (step) => say({ step }),
      ...(fanOut ? { detector: fanOut.detector } : {}),
      ...(report ? {
        report: async (night: string) => {
          const { writeReport } = await import('../pipelines/report/report.ts')
          return await writeReport({ db, config, log }, { night, locale: config.locale })
        },
      } : {}),
    }, { date, force })
    say({ done: { reused, warnings } })
  } finally {
    await fanOut?.close()
    await db.close().catch(() => {})
  }
} catch (error) {
  say({ failed: failureOf(error) })
}
parentPort!.close()
