/**
 * Some series of a benchmark judged by one method, on whatever thread: the shard of pipelines/evaluate.ts.
 */
import { findMethod } from '../models/detect/registry.ts'
import { seriesInput } from './benchmark-series.ts'
import type { BenchmarkSeries } from './benchmark-series.ts'

export interface EvaluateShard { method: string, from: number, until: number }

/** What one method said of n series: n * evaluated periods, series by series. */
export interface Judged {
  statistic: Float64Array
  alarm: Uint8Array
  /** The same of the series without their outbreaks, which the method saw by themselves. */
  cleanStatistic: Float64Array
  cleanAlarm: Uint8Array
  /** Periods of the series with outbreaks without a verdict. */
  cannotTell: number
  /** CPU time of judging the series with outbreaks; the clean ones go first and warm the code up. */
  cpuMs: number
}

export function runShard({ method: name, from, until }: EvaluateShard, set: BenchmarkSeries): Judged {
  const method = findMethod(name)
  const periods = set.until - set.from
  const judge = (values: Float64Array): { statistic: Float64Array, alarm: Uint8Array, cannotTell: number } => {
    const statistic = new Float64Array((until - from) * periods)
    const alarm = new Uint8Array(statistic.length)
    let cannotTell = 0
    for (let i = from; i < until; i++) {
      const judged = method.judge(seriesInput(set, values, i))
      statistic.set(judged.statistic, (i - from) * periods)
      alarm.set(judged.alarm, (i - from) * periods)
      for (let t = 0; t < periods; t++) if (judged.reason[t] !== 0) cannotTell++
    }
    return { statistic, alarm, cannotTell }
  }
  const clean = judge(set.clean)
  const began = process.threadCpuUsage()
  const own = judge(set.counts)
  const { user, system } = process.threadCpuUsage(began)
  return { ...own, cleanStatistic: clean.statistic, cleanAlarm: clean.alarm, cpuMs: (user + system) / 1000 }
}

/** Shards in the order of their series as one. */
export function joinJudged(parts: readonly Judged[]): Judged {
  const numbers = (values: (part: Judged) => Float64Array): Float64Array => Float64Array.from(parts.flatMap((part) => [...values(part)]))
  const flags = (values: (part: Judged) => Uint8Array): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...values(part)]))
  const sum = (value: (part: Judged) => number): number => parts.reduce((total, part) => total + value(part), 0)
  return {
    statistic: numbers((part) => part.statistic), alarm: flags((part) => part.alarm),
    cleanStatistic: numbers((part) => part.cleanStatistic), cleanAlarm: flags((part) => part.cleanAlarm),
    cannotTell: sum((part) => part.cannotTell), cpuMs: sum((part) => part.cpuMs),
  }
}
