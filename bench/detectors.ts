/**
 * The methods on the benchmark's simulated series: found outbreaks at matched false alarms, and CPU time a series. The quick form
 * asks Weisu's own and a few references only, not the slow nb_glm_dow. Weisu's own is also asked of series with seeds of one's own: of weekly ones
 * ten times as many, where a share near 0.6 has a standard error of 0.008, and of daily ones by both readings of the rule that sizes outbreaks.
 */
import { fileURLToPath } from 'node:url'
import { createRng } from '../core/rng.ts'
import { DAY_HOLIDAY, DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import { METHODS } from '../models/detect/registry.ts'
import { WEISU_METHOD } from '../models/detect/weisu.ts'
import type { BenchmarkSeries } from '../pipelines/benchmark-series.ts'
import { evaluate, evaluateJudged } from '../pipelines/evaluate.ts'
import type { Evaluation } from '../pipelines/evaluate.ts'
import { runShard } from '../pipelines/evaluate-shard.ts'
import { DAILY_STRENGTHS, DAYS, FIRST_JUDGED_DAY, readDailyCalendar, readDailySignals, simulateDaily, YEAR_DAYS } from './simulate-daily.ts'
import type { SizeRule } from './simulate-daily.ts'
import { FIRST_JUDGED_WEEK, readWeeklyScenarios, simulateWeekly, WEEKS } from './simulate-weekly.ts'

const BEST = { week: ['weisu', 'ff_delta', 'ff_nbPlugin', 'bayes3'], day: ['weisu', 'ff_week_nbPlugin', 'earsC2_weekdays'] } as const
const FOLDERS = { week: 'weekly', day: 'daily' } as const
/** Fresh series of each scenario. */
const REPLICATES = 100
const QUICK_REPLICATES = 10
/** Fresh daily series of each signal. */
const DAILY_REPLICATES = 40
/** Fifty replicates hold all pairs of strengths once; in these steps ten hold each strength. */
const PAIRS = 50
const STEP = 11

export async function benchDetectors(quick: boolean): Promise<({ period: string } & Evaluation)[]> {
  const rows: ({ period: string } & Evaluation)[] = []
  for (const period of ['week', 'day'] as const) {
    const file = (ending: string): string => fileURLToPath(new URL(`../../shared/benchmark/${FOLDERS[period]}/${FOLDERS[period]}_dev${ending}`, import.meta.url))
    const methods = BEST[period].filter((name) => METHODS.has(name))
    const found = await evaluate({ period, counts: file('.csv.gz'), series: file('_series.csv'), threads: 1, ...(quick && { methods }) })
    rows.push(...found.map((row) => ({ period, ...row })))
  }
  const fresh = (period: string, set: BenchmarkSeries): number => rows.push({ period, ...evaluateJudged(set, WEISU_METHOD, runShard({ method: WEISU_METHOD.name, from: 0, until: set.series }, set)) })
  fresh('week, other seeds', freshWeeks(quick ? QUICK_REPLICATES : REPLICATES))
  for (const rule of ['own', 'authors'] as const) fresh(`day, other seeds, ${rule}`, freshDays(rule, quick ? DAILY_STRENGTHS.length : DAILY_REPLICATES))
  return rows
}

/** Daily series of the benchmark's signals, drawn anew. */
function freshDays(rule: SizeRule, replicates: number): BenchmarkSeries {
  const file = (name: string): string => fileURLToPath(new URL(`../../shared/benchmark/daily/daily_${name}.csv`, import.meta.url))
  const signals = readDailySignals(file('signals'))
  const calendar = readDailyCalendar(file('calendar'))
  const series = signals.length * replicates
  const evaluated = DAYS - FIRST_JUDGED_DAY
  const counts = new Float64Array(series * DAYS)
  const clean = new Float64Array(series * DAYS)
  const during = new Uint8Array(series * evaluated)
  for (let i = 0; i < series; i++) {
    const signal = Math.floor(i / replicates)
    const drawn = simulateDaily(signals[signal]!, calendar, DAILY_STRENGTHS[i % DAILY_STRENGTHS.length]!, rule, createRng(`days ${rule} ${signal} ${i % replicates}`))
    counts.set(drawn.counts, i * DAYS)
    clean.set(drawn.clean, i * DAYS)
    during.set(drawn.outbreak.subarray(FIRST_JUDGED_DAY).map((cases) => Number(cases > 0)), i * evaluated)
  }
  const kinds = calendar.weekdays.map((weekday, day) => (calendar.holidays[day] === 1 ? DAY_HOLIDAY : weekday > 5 ? DAY_WEEKEND : DAY_WORKING))
  return { period: 'day', periodsPerYear: YEAR_DAYS, series, length: DAYS, from: FIRST_JUDGED_DAY, until: DAYS, counts, clean, during, weekdays: calendar.weekdays, kinds }
}

/** Weekly series of the benchmark's scenarios, drawn anew. */
function freshWeeks(replicates: number): BenchmarkSeries {
  const scenarios = readWeeklyScenarios(fileURLToPath(new URL('../../shared/benchmark/weekly/scenarios.csv', import.meta.url)))
  const series = scenarios.length * replicates
  const evaluated = WEEKS - FIRST_JUDGED_WEEK
  const counts = new Float64Array(series * WEEKS)
  const clean = new Float64Array(series * WEEKS)
  const during = new Uint8Array(series * evaluated)
  for (let i = 0; i < series; i++) {
    const nth = i % replicates
    const replicate = nth - (nth % PAIRS) + ((nth * STEP) % PAIRS)
    const drawn = simulateWeekly(scenarios[Math.floor(i / replicates)]!, replicate, createRng(`weeks ${Math.floor(i / replicates)} ${replicate}`))
    counts.set(drawn.counts, i * WEEKS)
    clean.set(drawn.clean, i * WEEKS)
    during.fill(1, i * evaluated + drawn.first - FIRST_JUDGED_WEEK, i * evaluated + drawn.last + 1 - FIRST_JUDGED_WEEK)
  }
  return { period: 'week', periodsPerYear: 52, series, length: WEEKS, from: FIRST_JUDGED_WEEK, until: WEEKS, counts, clean, during }
}
