/**
 * One trial of rules on a thread of its own, started by jobs/errands.ts: it computes for seconds or hours.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../core/config.ts'
import { createLog } from '../core/log.ts'
import { tryDeadlinesAsNow } from '../pipelines/clocks/activate.ts'
import type { DeadlineRules } from '../pipelines/clocks/rules.ts'
import { formatRules } from '../pipelines/rules-file.ts'
import { tryRules } from '../pipelines/rules-try.ts'
import type { Rules } from '../pipelines/rules.ts'
import { openShared } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import type { ErrandProgress } from '../sql/errands.ts'
import { failureOf } from './thread-failure.ts'
import type { ThreadFailure } from './thread-failure.ts'

/** Complete rules, checked by whoever asked; nights or days, the last one included. */
export interface TrialRequest { rules: Rules | DeadlineRules, base: number, from?: string, until?: string }

export interface TrialWork {
  store: Pick<Db, 'url' | 'serverVersion' | 'embedded'>
  config: Config
  kind: 'rules_trial' | 'deadlines_trial'
  request: TrialRequest
}

export type TrialWord = { log: string } | { progress: ErrandProgress } | { done: unknown } | { failed: ThreadFailure }

/** Of a trial that changes more the first ones are kept; the counts are of all. */
const MOST_CHANGES = 1000

const { store, config, kind, request } = workerData as TrialWork
const say = (word: TrialWord): void => parentPort!.postMessage(word)
const stop = new AbortController()
parentPort!.once('message', () => stop.abort())

try {
  const db = openShared(store, 'trial')
  try {
    say({ done: kind === 'rules_trial' ? await tryAlertRules(db, request.rules as Rules) : await tryDeadlinesAsNow(db, config.settings, request.rules as DeadlineRules, { from: request.from, last: request.until }) })
  } finally {
    await db.close().catch(() => {})
  }
} catch (error) {
  say({ failed: failureOf(error) })
}
parentPort!.close()

async function tryAlertRules(db: Db, rules: Rules): Promise<unknown> {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-trial-'))
  try {
    const file = join(directory, 'rules.json')
    writeFileSync(file, formatRules(rules))
    const result = await tryRules({
      db, config, log: createLog((line) => say({ log: line })), signal: stop.signal,
      onJudging: () => say({ progress: { done: 0, total: null, at: 'judging' } }),
      onNight: ({ night, done, of }) => say({ progress: { done, total: of, at: `night:${night}` } }),
    }, rules, { file, from: request.from, until: request.until })
    const counts: Record<string, number> = {}
    for (const { change } of result.changes) counts[change] = (counts[change] ?? 0) + 1
    const weeks = result.weeks.filter(({ before, after }) => before !== after)
    return { ...result, counts, changes: result.changes.slice(0, MOST_CHANGES), weeks: weeks.slice(0, MOST_CHANGES), more: Math.max(0, result.changes.length - MOST_CHANGES) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
