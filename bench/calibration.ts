/**
 * The tables behind models/detect/calibration.ts. Usual series are simulated and their evidence is sorted:
 * `node bench/calibration.ts` writes models/detect/calibration-table.ts in about 15 minutes of one core.
 */
import { writeFileSync } from 'node:fs'
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'
import { CALIBRATIONS, cellOf, CVS, DISPERSIONS, LEVELS } from '../models/detect/calibration.ts'
import { EvidenceFilter } from '../models/detect/evidence.ts'
import { WEISU_SETTINGS } from '../models/detect/weisu.ts'
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
