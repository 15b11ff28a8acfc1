/**
 * A city's series as a trial: what they were until the trial begins, then noise alone, and real episodes to be put back one at a
 * time where they were not. Each way of watching is asked for the noise, which sets its threshold, and for each episode.
 */
import { weekday } from '../core/days.ts'
import type { Rng } from '../core/rng.ts'
import { DAY_WEEKEND, DAY_WORKING } from '../models/detect/baseline-design.ts'
import type { Method, SeriesInput } from '../models/detect/method.ts'
import { splitEpisodes, thinExcess } from '../models/evaluate/shift.ts'
import type { Episode } from '../models/evaluate/shift.ts'
import { alarmsAbove, countEpisodes, thresholdAtEpisodes } from '../models/evaluate/threshold.ts'
import type { CitySeries } from './city-series.ts'

const DAYS_PER_YEAR = 365.2425

/** Tickets put onto one series on consecutive days. */
export interface Planting {
  series: number
  /** Index of the real episode it was drawn from: plantings of one are alike. */
  episode: number
  /** Index of the day of the first ticket; the last day has one too. */
  from: number
  excess: Float64Array
}

export interface Trial {
  city: CitySeries
  series: number
  days: number
  /** First day of the trial; before it the series are as they were, past episodes included. */
  from: number
  /** series * days counts, from `from` on without episodes. */
  counts: Float64Array
  weekdays: Uint8Array
  kinds: Uint8Array
  plantings: Planting[]
}

/** A way to watch the series. Larger is more alarming; NaN cannot tell and is no alarm. */
export interface Watch {
  name: string
  /** Rows of days − from statistics of the trial's days without any planting: a row a series, or fewer where series are watched together. */
  calm(trial: Trial): Float64Array
  /** Statistics of the planting's series on the days of the planting, which alone was added to the trial's counts. */
  planted(trial: Trial, planting: Planting): Float64Array
}

export interface Outcome {
  /** Alarms are statistics above it. */
  threshold: number
  /** Episodes of alarms per series-year in the noise: at most what was asked for, less where scores are tied. */
  falseEpisodes: number
  /** Days from the first ticket of each planting to the alarm, −1 where there is none while it lasts; undefined where no day of any can be told. */
  delays: Int16Array | undefined
}

/**
 * @param trialDays  days at the end of the series on which the trial takes place
 * @param plantings  how many to draw; a few less where an episode has no place like its own
 */
export function createTrial(city: CitySeries, trialDays: number, plantings: number, random: Rng): Trial {
  const { days, firstDay } = city
  const series = city.counts.length / days
  const from = days - trialDays
  const splits = Array.from({ length: series }, (_, i) => splitEpisodes(city.counts.subarray(i * days, (i + 1) * days), random.fork(`split ${i}`)))
  const counts = city.counts.slice()
  splits.forEach(({ noise }, i) => counts.set(noise.subarray(from), i * days + from))
  const weekdays = Uint8Array.from({ length: days }, (_, t) => weekday(firstDay + t))
  const kinds = weekdays.map((day) => (day > 5 ? DAY_WEEKEND : DAY_WORKING))
  const found = splits.flatMap(({ episodes }, source) => episodes.map((episode) => ({ ...episode, series: source })))
  const usual = splits.map((split) => split.usual)
  const drawn = Array.from({ length: found.length > 0 ? plantings : 0 }, () => {
    const episode = random.below(found.length)
    const planting = drawPlanting(found[episode]!, usual, city.places.length, from, random)
    return planting && { ...planting, episode }
  })
  return { city, series, days, from, counts, weekdays, kinds, plantings: drawn.filter((planting) => planting !== undefined) }
}

/** Draws of a place and a date before an episode is given up: there may be no place like its own. */
const DRAWS = 200
/** Levels are alike within this factor, and a little more where there is next to nothing: tickets a day. */
const ALIKE = 2
const LEVEL_FLOOR = 0.01
/** The smallest group appeal. */
const MIN_TICKETS = 3

/**
 * The episode at another place with the same topic, on another date with the same weekday, where about as many tickets are usual;
 * thinned where fewer are.
 */
function drawPlanting(episode: Episode & { series: number }, usual: readonly Float64Array[], places: number, from: number, random: Rng): Omit<Planting, 'episode'> | undefined {
  const { excess } = episode
  const days = usual[0]!.length
  const topic = Math.floor(episode.series / places)
  const sameWeekday = from + ((((episode.from - from) % 7) + 7) % 7)
  for (let draw = 0; draw < DRAWS; draw++) {
    const series = topic * places + random.below(places)
    const day = sameWeekday + 7 * random.below(Math.floor((days - from) / 7))
    if (series === episode.series || day + excess.length > days) continue
    const there = mean(usual[series]!.subarray(day, day + excess.length)) + LEVEL_FLOOR
    const here = episode.level + LEVEL_FLOOR
    if (there > ALIKE * here || here > ALIKE * there) continue
    const thinned = there < here ? thinExcess(excess, there / here, random) : excess
    if (thinned.reduce((sum, tickets) => sum + tickets, 0) < MIN_TICKETS) continue
    const first = thinned.findIndex((tickets) => tickets > 0)
    const last = thinned.findLastIndex((tickets) => tickets > 0)
    return { series, from: day + first, excess: thinned.slice(first, last + 1) }
  }
  return undefined
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Watches every series by itself with a method. */
export function watchBy(method: Pick<Method, 'name' | 'judge'>): Watch {
  const judge = ({ weekdays, kinds }: Trial, counts: Float64Array, from: number, until: number): Float64Array => {
    const input: SeriesInput = { counts, period: 'day', periodsPerYear: DAYS_PER_YEAR, weekdays, kinds, from, until }
    return method.judge(input).statistic
  }
  return {
    name: method.name,
    calm: (trial) => {
      const { series, days, from, counts } = trial
      const out = new Float64Array(series * (days - from))
      for (let i = 0; i < series; i++) out.set(judge(trial, counts.subarray(i * days, (i + 1) * days), from, days), i * (days - from))
      return out
    },
    planted: (trial, planting) => judge(trial, withPlanting(trial, planting), planting.from, planting.from + planting.excess.length),
  }
}

/** The counts of the planting's series with it. */
export function withPlanting({ counts, days }: Trial, { series, from, excess }: Planting): Float64Array {
  const own = counts.slice(series * days, (series + 1) * days)
  for (let d = 0; d < excess.length; d++) own[from + d] += excess[d]!
  return own
}

/** What a way of watching finds at each rate of false episodes per series-year. */
export function tryWatch(trial: Trial, watch: Watch, rates: readonly number[]): Outcome[] {
  const periods = trial.days - trial.from
  const calm = watch.calm(trial)
  const planted = trial.plantings.map((planting) => watch.planted(trial, planting))
  const known = planted.some((statistic) => statistic.some((value) => !Number.isNaN(value)))
  const years = (trial.series * periods) / DAYS_PER_YEAR
  return rates.map((rate) => {
    const threshold = thresholdAtEpisodes(calm, periods, periods, (rate * years * periods) / calm.length)
    return {
      threshold,
      falseEpisodes: falseEpisodes(trial, calm, threshold),
      delays: known ? Int16Array.from(planted, (statistic) => statistic.findIndex((value) => value > threshold)) : undefined,
    }
  })
}

/** Episodes of alarms above a threshold per series-year. @param calm as of Watch */
export function falseEpisodes({ series, days, from }: Trial, calm: Float64Array, threshold: number): number {
  const periods = days - from
  return countEpisodes(alarmsAbove(calm, threshold), periods) / ((series * periods) / DAYS_PER_YEAR)
}
