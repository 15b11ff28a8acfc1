/**
 * Nominal is actual: the tables behind models/detect/calibration.ts, and the proof that alarms come as often as told.
 * `node bench/calibration.ts` simulates usual series, sorts their evidence and writes models/detect/calibration-table.ts in
 * about 20 minutes of one core, `node bench/calibration.ts week` the weeks alone in two, the days as they stand; the bench `calibration` counts the alarms of other usual series, whose course has to be learnt.
 */
import { writeFileSync } from 'node:fs'
import { DAY_HOLIDAY, DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'
import { CALIBRATIONS, cellOf, CVS, DISPERSIONS, LEVELS } from '../models/detect/calibration.ts'
import { EvidenceFilter } from '../models/detect/evidence.ts'
import { judgeWeisu, WEISU_SETTINGS } from '../models/detect/weisu.ts'

const TABLE = new URL('../models/detect/calibration-table.ts', import.meta.url)
/** Series a cell; each goes as far back as a verdict does, then gives as many periods. */
const SERIES = 8000
const TAKEN = 56
/**
 * A cell stands for the means around it, up to this part off in logarithms: a learnt mean strays by more. Where single tickets make
 * steps of the odds these are smoothed.
 */
const AROUND = 0.2
/** Weekends have between this part of a working day's tickets and as many, alike for all days of a series. */
const QUIETEST_WEEKEND = 0.3
/** By this part, one standard deviation, the dispersion of a series is off what two or three years of it tell. */
const DISPERSION_MISS = 0.08

if (process.argv[1] === import.meta.filename) writeTables(process.argv[2])

/** @param only 'day' or 'week': the other is written as it stands */
function writeTables(only?: string): void {
  const parts = (['day', 'week'] as const).map((period) => {
    const rows = only === undefined || only === period ? simulateTable(period) : presentTable(period)
    return `export const ${period.toUpperCase()}_TABLE = Float64Array.of(\n${rows.map((row) => `  ${row},\n`).join('')})\n`
  })
  writeFileSync(TABLE, `/**
 * Log odds that a usual period reaches with the probabilities of LEVELS, one row a cell; axes and order in calibration.ts.
 * Written by bench/calibration.ts; not to be edited by hand.
 */
${parts.join('\n')}`)
}

function presentTable(period: 'day' | 'week'): string[] {
  const { values } = CALIBRATIONS[period]
  return Array.from({ length: values.length / LEVELS.length }, (_, cell) => Array.from(values.subarray(cell * LEVELS.length, (cell + 1) * LEVELS.length), (x) => x.toFixed(2)).join(', '))
}

function simulateTable(period: 'day' | 'week'): string[] {
  const { means } = CALIBRATIONS[period]
  const rows: string[] = []
  const odds = new Float64Array(SERIES * TAKEN)
  means.forEach((mean, i) => {
    DISPERSIONS.forEach((dispersion, j) => {
      CVS.forEach((cv, k) => {
        simulateOdds(createRng(`calibration ${period} ${i} ${j} ${k}`), period, mean, dispersion, cv, odds)
        odds.sort()
        rows[cellOf(i, j, k) / LEVELS.length] = Array.from(LEVELS, (p) => odds[Math.floor((1 - p) * odds.length)]!.toFixed(2)).join(', ')
      })
    })
    process.stderr.write(`${period} ${mean.toFixed(4)}\n`)
  })
  return rows
}

/**
 * Log odds of the later periods of usual series, as they are learnt: the level of each is wrong by the given coefficient of
 * variation, its dispersion by a little.
 */
function simulateOdds(random: Rng, period: 'day' | 'week', mean: number, dispersion: number, cv: number, out: Float64Array): void {
  const settings = WEISU_SETTINGS[period]
  const filter = new EvidenceFilter(settings.rises, settings.onset)
  for (let s = 0, at = 0; s < SERIES; s++) {
    filter.reset()
    const usual = mean * Math.exp(AROUND * (random.next() - random.next()))
    const weekend = period === 'day' ? 1 - (1 - QUIETEST_WEEKEND) * random.next() : 1
    const working = (7 * usual) / (5 + 2 * weekend)
    const monday = random.below(7)
    const wrong = cv > 0 ? random.gamma(1 / cv ** 2, cv ** 2) : 1
    const excess = (dispersion > 1 ? dispersion * Math.exp(DISPERSION_MISS * random.normal()) : 1) - 1
    for (let t = 0; t < settings.lookback + TAKEN; t++) {
      const expected = working * ((t + monday) % 7 > 4 ? weekend : 1)
      const level = expected * wrong
      const count = excess > 0 ? random.negativeBinomial(level, level / excess) : random.poisson(level)
      const logOdds = filter.step(count, expected, dispersion, cv)
      if (t >= settings.lookback) out[at++] = logOdds
    }
  }
}

/** Kinds of usual series of the proof: callers a working day, variance / mean, and what the days differ by. */
const USUAL: readonly Usual[] = [
  ...[0.02, 0.05, 0.1, 0.2, 0.5, 2].flatMap((mean) => [1, 2].map((dispersion) => ({ mean, dispersion, days: 'week' as const }))),
  { mean: 0.05, dispersion: 1, days: 'alike' }, { mean: 0.5, dispersion: 1, days: 'alike' }, { mean: 5, dispersion: 1.5, days: 'office' },
  { mean: 10, dispersion: 2, days: 'season' }, { mean: 50, dispersion: 3, days: 'season' }, { mean: 200, dispersion: 5, days: 'season' },
]
interface Usual { mean: number, dispersion: number, days: 'alike' | 'week' | 'office' | 'season' }
/** Series are added by so many until it is clear whether a cell holds, or there are enough. */
const BATCH = 200
const MOST_SERIES = 1000
/** Relative to nominal. */
const TOLERANCE = 0.1
const INTERVALS = [30, 100, 365]
const HISTORY_DAYS = 1095
const JUDGED_DAYS = 1095

/**
 * Alarm nights of outbreak-free series at recurrence intervals of 30, 100 and 365 days, relative to nominal, with their standard
 * errors by series (nights of one series are alike), and the runs of such nights; three years of history, then three judged.
 * Weekends have half the callers of a working day, of an office none; every 61st day is a holiday and like a weekend; the season
 * goes up and down by half.
 */
export async function benchCalibration(quick: boolean): Promise<object> {
  const days = HISTORY_DAYS + JUDGED_DAYS
  const weekdays = Uint8Array.from({ length: days }, (_, t) => (t % 7) + 1)
  const kinds = Uint8Array.from(weekdays, (day, t) => (t % 61 === 7 ? DAY_HOLIDAY : day > 5 ? DAY_WEEKEND : DAY_WORKING))
  return USUAL.map((usual) => {
    const nights: number[][] = INTERVALS.map(() => [])
    const runs: number[][] = INTERVALS.map(() => [])
    const most = quick ? 20 : MOST_SERIES
    for (let s = 0; s < most && !(s % BATCH === 0 && s > 0 && nights.every(isClear)); s++) {
      const counts = drawUsual(usual, weekdays, kinds, createRng(`usual ${usual.mean} ${usual.dispersion} ${s}`))
      const { logP } = judgeWeisu({ counts, period: 'day', periodsPerYear: 365.2425, weekdays, kinds, from: HISTORY_DAYS, until: days })
      INTERVALS.forEach((interval, k) => {
        const isAlarm = (i: number): boolean => logP[i] <= -Math.log(interval)
        const alarms = Array.from(logP.keys()).filter(isAlarm)
        nights[k]!.push((alarms.length * interval) / JUDGED_DAYS)
        runs[k]!.push((alarms.filter((i) => i === 0 || !isAlarm(i - 1)).length * interval) / JUDGED_DAYS)
      })
    }
    const named = (name: string, of: (k: number) => number): object => Object.fromEntries(INTERVALS.map((interval, k) => [`${name}_${interval}`, Math.round(1000 * of(k)) / 1000]))
    return {
      ...usual, series: nights[0]!.length, ...named('nights', (k) => mean(nights[k]!)), ...named('error', (k) => standardError(nights[k]!)), ...named('runs', (k) => mean(runs[k]!)),
    }
  })
}

/** Whether the rate is within the tolerance, or beyond it, by two standard errors. */
function isClear(rates: readonly number[]): boolean {
  return Math.abs(Math.abs(mean(rates) - 1) - TOLERANCE) > 2 * standardError(rates)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function standardError(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length)
}

function drawUsual({ mean, dispersion, days }: Usual, weekdays: Uint8Array, kinds: Uint8Array, random: Rng): Float64Array {
  return Float64Array.from(weekdays, (_, t) => {
    const rest = days === 'alike' || kinds[t] === DAY_WORKING ? 1 : days === 'office' ? 0 : 0.5
    const today = mean * rest * (days === 'season' ? Math.exp(0.5 * Math.cos((2 * Math.PI * t) / 365.2425)) : 1)
    return dispersion > 1 ? random.negativeBinomial(today, today / (dispersion - 1)) : random.poisson(today)
  })
}
