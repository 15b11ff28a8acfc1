/**
 * Nominal is actual: the tables behind models/detect/calibration.ts, and the proof that alarms come as often as told.
 * `node bench/calibration.ts` simulates usual series, sorts their evidence and writes models/detect/calibration-table.ts in
 * about 20 minutes of one core; the bench `calibration` counts the alarms of other usual series, whose course has to be learnt.
 */
import { writeFileSync } from 'node:fs'
import { DAY_HOLIDAY, DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'
import { CALIBRATIONS, cellOf, CVS, DISPERSIONS, LEVELS } from '../models/detect/calibration.ts'
import { EvidenceFilter } from '../models/detect/evidence.ts'
import { judgeWeisu, WEISU_SETTINGS } from '../models/detect/weisu.ts'
import type { WeisuSettings } from '../models/detect/weisu.ts'

const TABLE = new URL('../models/detect/calibration-table.ts', import.meta.url)
/** Series a cell; each goes as far back as a verdict does, then gives as many periods. */
const SERIES = 12000
const TAKEN = 56

if (process.argv[1] === import.meta.filename) writeTables()

function writeTables(): void {
  const parts = (['day', 'week'] as const).map((period) => {
    const rows = simulateTable(period, WEISU_SETTINGS[period])
    return `export const ${period.toUpperCase()}_TABLE = Float64Array.of(\n${rows.map((row) => `  ${row},\n`).join('')})\n`
  })
  writeFileSync(TABLE, `/**
 * Log odds that a usual period reaches with the probabilities of LEVELS, one row a cell; axes and order in calibration.ts.
 * Written by bench/calibration.ts; not to be edited by hand.
 */
${parts.join('\n')}`)
}

function simulateTable(period: 'day' | 'week', settings: WeisuSettings): string[] {
  const { means } = CALIBRATIONS[period]
  const rows: string[] = []
  const odds = new Float64Array(SERIES * TAKEN)
  means.forEach((mean, i) => {
    DISPERSIONS.forEach((dispersion, j) => {
      CVS.forEach((cv, k) => {
        simulateOdds(createRng(`calibration ${period} ${i} ${j} ${k}`), settings, mean, dispersion, cv, odds)
        odds.sort()
        rows[cellOf(i, j, k) / LEVELS.length] = Array.from(LEVELS, (p) => odds[Math.floor((1 - p) * odds.length)]!.toFixed(2)).join(', ')
      })
    })
    process.stderr.write(`${period} ${mean.toFixed(4)}\n`)
  })
  return rows
}

/** Log odds of the later periods of usual series; the level of each series is wrong by the given coefficient of variation. */
function simulateOdds(random: Rng, settings: WeisuSettings, mean: number, dispersion: number, cv: number, out: Float64Array): void {
  const filter = new EvidenceFilter(settings.rises, settings.onset)
  for (let s = 0, at = 0; s < SERIES; s++) {
    filter.reset()
    const level = cv > 0 ? mean * random.gamma(1 / cv ** 2, cv ** 2) : mean
    for (let t = -settings.lookback; t < TAKEN; t++) {
      const count = dispersion > 1 ? random.negativeBinomial(level, level / (dispersion - 1)) : random.poisson(level)
      const logOdds = filter.step(count, mean, dispersion, cv)
      if (t >= 0) out[at++] = logOdds
    }
  }
}

/** Kinds of usual series of the proof: callers a day, variance / mean, and what the days differ by. */
const USUAL = [
  { mean: 0.02, dispersion: 1, days: 'alike' }, { mean: 0.05, dispersion: 1, days: 'alike' }, { mean: 0.05, dispersion: 2, days: 'alike' },
  { mean: 0.1, dispersion: 1, days: 'week' }, { mean: 0.2, dispersion: 1, days: 'week' }, { mean: 0.5, dispersion: 1, days: 'week' },
  { mean: 0.5, dispersion: 2, days: 'week' }, { mean: 2, dispersion: 1, days: 'week' }, { mean: 5, dispersion: 1.5, days: 'office' },
  { mean: 10, dispersion: 2, days: 'season' }, { mean: 50, dispersion: 3, days: 'season' }, { mean: 200, dispersion: 5, days: 'season' },
] as const
const INTERVALS = [30, 100, 365]
const HISTORY_DAYS = 1095
const JUDGED_DAYS = 1095

/**
 * Alarm nights of outbreak-free series at recurrence intervals of 30, 100 and 365 days, relative to nominal, and the runs of such
 * nights; three years of history, then three judged. Weekends have half the callers of a working day, of an office none; every
 * 61st day is a holiday and like a weekend; the season goes up and down by half.
 */
export async function benchCalibration(quick: boolean): Promise<object> {
  const days = HISTORY_DAYS + JUDGED_DAYS
  const weekdays = Uint8Array.from({ length: days }, (_, t) => (t % 7) + 1)
  const kinds = Uint8Array.from(weekdays, (day, t) => (t % 61 === 7 ? DAY_HOLIDAY : day > 5 ? DAY_WEEKEND : DAY_WORKING))
  const series = quick ? 20 : 120
  return USUAL.map((usual) => {
    const nights = INTERVALS.map(() => 0)
    const runs = INTERVALS.map(() => 0)
    for (let s = 0; s < series; s++) {
      const counts = drawUsual(usual, weekdays, kinds, createRng(`usual ${usual.mean} ${usual.dispersion} ${s}`))
      const { logP } = judgeWeisu({ counts, period: 'day', periodsPerYear: 365.2425, weekdays, kinds, from: HISTORY_DAYS, until: days })
      INTERVALS.forEach((interval, k) => {
        for (let i = 0; i < JUDGED_DAYS; i++) {
          if (logP[i] > -Math.log(interval)) continue
          nights[k]!++
          if (i === 0 || logP[i - 1] > -Math.log(interval)) runs[k]!++
        }
      })
    }
    const relative = (counts: number[], name: string): object => Object.fromEntries(
      counts.map((n, k) => [`${name}_${INTERVALS[k]!}`, Math.round((1000 * n * INTERVALS[k]!) / (series * JUDGED_DAYS)) / 1000]),
    )
    return { ...usual, ...relative(nights, 'nights'), ...relative(runs, 'runs') }
  })
}

function drawUsual({ mean, dispersion, days }: typeof USUAL[number], weekdays: Uint8Array, kinds: Uint8Array, random: Rng): Float64Array {
  return Float64Array.from(weekdays, (_, t) => {
    const rest = days === 'alike' || kinds[t] === DAY_WORKING ? 1 : days === 'office' ? 0 : 0.5
    const today = mean * rest * (days === 'season' ? Math.exp(0.5 * Math.cos((2 * Math.PI * t) / 365.2425)) : 1)
    return dispersion > 1 ? random.negativeBinomial(today, today / (dispersion - 1)) : random.poisson(today)
  })
}
