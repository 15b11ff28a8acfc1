/**
 * A few simulated series in files of the benchmark's shapes: Poisson counts, an outbreak of a few periods in each.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRng } from '../../core/rng.ts'
import type { BenchmarkFiles, Period } from '../../pipelines/benchmark-series.ts'

const MEAN = 4
const SHAPES = {
  week: { length: 100, evaluated: 49, header: 'scenario,replicate,week,count,outbreak,past', group: 'scenario' },
  day: { length: 364, evaluated: 343, header: 'signal,replicate,day,count,clean,outbreak', group: 'signal' },
} as const

/** @param size cases of the outbreak in each of its periods */
export function writeSmallBenchmark(directory: string, period: Period, series: number, size: number): BenchmarkFiles {
  const rng = createRng(`small ${period}`)
  const { length, evaluated, header, group } = SHAPES[period]
  const rows: string[] = [header]
  const outbreaks = [`"${group}","replicate","first","last"`]
  for (let i = 1; i <= series; i++) {
    const first = length - evaluated + 1 + rng.below(evaluated - 5)
    const last = first + rng.below(5)
    outbreaks.push(`${i},1,${first},${last}`)
    for (let t = 1; t <= length; t++) {
      const clean = rng.poisson(MEAN)
      const outbreak = t >= first && t <= last ? size : 0
      rows.push(period === 'week' ? `${i},1,${t},${clean + outbreak},${outbreak},0` : `${i},1,${t},${clean + outbreak},${clean},${outbreak}`)
    }
  }
  const files = { counts: join(directory, `${period}.csv`), series: join(directory, `${period}_series.csv`) }
  writeFileSync(files.counts, rows.join('\n'))
  writeFileSync(files.series, outbreaks.join('\n'))
  return files
}
