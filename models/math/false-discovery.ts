/**
 * How many of the found may be false? Adjusted p of Benjamini & Hochberg (1995), J R Stat Soc B 57:289-300: among those with
 * q <= a at most the share a is false on average, where tests are independent or positively dependent (Benjamini & Yekutieli 2001).
 */

/**
 * O(n log n).
 *
 * @param p    n probabilities; NaN was not tested and stays NaN
 * @param of   tests made, if more than are given
 * @returns    n adjusted probabilities, at most 1
 */
export function adjustFalseDiscovery(p: Float64Array, of = 0): Float64Array {
  const tested = Array.from(p.keys()).filter((i) => !Number.isNaN(p[i]!)).sort((a, b) => p[b]! - p[a]! || b - a)
  const tests = Math.max(of, tested.length)
  const q = new Float64Array(p.length).fill(NaN)
  let least = 1
  for (const [position, i] of tested.entries()) {
    least = Math.min(least, (p[i]! * tests) / (tested.length - position))
    q[i] = least
  }
  return q
}
