/**
 * A part of a night's judging on a thread: the shard module of jobs/shards.ts. The thread keeps what the night looks at, which is
 * a cache: another attempt of the night reads it anew.
 */
import { parseDay } from '../core/days.ts'
import { openShared } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { createJudge } from './detect.ts'
import type { DetectSettings, Judge, JudgedPart } from './detect.ts'

export interface NightPart { night: string, attempt: number, part: number, parts: number, limits: DetectSettings }

export interface PartWork { store: Pick<Db, 'url' | 'serverVersion' | 'embedded'> }

let db: Db | undefined
let held: { key: string, judge: Judge } | undefined

/** @returns what the part found, and the processor time it took the thread, reading included */
export async function runShard({ night, attempt, part, parts, limits }: NightPart, { store }: PartWork): Promise<JudgedPart & { cpuMs: number }> {
  const cpu = process.threadCpuUsage()
  db ??= openShared(store, 'worker', 2)
  const key = JSON.stringify([night, attempt, limits])
  if (held?.key !== key) held = { key, judge: createJudge(db, limits) }
  const found = await held.judge.part(parseDay(night), part, parts)
  const used = process.threadCpuUsage(cpu)
  return { ...found, cpuMs: (used.user + used.system) / 1000 }
}
