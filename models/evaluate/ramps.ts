/**
 * Slow ramps at quiet places: is a problem that will have 90 callers told by the fifth? A stream is one topic at one place, its
 * distinct callers a day; streams come in towns, so that a place without a past has a baseline from the others. docs/methods/ramps.md
 */
import type { Rng } from '../../core/rng.ts'
import { countEpisodes, alarmsAbove, thresholdAtEpisodes } from './threshold.ts'

/** So many distinct callers over so many days, at a rate that grows linearly from nothing. */
export interface Ramp { callers: number, days: number }

export const RAMPS: readonly Ramp[] = [{ callers: 90, days: 182 }, { callers: 20, days: 56 }, { callers: 5, days: 10 }]
/** Usual callers a day of the streams of a town, in turn. */
export const MEANS: readonly number[] = [0, 0.01, 0.02, 0.05]
/** A ramp is told in time if an alarm comes on a night after its first and not after its fifth caller. */
export const IN_TIME = 5

/** n streams of `days` days, stream by stream; stream i has mean MEANS[i % MEANS.length]. */
export interface Town {
  streams: number
  days: number
  /** The days before are history, those from here on are watched. */
  from: number
  counts: Float64Array
}

/**
 * Statistics of one stream on the days from `from` until `until`, larger is more alarming, NaN cannot tell. Nothing after a day
 * is used for it, and nothing of the other streams but their history.
 *
 * @param counts the stream's days, with a ramp or without
 */
export type StreamStatistic = (town: Town, stream: number, counts: Float64Array, from: number, until: number) => Float64Array

/** Streams of Poisson callers. */
export function drawTown(streams: number, historyDays: number, watchedDays: number, random: Rng): Town {
  const days = historyDays + watchedDays
  const counts = new Float64Array(streams * days)
  for (let i = 0; i < streams; i++) for (let t = 0; t < days; t++) counts[i * days + t] = random.poisson(MEANS[i % MEANS.length])
  return { streams, days, from: historyDays, counts }
}

/** Days of a ramp's callers after its start, ascending. */
export function drawRamp({ callers, days }: Ramp, random: Rng): Int32Array {
  return Int32Array.from({ length: callers }, () => Math.floor(days * Math.sqrt(random.next()))).sort()
}

export interface RampFigures {
  /** Episodes of alarms per stream-year without ramps: of all streams, and of the mean that has most. */
  falseEpisodes: number
  worstFalseEpisodes: number
  /** RAMPS.length * MEANS.length shares of ramps told in time, ramp by ramp. */
  inTime: Float64Array
}

const DAYS_PER_YEAR = 365.2425

/**
 * One threshold for all streams, the lowest at which no mean has more than `perYear` false episodes per stream-year; then ramps
 * one at a time, begun on a day drawn so that they end within the days watched.
 *
 * @param draws ramps of each kind at each stream
 */
export function measureRamps(towns: readonly Town[], statistic: StreamStatistic, perYear: number, draws: number, random: Rng): RampFigures {
  const calm = MEANS.map((_, m) => joined(towns.flatMap((town) => streamsOf(town, m).map((i) => statistic(town, i, countsOf(town, i), town.from, town.days)))))
  const periods = towns[0].days - towns[0].from
  const threshold = Math.max(...calm.map((values) => thresholdAtEpisodes(values, periods, DAYS_PER_YEAR, perYear)))
  const rates = calm.map((values) => (countEpisodes(alarmsAbove(values, threshold), periods) * DAYS_PER_YEAR) / values.length)
  const inTime = new Float64Array(RAMPS.length * MEANS.length)
  RAMPS.forEach((ramp, r) => MEANS.forEach((_, m) => {
    let told = 0
    let all = 0
    for (const town of towns) {
      for (const i of streamsOf(town, m)) {
        for (let draw = 0; draw < draws; draw++) {
          const callers = drawRamp(ramp, random)
          const start = town.from + random.below(town.days - town.from - ramp.days)
          const counts = countsOf(town, i).slice()
          for (const day of callers) counts[start + day]++
          const values = statistic(town, i, counts, start + callers[0], start + callers[IN_TIME - 1] + 1)
          all++
          if (values.some((value) => value > threshold)) told++
        }
      }
    }
    inTime[r * MEANS.length + m] = told / all
  }))
  return { falseEpisodes: rates.reduce((sum, rate) => sum + rate, 0) / rates.length, worstFalseEpisodes: Math.max(...rates), inTime }
}

/** The history of all streams of a town with this stream's days. */
function countsOf({ counts, days }: Town, stream: number): Float64Array {
  return counts.subarray(stream * days, (stream + 1) * days)
}

function streamsOf({ streams }: Town, mean: number): number[] {
  return Array.from({ length: streams }, (_, i) => i).filter((i) => i % MEANS.length === mean)
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
