/**
 * Did it help? Series that were acted on against series that were as bad and were not: without them, "it went down afterwards" is what any peak does (regression to
 * the mean). Nearest-neighbour matching within a caliper: Rubin (1973), Biometrics 29:159-183; Stuart (2010), Statistical Science 25:1-21.
 * Interval: bootstrap over matched sets (Austin & Small 2014, Statistics in Medicine 33:4306-4319), percentiles.
 */
import { quantile } from 'simple-statistics'
import type { Rng } from '../../core/rng.ts'

/** Logarithms of the histories on which cases are alike, as many for each. */
export type History = readonly number[]

export interface MatchOptions {
  /** Most that any history may differ, in logarithms. */
  caliper: number
  /** Controls per case at most. */
  controls: number
}

export const MATCH_DEFAULTS: Readonly<MatchOptions> = { caliper: Math.log(1.5), controls: 3 }

/** Indices of the nearest controls, nearest first, ties by index; none where all lie outside the caliper. */
export function nearestControls(one: History, controls: readonly History[], { caliper, controls: most }: MatchOptions = MATCH_DEFAULTS): number[] {
  const near: { at: number, distance: number }[] = []
  controls.forEach((history, at) => {
    let distance = 0
    for (let j = 0; j < one.length; j++) {
      const apart = Math.abs(history[j]! - one[j]!)
      if (!(apart <= caliper + 1e-12)) return
      distance += apart * apart
    }
    near.push({ at, distance })
  })
  return near.sort((a, b) => a.distance - b.distance || a.at - b.at).slice(0, most).map(({ at }) => at)
}

/** Callers after the same day: of the case, and the mean of its controls. */
export interface MatchedSet { treated: number, control: number }

export interface Effect {
  sets: number
  treated: number
  control: number
  /** Mean of treated - control, per set. */
  difference: number
  differenceLow: number
  differenceHigh: number
  /** Sum of treated over sum of controls; NaN where the controls had nothing. */
  ratio: number
  ratioLow: number
  ratioHigh: number
}

/** NaN where there are no sets; the interval of fewer than 5 is NaN too. */
export function measureEffect(sets: readonly MatchedSet[], random: Rng, replicates = 999): Effect {
  const treated = sets.reduce((sum, set) => sum + set.treated, 0)
  const control = sets.reduce((sum, set) => sum + set.control, 0)
  const n = sets.length
  const none = { differenceLow: NaN, differenceHigh: NaN, ratioLow: NaN, ratioHigh: NaN }
  const effect = { sets: n, treated, control, difference: (treated - control) / n, ratio: control > 0 ? treated / control : NaN }
  if (n < 5) return { ...effect, ...none }
  const differences: number[] = []
  const ratios: number[] = []
  for (let r = 0; r < replicates; r++) {
    let a = 0
    let b = 0
    for (let i = 0; i < n; i++) {
      const set = sets[random.below(n)]!
      a += set.treated
      b += set.control
    }
    differences.push((a - b) / n)
    ratios.push(b > 0 ? a / b : Infinity)
  }
  return {
    ...effect, differenceLow: quantile(differences, 0.025), differenceHigh: quantile(differences, 0.975),
    ratioLow: control > 0 ? quantile(ratios, 0.025) : NaN, ratioHigh: control > 0 ? quantile(ratios, 0.975) : NaN,
  }
}
