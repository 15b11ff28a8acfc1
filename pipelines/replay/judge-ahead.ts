/**
 * The detector of a replay. What stands out on a night follows from what is known on it, and from no night before; so threads judge
 * the coming nights while the alert step, which does depend on the night before, follows in order.
 */
import type { Settings } from '../../core/config.ts'
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import { createJudge, saveJudgement } from '../detect.ts'
import type { Detector, Judge } from '../detect.ts'
import { eachShard } from '../parallel.ts'
import type { JudgedNight, JudgeShard, JudgeWork } from './judge-shard.ts'

/** Nights a thread judges at a time: enough that the news of the nights between are read at once, few enough to keep little ahead. */
const NIGHTS_A_SHARD = 4

export interface JudgeAhead extends Detector {
  /** Milliseconds of processor and of time that judging took on all threads so far. */
  readonly cost: { cpuMs: number, wallMs: number }
  /** Ends the threads. */
  close(): Promise<void>
}

/**
 * Judges the nights [from, until), each of which must be asked for in order; nights may be left out.
 *
 * @param db  connections of the replay, on which the results are saved
 */
export function judgeAhead(db: Db, replay: string, settings: Settings, from: Day, until: Day, threads: number): JudgeAhead {
  let own: Judge | undefined
  const judge = (): Judge => own ??= createJudge(db, settings)
  const cost = { cpuMs: 0, wallMs: 0 }
  const nights = threads > 1 ? ahead(db, replay, settings, from, until, threads) : undefined
  return {
    cost,
    asOf: (night) => judge().asOf(night),
    run: async (night) => {
      if (!nights) return saveJudgement(db, night, await judge()(night))
      for (;;) {
        const { value, done } = await nights.next()
        if (done) throw new RangeError(`night ${formatDay(night)} was not judged: nights come in order`)
        cost.cpuMs += value.cpuMs
        cost.wallMs += value.wallMs
        if (value.night === night) return saveJudgement(db, night, value.judgement)
      }
    },
    close: async () => {
      await nights?.return(undefined)
    },
  }
}

async function* ahead(db: Db, replay: string, settings: Settings, from: Day, until: Day, threads: number): AsyncGenerator<JudgedNight> {
  const shards: JudgeShard[] = []
  for (let night = from; night < until; night += NIGHTS_A_SHARD) shards.push({ from: night, until: Math.min(until, night + NIGHTS_A_SHARD) })
  const work: JudgeWork = { store: { url: db.url, serverVersion: db.serverVersion, embedded: db.embedded }, replay, settings }
  for await (const judged of eachShard<JudgeShard, JudgedNight[]>(new URL('judge-shard.ts', import.meta.url), shards, threads, work)) yield* judged
}
