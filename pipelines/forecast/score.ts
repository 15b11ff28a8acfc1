/**
 * Forecasts against what came, class by class and horizon by horizon: the score card of a model. Definitions in
 * models/forecast/scores.ts.
 */
import { coverageShare, quantileLoss, scoreProbabilities, WQL_LEVELS } from '../../models/forecast/scores.ts'
import type { ModelName, SeriesClass, SeriesOutlook } from './outlook.ts'

/** Single days of the coming four weeks, sums of the next days, sums of each of the coming eight weeks. */
export const SCORED = ['day', 'sum_7', 'sum_14', 'sum_28', 'week'] as const
export type Scored = (typeof SCORED)[number]

const RANGES: Readonly<Record<Scored, readonly (readonly [from: number, until: number])[]>> = {
  day: Array.from({ length: 14 }, (_, i) => [2 * i, 2 * i + 1] as const),
  sum_7: [[0, 7]], sum_14: [[0, 14]], sum_28: [[0, 28]],
  week: Array.from({ length: 8 }, (_, w) => [7 * w, 7 * w + 7] as const),
}
const SURGE_DAYS: Readonly<Partial<Record<Scored, number>>> = { sum_7: 7, sum_14: 14, sum_28: 28 }
const COVERAGES = [0.5, 0.8, 0.95] as const

/** One line of a table; the keys are promised in docs/cli.md, null is not defined. */
export interface ScoreRow {
  class: SeriesClass
  horizon: Scored
  model: ModelName
  /** Forecasts that were scored. */
  n: number
  /** Sum of the quantile losses at 0.1 … 0.9 over the sum of the callers that came. */
  wql: number | null
  coverage50: number | null
  coverage80: number | null
  coverage95: number | null
  /** Of the surge probabilities: events, Brier score, its skill and PR-AUC against climatology, calibration. */
  surges: number | null
  brier: number | null
  brier_skill: number | null
  slope: number | null
  intercept: number | null
  pr_auc: number | null
  pr_auc_climatology: number | null
}

interface Cell { n: number, loss: number, came: number, inside: [number, number, number], p: number[], reference: number[], event: number[] }

export interface Scorer {
  /**
   * @param came        callers of each of the coming days; NaN where a day is not over, or a gap
   * @param climatology share of the past's stretches of so many days that reached a threshold
   */
  add(outlook: SeriesOutlook, came: Float64Array, climatology: (days: number, threshold: number) => number): void
  rows(): ScoreRow[]
}

export function createScorer(scored: readonly Scored[] = SCORED): Scorer {
  const cells = new Map<string, Cell>()
  const quantiles = new Float64Array(WQL_LEVELS.length)
  const cellOf = (key: string): Cell => {
    let cell = cells.get(key)
    if (!cell) cells.set(key, cell = { n: 0, loss: 0, came: 0, inside: [0, 0, 0], p: [], reference: [], event: [] })
    return cell
  }
  return {
    add: (outlook, came, climatology) => {
      for (const horizon of scored) {
        const cell = cellOf(`${outlook.seriesClass}/${horizon}/${outlook.model}`)
        for (const [from, until] of RANGES[horizon]) {
          let y = 0
          for (let h = from; h < until; h++) y += came[h] ?? NaN
          if (Number.isNaN(y)) continue
          outlook.quantiles(from, until, WQL_LEVELS, quantiles)
          if (!(quantiles[0]! >= 0)) continue
          cell.n++
          cell.came += y
          cell.loss += quantileLoss(y, quantiles)
          const below = y === 0 ? 0 : outlook.atMost(from, until, y - 1)
          const upTo = outlook.atMost(from, until, y)
          COVERAGES.forEach((coverage, i) => { cell.inside[i]! += coverageShare(below, upTo, coverage) })
          const days = SURGE_DAYS[horizon]
          if (days === undefined) continue
          const threshold = outlook.threshold(days)
          cell.p.push(outlook.chance(days, threshold))
          cell.reference.push(climatology(days, threshold))
          cell.event.push(y >= threshold ? 1 : 0)
        }
      }
    },
    rows: () => [...cells].map(([key, cell]) => rowOf(key, cell)).filter((row) => row.n > 0)
      .sort((a, b) => order(a.class, b.class) || SCORED.indexOf(a.horizon) - SCORED.indexOf(b.horizon) || order(a.model, b.model)),
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function rowOf(key: string, { n, loss, came, inside, p, reference, event }: Cell): ScoreRow {
  const [seriesClass, horizon, model] = key.split('/') as [SeriesClass, Scored, ModelName]
  const surge = event.length > 0 ? scoreProbabilities(Float64Array.from(p), Float64Array.from(reference), Uint8Array.from(event)) : undefined
  return {
    class: seriesClass, horizon, model, n, wql: rounded(loss / came),
    coverage50: rounded(inside[0] / n), coverage80: rounded(inside[1] / n), coverage95: rounded(inside[2] / n),
    surges: surge ? surge.events : null, brier: rounded(surge?.brier), brier_skill: rounded(surge?.skill), slope: rounded(surge?.slope),
    intercept: rounded(surge?.intercept), pr_auc: rounded(surge?.prAuc), pr_auc_climatology: rounded(surge?.prAucReference),
  }
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1e4) / 1e4
}

/** Share of the stretches of `days` days, one after the other back from the night, whose callers reached the threshold. */
export function climatologyOf(counts: Float64Array): (days: number, threshold: number) => number {
  return (days, threshold) => {
    let reached = 0
    let stretches = 0
    for (let until = counts.length; until - days >= 0; until -= days) {
      let sum = 0
      for (let i = until - days; i < until; i++) sum += counts[i]!
      if (Number.isNaN(sum)) continue
      stretches++
      if (sum >= threshold) reached++
    }
    return (reached + 0.5) / (stretches + 1)
  }
}
