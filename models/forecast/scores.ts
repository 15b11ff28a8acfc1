/**
 * How good were forecasts? Quantile loss weighed by volume, coverage of intervals with ties split, and for probabilities
 * Brier's score, calibration and precision-recall. Definitions in docs/methods/forecast.md.
 */

/** Levels of the weighted quantile loss. */
export const WQL_LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const

/** Twice the pinball loss, mean over the levels: Koenker & Bassett (1978), Econometrica 46:33-50. */
export function quantileLoss(y: number, quantiles: ArrayLike<number>, levels: ArrayLike<number> = WQL_LEVELS): number {
  let sum = 0
  for (let i = 0; i < levels.length; i++) {
    const miss = y - quantiles[i]
    sum += miss >= 0 ? levels[i] * miss : (levels[i] - 1) * miss
  }
  return (2 * sum) / levels.length
}

/**
 * Part of a count that lies in the central interval of the given coverage: the overlap of [P(Y < y), P(Y <= y)] with it, the mean
 * of the randomised PIT (Smith 1985; Czado, Gneiting & Held 2009, Biometrics 65:1254-1261) over its randomness.
 */
export function coverageShare(below: number, upTo: number, coverage: number): number {
  const low = (1 - coverage) / 2
  const high = 1 - low
  if (upTo <= below) return upTo > low && upTo <= high ? 1 : 0
  return Math.max(0, Math.min(high, upTo) - Math.max(low, below)) / (upTo - below)
}

export interface ProbabilityScore {
  n: number
  events: number
  brier: number
  /** 1 − Brier / Brier of the reference. */
  skill: number
  /** Of the logistic regression of what came on logit p: 0 and 1 where probabilities are what they say (Cox 1958, Biometrika 45:562-565). */
  intercept: number
  slope: number
  /** Area under precision-recall, as the mean precision at each event (ties share), and of the reference. */
  prAuc: number
  prAucReference: number
}

/**
 * @param p         n probabilities
 * @param reference n probabilities of the reference, climatology say
 * @param came      n outcomes, 0 or 1
 */
export function scoreProbabilities(p: Float64Array, reference: Float64Array, came: Uint8Array): ProbabilityScore {
  const n = p.length
  let events = 0
  let brier = 0
  let other = 0
  for (let i = 0; i < n; i++) {
    events += came[i]
    brier += (p[i] - came[i]) ** 2
    other += (reference[i] - came[i]) ** 2
  }
  const { intercept, slope } = calibrate(p, came)
  return { n, events, brier: brier / n, skill: 1 - brier / other, intercept, slope, prAuc: averagePrecision(p, came), prAucReference: averagePrecision(reference, came) }
}

/** Maximum likelihood of logit P(came) = intercept + slope · logit p, by Newton; NaN without events of both kinds. */
export function calibrate(p: Float64Array, came: Uint8Array): { intercept: number, slope: number } {
  let a = 0
  let b = 1
  const x = p.map((each) => {
    const q = Math.min(1 - 1e-9, Math.max(1e-9, each))
    return Math.log(q / (1 - q))
  })
  let events = 0
  for (let i = 0; i < came.length; i++) events += came[i]
  if (events === 0 || events === came.length) return { intercept: NaN, slope: NaN }
  for (let round = 0; round < 50; round++) {
    let s0 = 0
    let s1 = 0
    let i00 = 0
    let i01 = 0
    let i11 = 0
    for (let i = 0; i < x.length; i++) {
      const q = 1 / (1 + Math.exp(-(a + b * x[i])))
      const w = q * (1 - q)
      const e = came[i] - q
      s0 += e
      s1 += e * x[i]
      i00 += w
      i01 += w * x[i]
      i11 += w * x[i] * x[i]
    }
    const det = i00 * i11 - i01 * i01
    if (!(det > 0)) return { intercept: NaN, slope: NaN }
    const stepA = Math.max(-1, Math.min(1, (i11 * s0 - i01 * s1) / det))
    const stepB = Math.max(-1, Math.min(1, (i00 * s1 - i01 * s0) / det))
    a += stepA
    b += stepB
    if (Math.abs(stepA) + Math.abs(stepB) < 1e-8) break
  }
  return { intercept: a, slope: b }
}

/** Σ (recall gained) · precision from the most probable down; equal probabilities are one step. */
export function averagePrecision(p: Float64Array, came: Uint8Array): number {
  const order = Int32Array.from(p.keys()).sort((i, j) => p[j] - p[i] || i - j)
  let hits = 0
  let area = 0
  for (let from = 0, until = 0; from < order.length; from = until) {
    let here = 0
    while (until < order.length && p[order[until]] === p[order[from]]) here += came[order[until++]]
    hits += here
    area += here * (hits / until)
  }
  return hits > 0 ? area / hits : NaN
}
