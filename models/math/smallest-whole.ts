/**
 * Bisection over whole numbers.
 */

/**
 * The smallest whole number from 0 up to `limit` that is `reached`, as all above it are; `limit` where none below it is. Twice
 * log2 of the answer calls, one where the answer is `limit`.
 *
 * @param guess where to begin looking while there is no limit
 */
export function smallestWhole(reached: (k: number) => boolean, guess = 1, limit = Infinity): number {
  let high = limit === Infinity ? Math.max(1, guess) : limit - 1
  if (high < 0) return limit
  if (limit === Infinity) while (!reached(high)) high *= 2
  else if (!reached(high)) return limit
  let low = -1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (reached(middle)) high = middle
    else low = middle
  }
  return high
}
