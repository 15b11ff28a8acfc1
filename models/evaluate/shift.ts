/**
 * Real noise, real episodes, known places: episodes are taken out of series and put back where they were not, as Enki,
 * Garthwaite, Farrington et al. (2016), PLoS ONE 11:e0160759, shift one part of a series against the other. docs/methods/shift.md
 */
import { resolveOptions } from '../../core/options.ts'
import type { Rng } from '../../core/rng.ts'
import { logTail } from '../math/distributions.ts'

export interface SplitOptions {
  /** Weeks before and after a day whose same weekday says what is usual on it. */
  reachWeeks: number
  /** ln of the Poisson p of seven days from which on they belong to an episode. */
  logP: number
  /** What lasts longer is no episode, but a habit, and stays in the noise. */
  maxDays: number
  /** Fewest tickets above what is usual. */
  minTickets: number
}

/** p 1e-5 a week: in 100 series about one such week in twenty years by chance. */
export const SPLIT_DEFAULTS: Readonly<SplitOptions> = { reachWeeks: 13, logP: Math.log(1e-5), maxDays: 56, minTickets: 3 }
const RANGES = { reachWeeks: [2, 520, 'whole'], logP: [-700, 0], maxDays: [1, 3650, 'whole'], minTickets: [1, 1e6, 'whole'] } as const

/** Tickets above what is usual, on consecutive days of one series. */
export interface Episode {
  /** Index of its first day. */
  from: number
  /** Tickets a day. */
  excess: Float64Array
  /** What is usual a day, on average over its days. */
  level: number
}

export interface Split {
  /** The series without its episodes: counts − Σ excess. */
  noise: Float64Array
  /** What is usual on each day. */
  usual: Float64Array
  episodes: Episode[]
}

/** Rounds in which what is usual is found again without the days of the last round's episodes. */
const ROUNDS = 3
const WEEK = 7

/**
 * Takes the episodes out of a daily series. Days belong to one where seven days that hold them have far more tickets than the
 * same weekdays of the weeks around; each ticket of such a day stays with probability usual / count, so that what is left
 * scatters like the other days. Looks at both sides of a day: for the making of trials, not for detection.
 *
 * @param counts whole numbers, no gaps
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function splitEpisodes(counts: Float64Array, random: Rng, options: Partial<SplitOptions> = {}): Split {
  const settings = resolveOptions('splitEpisodes', SPLIT_DEFAULTS, RANGES, options)
  const n = counts.length
  let unusual: Uint8Array = new Uint8Array(n)
  let usual = usualCounts(counts, unusual, settings.reachWeeks)
  for (let round = 0; round < ROUNDS; round++) {
    unusual = unusualDays(counts, usual, settings.logP)
    usual = usualCounts(counts, unusual, settings.reachWeeks)
  }
  const noise = counts.slice()
  const episodes: Episode[] = []
  for (let from = 0, until = 0; from < n; from = until) {
    until = from + 1
    if (unusual[from] === 0) continue
    while (until < n && unusual[until] === 1) until++
    const episode = drawEpisode(counts, usual, from, until, random)
    const size = episode.excess.reduce((sum, tickets) => sum + tickets, 0)
    if (size < settings.minTickets || episode.excess.length > settings.maxDays) continue
    episode.excess.forEach((tickets, d) => { noise[episode.from + d] -= tickets })
    episodes.push(episode)
  }
  return { noise, usual, episodes }
}

/** The episode with each of its tickets kept by chance, for a place with fewer people to call; days at its ends may become 0. */
export function thinExcess(excess: Float64Array, share: number, random: Rng): Float64Array {
  return excess.map((tickets) => binomial(tickets, share, random))
}

/**
 * Mean of the same weekday in the weeks before and after, the day itself and unusual days left out. Half a ticket more in all
 * those weeks together keeps silence from making the first ticket an episode.
 */
function usualCounts(counts: Float64Array, unusual: Uint8Array, reach: number): Float64Array {
  const n = counts.length
  const usual = new Float64Array(n)
  for (let t = 0; t < n; t++) {
    let sum = 0.5 / WEEK
    let days = 0
    for (let at = Math.max(t % WEEK, t - reach * WEEK); at <= Math.min(n - 1, t + reach * WEEK); at += WEEK) {
      if (at === t || unusual[at] === 1) continue
      sum += counts[at]
      days++
    }
    usual[t] = sum / Math.max(1, days)
  }
  return usual
}

/** 1 on every day of every seven days that are too many. */
function unusualDays(counts: Float64Array, usual: Float64Array, logP: number): Uint8Array {
  const unusual = new Uint8Array(counts.length)
  for (let t = WEEK - 1; t < counts.length; t++) {
    let sum = 0
    let mean = 0
    for (let at = t - WEEK + 1; at <= t; at++) {
      sum += counts[at]
      mean += usual[at]
    }
    if (sum > mean && logTail(sum, mean) <= logP) unusual.fill(1, t - WEEK + 1, t + 1)
  }
  return unusual
}

/** A day of this p begins or ends an episode: the week around it brings six days along that are like any other. */
const EDGE_LOG_P = Math.log(0.05)

function drawEpisode(counts: Float64Array, usual: Float64Array, from: number, until: number, random: Rng): Episode {
  const dull = (t: number): boolean => counts[t] <= usual[t] || logTail(counts[t], usual[t]) > EDGE_LOG_P
  while (from < until && dull(from)) from++
  while (until > from && dull(until - 1)) until--
  const means = usual.subarray(from, until)
  const excess = counts.slice(from, until).map((count, d) => (count > means[d] ? binomial(count, 1 - means[d] / count, random) : 0))
  return { from, excess, level: means.reduce((sum, mean) => sum + mean, 0) / means.length }
}

function binomial(n: number, p: number, random: Rng): number {
  let kept = 0
  for (let i = 0; i < n; i++) if (random.next() < p) kept++
  return kept
}
