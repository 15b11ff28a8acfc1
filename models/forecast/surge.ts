/**
 * How likely a surge is, as the past calibrates it: Platt (1999) scaling, logit p = a + b · logit(raw) + c · log ratio of the last
 * week, with a prior at raw itself; one set of numbers a length and a depth of places.
 */
import { choleskyDecompose, choleskySolve } from '../math/cholesky.ts'
import type { ForecastInput } from './forecast.ts'
import { DENSITIES, DEPTHS } from './forecast-model.ts'
import type { ForecastModel, SurgeModel } from './forecast-model.ts'
import { createPooledForecast, logit } from './pooled-forecast.ts'
import { fillOutcome, HORIZON_DAYS } from './training-rows.ts'
import type { Lessons } from './training-rows.ts'

/** Lengths in days for which surges are foretold. */
export const SURGE_DAYS = [7, 14, 28] as const

export interface SurgeLesson { raw: number, ratio: number, came: boolean }

/** Prior standard deviations of a, b, c around 0, 1, 0. */
const PRIOR_SD = [0.3, 0.1, 0.1] as const

/** @param modelOf the model by which an origin is judged */
export function trainSurge(input: ForecastInput, lessons: Lessons, modelOf: (origin: number) => ForecastModel): SurgeModel[] {
  const lists: SurgeLesson[][][] = SURGE_DAYS.map(() => Array.from({ length: DEPTHS }, () => []))
  const counts = new Float64Array(HORIZON_DAYS)
  lessons.origins.forEach(({ input: past, base }, o) => {
    const forecast = createPooledForecast(past, base, modelOf(o))
    for (let s = 0; s < forecast.series; s++) {
      if (base.row[s] < 0) continue
      fillOutcome(input, s, past.days, counts)
      let sum = 0
      for (let h = 0, k = 0; k < SURGE_DAYS.length; h++) {
        if (h === SURGE_DAYS[k]) {
          if (sum >= 0) {
            const threshold = forecast.surgeThreshold(s, h)
            lists[k][Math.min(DEPTHS - 1, input.placeDepth[s])].push({ raw: logit(forecast.rawSurge(s, h, threshold)), ratio: forecast.weekRatio(s), came: sum >= threshold })
          }
          k++
        }
        sum += counts[h]
      }
    }
  })
  return SURGE_DAYS.map((days, k) => ({ days, coefficients: lists[k].map((list) => fitLogistic(list)) }))
}

/** Newton steps on the penalised likelihood. @returns a, b, c */
export function fitLogistic(list: readonly SurgeLesson[]): number[] {
  const p = 3
  const beta = Float64Array.of(0, 1, 0)
  const centre = [0, 1, 0]
  const information = new Float64Array(p * p)
  const score = new Float64Array(p)
  const step = new Float64Array(p)
  for (let round = 0; round < 30; round++) {
    information.fill(0)
    for (let a = 0; a < p; a++) {
      score[a] = -(beta[a] - centre[a]) / PRIOR_SD[a] ** 2
      information[a * p + a] = 1 / PRIOR_SD[a] ** 2
    }
    for (const { raw, ratio, came } of list) {
      const eta = beta[0] + beta[1] * raw + beta[2] * ratio
      const q = 1 / (1 + Math.exp(-eta))
      const w = q * (1 - q)
      const e = (came ? 1 : 0) - q
      score[0] += e
      score[1] += e * raw
      score[2] += e * ratio
      information[0] += w
      information[3] += w * raw
      information[4] += w * raw * raw
      information[6] += w * ratio
      information[7] += w * ratio * raw
      information[8] += w * ratio * ratio
    }
    if (!choleskyDecompose(information, p)) break
    choleskySolve(information, score, step, p)
    let moved = 0
    for (let a = 0; a < p; a++) {
      beta[a] += Math.max(-1, Math.min(1, step[a]))
      moved = Math.max(moved, Math.abs(step[a]))
    }
    if (moved < 1e-6) break
  }
  return [...beta]
}

/** Group of a class for surges. */
export function depthOfClass(c: number): number {
  return Math.floor(c / DENSITIES.length)
}
