/**
 * The detector of a replay. What stands out on a night follows from what is known on it, and from no night before; so threads judge
 * the coming nights while the alert step, which does depend on the night before, follows in order.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import { createJudge, saveJudgement } from '../detect.ts'
import type { Detector, DetectSettings, Judge } from '../detect.ts'
import type { NightForecasts } from '../forecast/forecaster.ts'
import { eachShard } from '../parallel.ts'
import type { JudgedNight, JudgeShard, JudgeWork } from './judge-shard.ts'

/** Nights a thread judges at a time: enough that the news of the nights between are read at once, few enough to keep little ahead. */
const NIGHTS_A_SHARD = 4

export interface JudgeAhead extends Detector {
  /** Milliseconds of processor and of time that judging took on all threads so far. */
  readonly cost: { cpuMs: number, wallMs: number }
  /** Forecasts of the night's signals, where a thread judged it. */
  forecasts(night: Day): NightForecasts | undefined
  /** Ends the threads. */
  close(): Promise<void>
}

/**
 * Judges the nights [from, until), each of which must be asked for in order; nights may be left out.
 *
 * @param db      connections of the replay, on which the results are saved
 * @param limits  by which a night goes
 */
export function judgeAhead(
  db: Db, { name: replay, codeVersion }: { name: string, codeVersion: string }, limits: (night: Day) => DetectSettings, from: Day, until: Day, threads: number,
): JudgeAhead {
  let own: { limits: string, judge: Judge } | undefined
  const judge = (night: Day): Judge => {
    const known = JSON.stringify(limits(night))
    if (own?.limits !== known) own = { limits: known, judge: createJudge(db, limits(night)) }
    return own.judge
  }
  const cost = { cpuMs: 0, wallMs: 0 }
  const nights = threads > 1 ? ahead(db, { replay, codeVersion }, limits, from, until, threads) : undefined
  let told: { night: Day, forecasts: NightForecasts } | undefined
  return {
    cost,
    forecasts: (night) => (told?.night === night ? told.forecasts : undefined),
    asOf: (night) => judge(night).asOf(night),
    run: async (night, own) => {
      if (!nights) return saveJudgement(own?.db ?? db, night, await judge(night)(night))
      for (;;) {
        const { value, done } = await nights.next()
        if (done) throw new RangeError(`night ${formatDay(night)} was not judged: nights come in order`)
        cost.cpuMs += value.cpuMs
        cost.wallMs += value.wallMs
        if (value.night !== night) continue
        told = value
        return saveJudgement(own?.db ?? db, night, value.judgement)
      }
    },
    close: async () => {
      await nights?.return(undefined)
    },
  }
}

async function* ahead(
  db: Db, about: { replay: string, codeVersion: string }, limits: (night: Day) => DetectSettings, from: Day, until: Day, threads: number,
): AsyncGenerator<JudgedNight> {
  const work: JudgeWork = { store: { url: db.url, serverVersion: db.serverVersion, embedded: db.embedded }, ...about }
  const shards = cut(limits, from, until)
  for await (const judged of eachShard<JudgeShard, JudgedNight[]>(new URL('judge-shard.ts', import.meta.url), shards, threads, work)) yield* judged
}

/** Nights that go by the same limits, a few at a time. */
function cut(limits: (night: Day) => DetectSettings, from: Day, until: Day): JudgeShard[] {
  const shards: JudgeShard[] = []
  let known = ''
  for (let night = from; night < until; night++) {
    const last = shards.at(-1)
    const now = JSON.stringify(limits(night))
    if (last && now === known && night - last.from < NIGHTS_A_SHARD) last.until = night + 1
    else shards.push({ from: night, until: night + 1, limits: limits(night) })
    known = now
  }
  return shards
}
