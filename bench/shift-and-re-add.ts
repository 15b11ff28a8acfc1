/**
 * Real noise and real episodes of two cities: how many episodes does each method find where they were not, and how many days
 * before the others, all at the same number of false alerts? docs/methods/shift.md
 */
import { mean, median, standardDeviation } from 'simple-statistics'
import { createRng } from '../core/rng.ts'
import { METHODS } from '../models/detect/registry.ts'
import { CITIES, readCitySeries } from './city-series.ts'
import { nightWatch } from './night-watch.ts'
import { EARS_C2_FLOOR, IN_SEVEN_DAYS } from './rules.ts'
import { PERMUTATION_SCAN } from './scan-watch.ts'
import { createTrial, falseEpisodes, tryWatch, watchBy } from './shift-trial.ts'
import type { Outcome, Trial, Watch } from './shift-trial.ts'

const SEED = 20261123
/** Days of the trial at the end of a city's file, and plantings. */
const PLANS: Readonly<Record<string, { full: { days: number, plantings: number }, quick: { days: number, plantings: number } }>> = {
  Houston: { full: { days: 1095, plantings: 1000 }, quick: { days: 42, plantings: 40 } },
  Boston: { full: { days: 84, plantings: 500 }, quick: { days: 28, plantings: 30 } },
}
const METHOD_NAMES = ['weisu', 'ff_week_nbPlugin', 'nb_glm_dow']
/** Tickets in seven days that the rule people use asks for. */
const FIXED = 3
/** False episodes per series-year at which the methods are compared besides that rule's own: what a department feels, and what a city can read. */
const RATES = [0.5, 0.1]
/** Draws of the bootstrap. */
const DRAWS = 1000

/** One method in one city at one rate of false alerts. NaN where the method cannot tell a single day. */
export interface ShiftFigures {
  city: string
  method: string
  /** Episodes of alarms per series-year in the noise: asked for, and reached. */
  asked: number
  falseEpisodes: number
  /** Share of the plantings found while they last. */
  sensitivity: number
  /** From the first ticket to the alarm, of those found. */
  medianDelay: number
  /** Days by which the night is earlier, of the plantings that either finds; one that is missed is told the day after its end. */
  medianGained: number
  meanGained: number
  /** Standard error of the mean, by drawing the real episodes anew; the noise, which sets the thresholds, stays. */
  gainedError: number
}

/** @param quick fewer days and plantings */
export async function benchShiftAndReAdd(quick: boolean): Promise<ShiftFigures[]> {
  const figures: ShiftFigures[] = []
  for (const city of CITIES) {
    const { days, plantings } = PLANS[city]![quick ? 'quick' : 'full']
    const trial = createTrial(await readCitySeries(city), days, plantings, createRng(SEED).fork(city))
    const fixed = falseEpisodes(trial, watchBy(IN_SEVEN_DAYS).calm(trial), FIXED - 1)
    figures.push(...compareWatches(trial, watches(quick), [fixed, ...RATES]))
  }
  return figures
}

/** The night's rule first: the others are measured against it. @param quick without the slow zones */
function watches(quick: boolean): Watch[] {
  const methods = METHOD_NAMES.map((name) => METHODS.get(name)).filter((method) => method !== undefined)
  return [nightWatch('night', 1), ...(quick ? [] : [nightWatch('night, zones')]), ...[...methods, EARS_C2_FLOOR, IN_SEVEN_DAYS].map(watchBy), PERMUTATION_SCAN]
}

/** @param watches the first is the one whose gain over each of the others is told */
export function compareWatches(trial: Trial, watches: readonly Watch[], rates: readonly number[]): ShiftFigures[] {
  const outcomes = watches.map((watch) => tryWatch(trial, watch, rates))
  return rates.flatMap((asked, r) => watches.map((watch, w) => figuresOf(trial, watch.name, asked, outcomes[w]![r]!, outcomes[0]![r]!)))
}

function figuresOf({ city: { city }, plantings }: Trial, method: string, asked: number, { falseEpisodes, delays }: Outcome, own: Outcome): ShiftFigures {
  const known = { city, method, asked, falseEpisodes }
  if (!delays) return { ...known, sensitivity: NaN, medianDelay: NaN, medianGained: NaN, meanGained: NaN, gainedError: NaN }
  const found = [...delays].filter((delay) => delay >= 0)
  const told = (of: Int16Array, i: number): number => (of[i]! < 0 ? plantings[i]!.excess.length : of[i]!)
  const ownDelays = own.delays
  const either = ownDelays ? [...delays.keys()].filter((i) => delays[i]! >= 0 || ownDelays[i]! >= 0) : []
  const gained = either.map((i) => told(delays, i) - told(ownDelays!, i))
  return {
    ...known, sensitivity: found.length / delays.length,
    medianDelay: middle(found), medianGained: middle(gained), meanGained: gained.length > 0 ? mean(gained) : NaN,
    gainedError: errorByEpisode(gained, either.map((i) => plantings[i]!.episode)),
  }
}

/** Standard error of the mean of values that are alike within an episode: bootstrap over the episodes. */
function errorByEpisode(values: readonly number[], episodes: readonly number[]): number {
  const groups = [...Map.groupBy(values.keys(), (i) => episodes[i]!).values()].map((members) => ({ sum: members.reduce((sum, i) => sum + values[i]!, 0), count: members.length }))
  if (groups.length < 2) return NaN
  const random = createRng(SEED)
  return standardDeviation(Array.from({ length: DRAWS }, () => {
    const drawn = groups.map(() => groups[random.below(groups.length)]!)
    return drawn.reduce((sum, group) => sum + group.sum, 0) / drawn.reduce((sum, group) => sum + group.count, 0)
  }))
}

function middle(values: number[]): number {
  return values.length > 0 ? median(values) : NaN
}
