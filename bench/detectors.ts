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
  const kinds = calendar.weekdays.map((weekday, day) => (calendar.holidays[day] === 1 ? DAY_HOLIDAY : weekday > 5 ? DAY_WEEKEND : DAY_WORKING))
  const drawn = drawSeries(signals.length * replicates, DAYS, FIRST_JUDGED_DAY, (i) => {
    const signal = Math.floor(i / replicates)
    const { counts, clean, outbreak } = simulateDaily(signals[signal]!, calendar, DAILY_STRENGTHS[i % DAILY_STRENGTHS.length]!, rule, createRng(`days ${rule} ${signal} ${i % replicates}`))
    return { counts, clean, during: outbreak.map((cases) => Number(cases > 0)) }
  })
  return { period: 'day', periodsPerYear: YEAR_DAYS, ...drawn, weekdays: calendar.weekdays, kinds }
}

/** Weekly series of the benchmark's scenarios, drawn anew. */
function freshWeeks(replicates: number): BenchmarkSeries {
  const scenarios = readWeeklyScenarios(fileURLToPath(new URL('../../shared/benchmark/weekly/scenarios.csv', import.meta.url)))
  const drawn = drawSeries(scenarios.length * replicates, WEEKS, FIRST_JUDGED_WEEK, (i) => {
    const nth = i % replicates
    const replicate = nth - (nth % PAIRS) + ((nth * STEP) % PAIRS)
    const scenario = Math.floor(i / replicates)
    const { counts, clean, first, last } = simulateWeekly(scenarios[scenario]!, replicate, createRng(`weeks ${scenario} ${replicate}`))
    return { counts, clean, during: counts.map((_, week) => Number(week >= first && week <= last)) }
  })
  return { period: 'week', periodsPerYear: 52, ...drawn }
}

/** @param draw  series i: counts with the outbreak and without, and 1 in its periods */
function drawSeries(series: number, length: number, from: number, draw: (i: number) => { counts: Float64Array, clean: Float64Array, during: Float64Array }): Omit<BenchmarkSeries, 'period' | 'periodsPerYear'> {
  const counts = new Float64Array(series * length)
  const clean = new Float64Array(series * length)
  const during = new Uint8Array(series * (length - from))
  for (let i = 0; i < series; i++) {
    const drawn = draw(i)
    counts.set(drawn.counts, i * length)
    clean.set(drawn.clean, i * length)
    during.set(drawn.during.subarray(from), i * (length - from))
  }
  return { series, length, from, until: length, counts, clean, during }
}
