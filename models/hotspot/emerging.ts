/**
 * How does a place's heat change over time? The eight classes of Emerging Hot Spot Analysis, from Gi* per place and week and the
 * trend of that. Definitions: Esri, "How Emerging Hot Spot Analysis works"; statistics: models/hotspot/getis-ord.ts, mann-kendall.ts.
 */
import { resolveOptions } from '../../core/options.ts'
import { adjustFalseDiscovery } from '../math/false-discovery.ts'
import { normalCdf } from '../math/normal.ts'
import type { Adjacency } from '../scan/adjacency.ts'
import { getisOrd } from './getis-ord.ts'
import { mannKendall } from './mann-kendall.ts'

export const HOT_CLASSES = ['new', 'consecutive', 'intensifying', 'persistent', 'diminishing', 'sporadic', 'oscillating', 'historical'] as const
export type HotClass = (typeof HOT_CLASSES)[number]

/** none: no class fits. unknown: too few steps or places, or all counts equal. */
export type PlaceClass = HotClass | 'none' | 'unknown'

export interface EmergingOptions {
  /** A bin is hot or cold where its two-sided p, adjusted for all bins (Benjamini, Hochberg), is at most this. */
  level: number
  /** Two-sided p up to which the trend of a place's z is one. */
  trendLevel: number
  /** Share of steps from which a place counts as hot throughout. */
  share: number
  /** Earlier steps in a neighbourhood. */
  lag: number
  /** Fewer steps tell nothing: Esri asks for ten. */
  minSteps: number
  /** Fewer places have no surroundings to stand out from. */
  minPlaces: number
}

export const EMERGING_DEFAULTS: Readonly<EmergingOptions> = { level: 0.05, trendLevel: 0.05, share: 0.9, lag: 1, minSteps: 10, minPlaces: 4 }
const RANGES = {
  level: [1e-9, 0.5], trendLevel: [1e-9, 0.5], share: [0.5, 1], lag: [0, 52, 'whole'], minSteps: [4, 1000, 'whole'], minPlaces: [2, 1e6, 'whole'],
} as const

export interface EmergingPlace {
  class: PlaceClass
  /** Gi* of the last step; NaN where it cannot be told. */
  z: number
  /** z of the trend of Gi*: above 0 gets hotter. */
  trend: number
  /** Steps on which the place was hot, and on which it was cold. */
  hotSteps: number
  coldSteps: number
}

/**
 * Classifies each place. O(bins log bins).
 *
 * @param counts places x steps, step s of place p at [p * steps + s], oldest first, gaps filled
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function classifyPlaces(counts: Float64Array, steps: number, touching: Adjacency, options: Partial<EmergingOptions> = {}): EmergingPlace[] {
  const { level, trendLevel, share, lag, minSteps, minPlaces } = resolveOptions('emerging', EMERGING_DEFAULTS, RANGES, options)
  const places = steps > 0 ? counts.length / steps : 0
  const unknown = (): EmergingPlace => ({ class: 'unknown', z: NaN, trend: NaN, hotSteps: 0, coldSteps: 0 })
  if (steps < minSteps || places < minPlaces) return Array.from({ length: places }, unknown)
  const z = getisOrd(counts, steps, touching, lag)
  const q = adjustFalseDiscovery(z.map(twoSided))
  return Array.from({ length: places }, (_, p) => {
    const ofPlace = z.subarray(p * steps, (p + 1) * steps)
    if (ofPlace.every(Number.isNaN)) return unknown()
    const heat = Int8Array.from(ofPlace, (value, s) => (q[p * steps + s]! <= level ? Math.sign(value) : 0))
    const { z: trend } = mannKendall(ofPlace)
    return {
      class: classOf(heat, twoSided(trend) <= trendLevel ? Math.sign(trend) : 0, share), z: ofPlace[steps - 1]!, trend,
      hotSteps: heat.filter((value) => value > 0).length, coldSteps: heat.filter((value) => value < 0).length,
    }
  })
}

/**
 * The first class that fits, in the order of the definitions.
 *
 * @param heat  1 hot, -1 cold, 0 neither, oldest first
 * @param trend 1 gets hotter, -1 cooler, 0 neither
 * @param share of steps from which the place counts as hot throughout
 */
export function classOf(heat: Int8Array, trend: number, share = EMERGING_DEFAULTS.share): HotClass | 'none' {
  const steps = heat.length
  const hot = heat.filter((value) => value > 0).length
  const throughout = hot >= share * steps
  if (!(heat[steps - 1]! > 0)) return throughout ? 'historical' : 'none'
  let run = 0
  while (run < steps && heat[steps - 1 - run]! > 0) run++
  if (hot === 1) return 'new'
  if (run === hot && !throughout) return 'consecutive'
  if (throughout) return trend > 0 ? 'intensifying' : trend < 0 ? 'diminishing' : 'persistent'
  return heat.some((value) => value < 0) ? 'oscillating' : 'sporadic'
}

function twoSided(z: number): number {
  return Number.isNaN(z) ? NaN : 2 * normalCdf(-Math.abs(z))
}
