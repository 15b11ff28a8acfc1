/**
 * Draws under the permutation null: the cases of the days under test get the places of cases of the same stratum, each at most
 * once. That is a permutation of all cases of which only the part is drawn that a window can hold.
 */
import type { Rng } from '../../core/rng.ts'
import type { Margins } from './permutation.ts'

export interface Pool {
  /** Place of every case, stratum after stratum. */
  place: Int32Array
  /** strata + 1 offsets into `place`. */
  starts: Int32Array
  /** Cases to be placed. */
  slots: number
  /** Day of each slot, counted from the first day under test; stratum after stratum. */
  slotDay: Int32Array
  /** strata + 1 offsets into `slotDay`. */
  slotStarts: Int32Array
}

/** @param keep days under test, the last ones of the study */
export function createPool({ places, days, strata, stratum, ofPlace, ofDay, ofStratum, total }: Margins, keep: number): Pool {
  const place = new Int32Array(total)
  const starts = new Int32Array(strata + 1)
  const slotStarts = new Int32Array(strata + 1)
  const slotDay: number[] = []
  for (let s = 0, at = 0; s < strata; s++) {
    for (let p = 0; p < places; p++) {
      const cases = ofPlace[p * strata + s]
      place.fill(p, at, at + cases)
      at += cases
    }
    starts[s + 1] = starts[s] + ofStratum[s]
    for (let d = days - keep; d < days; d++) {
      if (stratum[d] === s) for (let i = 0; i < ofDay[d]; i++) slotDay.push(d - days + keep)
    }
    slotStarts[s + 1] = slotDay.length
  }
  return { place, starts, slots: slotDay.length, slotDay: Int32Array.from(slotDay), slotStarts }
}

/**
 * A place for every slot: the first steps of a Fisher-Yates shuffle, undone afterwards, so that the next draw starts from the
 * same order whatever was drawn before. O(slots). The kernel draws the same.
 *
 * @param out overwritten, one place a slot
 */
export function drawPlaces({ place, starts, slotStarts }: Pool, random: Rng, out: Int32Array): void {
  const taken = new Int32Array(out.length)
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let slot = slotStarts[s], free = starts[s]; slot < slotStarts[s + 1]; slot++, free++) {
      const at = free + random.below(starts[s + 1] - free)
      taken[slot] = at
      out[slot] = place[at]
      place[at] = place[free]
    }
  }
  for (let slot = out.length - 1; slot >= 0; slot--) place[taken[slot]] = out[slot]
}
