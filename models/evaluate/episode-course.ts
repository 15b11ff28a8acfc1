/**
 * The course of one episode as the nights came to know it: when its k-th ticket and its k-th distinct caller were known, when it
 * was at its height, and what an alert of a given night was early for. docs/methods/score-card.md
 */

/** n tickets of an episode, in any order. Days and nights are day numbers. */
export interface EpisodeTickets {
  /** Day on which each was accepted, and first night that knew of it. */
  day: Int32Array
  known: Int32Array
  /** Number of its caller; negative: nobody knows, which counts as a caller of its own. */
  caller: Int32Array
}

export interface EpisodeCourse {
  /** Ascending: entry k is the night on which ticket k + 1, distinct caller k + 1 became known. */
  ticketNights: Int32Array
  callerNights: Int32Array
  /** Last day of the seven with most tickets, the earliest such. */
  peak: number
}

/** Days that are summed to find the height. */
const PEAK_DAYS = 7

/** O(n log n). An episode without tickets has empty lists and a peak of NaN. */
export function courseOf({ day, known, caller }: EpisodeTickets): EpisodeCourse {
  const firstOf = new Map<number, number>()
  const callerNights: number[] = []
  for (let i = 0; i < known.length; i++) {
    if (caller[i] < 0) callerNights.push(known[i])
    else firstOf.set(caller[i], Math.min(firstOf.get(caller[i]) ?? Infinity, known[i]))
  }
  callerNights.push(...firstOf.values())
  return { ticketNights: known.slice().sort(), callerNights: Int32Array.from(callerNights).sort(), peak: peakOf(day.slice().sort()) }
}

/** Night on which the k-th became known; NaN where there are fewer. */
export function nightOf(nights: Int32Array, k: number): number {
  return k >= 1 && k <= nights.length ? nights[k - 1] : NaN
}

/** How many were known by the end of a night. */
export function knownBy(nights: Int32Array, night: number): number {
  let count = 0
  while (count < nights.length && nights[count] <= night) count++
  return count
}

/** The last night that is in time for the k-th caller: that on which the k-th is known, or the last where there are fewer. */
export function deadlineOf({ callerNights }: EpisodeCourse, k: number): number {
  return nightOf(callerNights, Math.min(k, callerNights.length))
}

function peakOf(days: Int32Array): number {
  let most = 0
  let peak = NaN
  for (let first = 0, last = 0; last < days.length; last++) {
    while (days[first] <= days[last] - PEAK_DAYS) first++
    // Of equal days the last counts all of them.
    if (last - first + 1 > most) {
      most = last - first + 1
      peak = days[last]
    }
  }
  return peak
}
