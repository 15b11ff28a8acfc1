/**
 * How good is each method on simulated series whose outbreaks are known? Every method judges every series with its outbreak and
 * without it; one threshold on its score, the same for all series, makes methods comparable. docs/methods/evaluation.md
 */
import type { Method } from '../models/detect/method.ts'
import { findMethod, METHODS } from '../models/detect/registry.ts'
import { alarmRate, measureDetection, UNDEFINED } from '../models/evaluate/metrics.ts'
import type { Detection } from '../models/evaluate/metrics.ts'
import { alarmsAbove, thresholdAtEpisodes, thresholdAtRate } from '../models/evaluate/threshold.ts'
import { firstSeries, readBenchmarkSeries } from './benchmark-series.ts'
import type { BenchmarkFiles, BenchmarkSeries, Period } from './benchmark-series.ts'
import { joinJudged } from './evaluate-shard.ts'
import type { EvaluateShard, Judged } from './evaluate-shard.ts'
import { ranges, runShards } from './parallel.ts'

export interface EvaluateRequest extends BenchmarkFiles {
  period: Period
  /** Names of the registry; default all that fit such series. */
  methods?: readonly string[]
  threads: number
  /** Only the first so many series. */
  limit?: number
  onMethod?: (name: string) => void
}

/** One method's figures as `weisu evaluate --json` prints them; NaN where not defined, such as thresholds without a score. */
export interface Evaluation {
  method: string
  /** Share of alarms at the method's own setting: in clean series (weeks), outside the outbreaks (days). */
  fpr: number
  pod: number
  pod_first: number
  pod_day3?: number
  sensitivity: number
  ppv: number
  f1: number
  timeliness: number
  pod_at_fpr01: number
  sensitivity_at_fpr01: number
  /** At half a false episode per series-year. */
  pod_at_half_episode: number
  within2_at_half_episode: number
  first_at_half_episode: number
  pod_at_fpr0082?: number
  day3_at_fpr0082?: number
  sensitivity_at_fpr0082?: number
  timeliness_at_fpr0082?: number
  /** Share of the evaluated periods without a verdict; they count as no alarm. */
  cannot_tell: number
  cpu_ms_per_series: number
}

/** False-positive rates a period at which methods are compared; the second is that of the best published daily method. */
const RATE = 0.01
const DAILY_RATE = 0.0082
/** False episodes per series-year: what a department feels. */
const EPISODES = 0.5
/** Methods asked of such series by name only: sums of seven days of weeks; of days what is made for weeks and knows no weekday. */
const UNFIT: Readonly<Record<Period, RegExp>> = {
  week: /_week(_|$)|^essence$/,
  day: /^farrington(_limit54)?$|^ff_(delta|muan)|^ffx_|_limit54$|^periodic_|^cdc$/,
}
/** Shards a thread: enough that none waits long for another. */
const SHARDS = 4

/**
 * One row a method, in the order asked for or else of the registry, those left out that cannot tell a single period.
 *
 * @throws {InvalidOptionError} a method that nobody knows
 * @throws {BadInputError} a file that cannot be read as what it should be
 */
export async function evaluate(request: EvaluateRequest): Promise<Evaluation[]> {
  const { period, threads } = request
  const methods = request.methods ? request.methods.map(findMethod) : [...METHODS.values()].filter(({ name }) => !UNFIT[period].test(name))
  const set = firstSeries(await readBenchmarkSeries(period, request), request.limit ?? Infinity)
  const results: Evaluation[] = []
  for (const method of methods) {
    request.onMethod?.(method.name)
    const shards: EvaluateShard[] = ranges(set.series, threads * SHARDS).map((range) => ({ method: method.name, ...range }))
    const judged = joinJudged(await runShards<EvaluateShard, Judged>(new URL('evaluate-shard.ts', import.meta.url), shards, threads, set))
    const tells = judged.cannotTell < judged.alarm.length
    if (request.methods || tells) results.push(evaluateJudged(set, method, judged))
  }
  return results
}

/** The figures of one method from its judgements of all series. */
export function evaluateJudged(set: BenchmarkSeries, { name, scored }: Pick<Method, 'name' | 'scored'>, judged: Judged): Evaluation {
  const { series, during, periodsPerYear } = set
  const periods = set.until - set.from
  const daily = set.period === 'day'
  const quiet = daily ? during.map((inside) => 1 - inside) : undefined
  const measure = (alarm: Uint8Array): Detection => measureDetection({ series, periods, during }, alarm)
  const above = (threshold: number): Detection => (scored ? measure(alarmsAbove(judged.statistic, threshold)) : UNDEFINED)
  const atRate = (rate: number): Detection => above(thresholdAtRate(daily ? judged.statistic : judged.cleanStatistic, rate, quiet))
  const own = measure(judged.alarm)
  const one = atRate(RATE)
  const best = atRate(DAILY_RATE)
  const half = above(thresholdAtEpisodes(judged.cleanStatistic, periods, periodsPerYear, EPISODES))
  return {
    method: name,
    fpr: alarmRate(daily ? judged.alarm : judged.cleanAlarm, quiet),
    pod: own.pod, pod_first: own.podFirst, ...(daily && { pod_day3: own.podWithin3 }),
    sensitivity: own.sensitivity, ppv: own.ppv, f1: own.f1, timeliness: own.timeliness,
    pod_at_fpr01: one.pod, sensitivity_at_fpr01: one.sensitivity,
    pod_at_half_episode: half.pod, within2_at_half_episode: half.podWithin2, first_at_half_episode: half.podFirst,
    ...(daily && {
      pod_at_fpr0082: best.pod, day3_at_fpr0082: best.podWithin3,
      sensitivity_at_fpr0082: best.sensitivity, timeliness_at_fpr0082: best.timeliness,
    }),
    cannot_tell: judged.cannotTell / judged.alarm.length,
    cpu_ms_per_series: judged.cpuMs / series,
  }
}
