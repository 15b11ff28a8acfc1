/**
 * A few nights judged one after the other: the shard module of pipelines/replay/judge-ahead.ts. A thread keeps its connection and
 * its history between shards, which is a cache: nights come in order, and what is known of a night does not depend on it.
 */
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import { openReplay } from '../../sql/replays.ts'
import { createJudge } from '../detect.ts'
import type { DetectSettings, Judge, Judgement } from '../detect.ts'
import { createForecaster } from '../forecast/forecaster.ts'
import type { Forecaster, NightForecasts } from '../forecast/forecaster.ts'

/** Nights [from, until), which go by the same limits. */
export interface JudgeShard { from: Day, until: Day, limits: DetectSettings }

export interface JudgeWork {
  store: Pick<Db, 'url' | 'serverVersion' | 'embedded'>
  /** Name of the replay, whose schema may hold counts of its own. */
  replay: string
  codeVersion: string
}

export interface JudgedNight {
  night: Day
  judgement: Judgement
  /** Of the signals' series. */
  forecasts: NightForecasts
  /** Of this night on the thread. */
  cpuMs: number
  wallMs: number
}

let held: { key: string, db: Db, limits: string, judge: Judge, forecaster: Forecaster } | undefined

export async function runShard({ from, until, limits }: JudgeShard, { store, replay, codeVersion }: JudgeWork): Promise<JudgedNight[]> {
  const key = `${store.url} ${replay}`
  const known = JSON.stringify(limits)
  if (held?.key !== key || held.limits !== known) {
    const db = held?.key === key ? held.db : openReplay(store, replay, 2)
    held = { key, db, limits: known, judge: createJudge(db, limits), forecaster: createForecaster(db, codeVersion) }
  }
  const judged: JudgedNight[] = []
  for (let night = from; night < until; night++) {
    const began = performance.now()
    const cpu = process.threadCpuUsage()
    const judgement = await held.judge(night)
    const forecasts = await held.forecaster.ofSeries(await held.judge.asOf(night), judgement.signals)
    const used = process.threadCpuUsage(cpu)
    judged.push({ night, judgement, forecasts, cpuMs: (used.user + used.system) / 1000, wallMs: performance.now() - began })
  }
  return judged
}
