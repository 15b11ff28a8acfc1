/**
 * When does a topic rise at a place? The first week of four that bring more callers than the place's usual rate would bring once in
 * fifty, two at least, after eight weeks without such a thing. The usual rate is that of the quieter three quarters of the time, so
 * that a rise does not hide itself.
 */
import { logTail } from '../math/distributions.ts'
import { smallestWhole } from '../math/smallest-whole.ts'

/** Weeks in which a rise shows. */
export const RISE_WEEKS = 4
/** Weeks without a rise before the next one counts. */
export const QUIET_WEEKS = 8
const LEAST_CALLERS = 2
const LOG_RARE = Math.log(0.02)

/**
 * Weeks of the rises' first callers, ascending; none in the first QUIET_WEEKS weeks, of which nobody knows what was before.
 * O(entries).
 *
 * @param weeks   weeks with callers, ascending, from 0
 * @param callers of these weeks
 * @param length  weeks of the whole past
 */
export function findOnsets(weeks: ArrayLike<number>, callers: ArrayLike<number>, length: number): number[] {
  if (!reaches(weeks, callers, LEAST_CALLERS)) return []
  const needed = leastOf(usualOf(weeks, callers, length))
  const onsets: number[] = []
  let quietSince = -Infinity // the week after the last one that belonged to a rise
  let inside = 0
  let end = 0
  for (let i = 0; i < weeks.length; i++) {
    while (end < weeks.length && weeks[end]! < weeks[i]! + RISE_WEEKS) inside += callers[end++]!
    if (inside >= needed) {
      if (weeks[i]! >= quietSince + QUIET_WEEKS && weeks[i]! >= QUIET_WEEKS) onsets.push(weeks[i]!)
      quietSince = weeks[i]! + 1
    }
    inside -= callers[i]!
  }
  return onsets
}

/** Whether any RISE_WEEKS weeks bring so many. */
function reaches(weeks: ArrayLike<number>, callers: ArrayLike<number>, least: number): boolean {
  let inside = 0
  for (let i = 0, end = 0; i < weeks.length; i++) {
    while (end < weeks.length && weeks[end]! < weeks[i]! + RISE_WEEKS) inside += callers[end++]!
    if (inside >= least) return true
    inside -= callers[i]!
  }
  return false
}

/** Share of the time, its busiest, that does not speak of the usual. */
const BUSY = 0.25
/** Leaving out the busiest quarter of usual time makes a small mean smaller, by no more than this. */
const TRIMMED = 2

/** Usual callers of RISE_WEEKS weeks. */
function usualOf(weeks: ArrayLike<number>, callers: ArrayLike<number>, length: number): number {
  const blocks = new Float64Array(Math.ceil(length / RISE_WEEKS))
  let total = 0
  for (let i = 0; i < weeks.length; i++) {
    blocks[Math.floor(weeks[i]! / RISE_WEEKS)]! += callers[i]!
    total += callers[i]!
  }
  const mean = (total * RISE_WEEKS) / length
  // So little is usual anyway.
  if (mean < 0.1) return mean
  blocks.sort()
  const quiet = Math.max(1, Math.floor(blocks.length * (1 - BUSY)))
  let sum = 0
  for (let i = 0; i < quiet; i++) sum += blocks[i]!
  return Math.min(mean, (TRIMMED * sum) / quiet)
}

const known = new Map<number, number>()

/** Fewest callers that a mean brings with less than the rare probability; by hundredths of a caller. */
function leastOf(mean: number): number {
  const key = Math.ceil(mean * 100)
  let least = known.get(key)
  if (least === undefined) {
    least = Math.max(LEAST_CALLERS, smallestWhole((k) => logTail(k, key / 100) <= LOG_RARE, Math.ceil(mean)))
    known.set(key, least)
  }
  return least
}
