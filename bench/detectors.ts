/**
 * The methods on the benchmark's simulated series: found outbreaks at matched false alarms, and CPU time a series. The quick form
 * asks Weisu's own and a few references only, not the slow nb_glm_dow.
 */
import { fileURLToPath } from 'node:url'
import { METHODS } from '../models/detect/registry.ts'
import { evaluate } from '../pipelines/evaluate.ts'
import type { Evaluation } from '../pipelines/evaluate.ts'

const BEST = { week: ['weisu', 'ff_delta', 'ff_nbPlugin', 'bayes3'], day: ['weisu', 'ff_week_nbPlugin', 'earsC2_weekdays'] } as const
const FOLDERS = { week: 'weekly', day: 'daily' } as const

export async function benchDetectors(quick: boolean): Promise<({ period: string } & Evaluation)[]> {
  const rows: ({ period: string } & Evaluation)[] = []
  for (const period of ['week', 'day'] as const) {
    const file = (ending: string): string => fileURLToPath(new URL(`../../shared/benchmark/${FOLDERS[period]}/${FOLDERS[period]}_dev${ending}`, import.meta.url))
    const methods = BEST[period].filter((name) => METHODS.has(name))
    const found = await evaluate({ period, counts: file('.csv.gz'), series: file('_series.csv'), threads: 1, ...(quick && { methods }) })
    rows.push(...found.map((row) => ({ period, ...row })))
  }
  return rows
}
