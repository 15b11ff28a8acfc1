/**
 * Do more people say a word here than before? The callers of the last days who say it, against a negative binomial of what they
 * would: the word's rate in the city's past, by season and weekday, moved to what the place itself said before, as uncertain as
 * the past is short and as clumped as the word's weeks were. docs/methods/emerging-words.md
 */
import { resolveOptions } from '../../core/options.ts'
import { logTail } from '../math/distributions.ts'

export interface WordBurstOptions {
  /** Callers that a word nobody said yet is credited with: the vocabulary grows. */
  unseen: number
  /** Shape of the gamma distribution of a word's rates over the places of a city; small: most words are of few places. */
  placeShape: number
  /** Squared coefficient of variation of a word's weeks where they tell nothing, and how many expected pairs of callers outweigh it. */
  clumping: number
  clumpingWeight: number
}

export const WORD_BURST_DEFAULTS: Readonly<WordBurstOptions> = { unseen: 0.5, placeShape: 0.5, clumping: 1, clumpingWeight: 20 }
const RANGES = { unseen: [1e-6, 100], placeShape: [1e-3, 1000], clumping: [0, 100], clumpingWeight: [0, 1e6] } as const

/** What the city's past says of a word; weeks back from the night, a week's index is (night - day) / 7 rounded down. */
export interface WordPast {
  /** Tickets with the word, and all tickets, by week; the weeks of the window are left at 0. */
  said: ArrayLike<number>
  all: ArrayLike<number>
  /** The same by weekday, Monday first. */
  saidByWeekday: ArrayLike<number>
  allByWeekday: ArrayLike<number>
}

export interface WordRate {
  /** Tickets with the word per ticket: the highest of the whole past, the last eight weeks of it and the same season a year before. */
  rate: number
  /** Tickets of the past with the word. */
  said: number
  /** Squared coefficient of variation of its weeks beyond chance. */
  clumping: number
  /** Factors of the weekdays, Monday first. */
  weekday: Float64Array
}

/** Weeks of the past that count as of late, beginning where the past ends, and those around the same day a year before. */
const LATE_WEEKS = 8
const SEASON = [49, 56] as const
/** Tickets that a part of the past needs to speak against the whole. */
const PART_WEIGHT = 2
const WEEKDAY_WEIGHT = 20

/** @throws {InvalidOptionError} an unknown option, or one out of range */
export function wordBurstOptions(options: Partial<WordBurstOptions> = {}): WordBurstOptions {
  return resolveOptions('words', WORD_BURST_DEFAULTS, RANGES, options)
}

export function wordRate(past: WordPast, { unseen, clumping, clumpingWeight }: WordBurstOptions): WordRate {
  const weeks = past.all.length
  let said = 0
  let all = 0
  let first = weeks
  for (let w = 0; w < weeks; w++) {
    said += past.said[w]!
    all += past.all[w]!
    if (past.all[w]! > 0 && first === weeks) first = w
  }
  const whole = (said + unseen) / Math.max(1, all)
  const part = (from: number, until: number): number => {
    let x = 0
    let n = 0
    for (let w = from; w < Math.min(until, weeks); w++) {
      x += past.said[w]!
      n += past.all[w]!
    }
    return n === 0 ? 0 : (x + PART_WEIGHT) / (n + PART_WEIGHT / whole)
  }
  const rate = Math.max(whole, part(first, first + LATE_WEEKS), part(...SEASON))
  let excess = 0
  let information = 0
  for (let w = 0; w < weeks; w++) {
    const mean = past.all[w]! * (said / Math.max(1, all))
    if (mean === 0) continue
    excess += (past.said[w]! - mean) ** 2 - mean
    information += mean * mean
  }
  const weekday = new Float64Array(7)
  for (let d = 0; d < 7; d++) {
    const usual = said * past.allByWeekday[d]! / Math.max(1, all)
    weekday[d] = (past.saidByWeekday[d]! + WEEKDAY_WEIGHT) / (usual + WEEKDAY_WEIGHT)
  }
  return { rate, said, clumping: (Math.max(0, excess) / 2 + clumpingWeight * clumping) / (information / 2 + clumpingWeight), weekday }
}

/** What the place itself said before: tickets with the word, and all of them; null for the city, whose own past the rate is of. */
export interface PlacePast { said: number, all: number }

export interface Expectation {
  /** Tickets with the word that the window's tickets should bring. */
  mean: number
  /** Of the negative binomial: variance = mean + mean² / size. */
  size: number
}

/**
 * @param tickets  of the window at the place, by weekday, Monday first
 * @param days     of the window
 */
export function expectWord(city: WordRate, tickets: ArrayLike<number>, days: number, place: PlacePast | null, { unseen, placeShape }: WordBurstOptions): Expectation {
  let weighted = 0
  for (let d = 0; d < 7; d++) weighted += tickets[d]! * city.weekday[d]!
  const local = place === null ? 1 : (placeShape + place.said) / (placeShape + city.rate * place.all)
  // Weeks are clumped one by one: a window of several has some of it averaged out.
  const spread = city.clumping / Math.max(1, days / 7) + 1 / (city.said + unseen) + (place === null ? 0 : 1 / (placeShape + place.said))
  return { mean: weighted * city.rate * local, size: 1 / spread }
}

/** ln of the probability of so many callers or more. */
export function logWordTail(callers: number, { mean, size }: Expectation): number {
  return logTail(callers, mean, size)
}
