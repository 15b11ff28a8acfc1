/**
 * EARS within classes of days: a Sunday is compared with the last Saturdays and Sundays, not with the week before it.
 * W2 of Tokars, Burkom, Xing, English, Bloom, Cox & Pavlin (2009), Emerging Infectious Diseases 15:533-539. docs/methods/ears.md
 */
import { ears } from './ears.ts'
import type { Bounds, EarsOptions } from './ears.ts'

/** A day of this class is neither judged nor part of a baseline. */
export const LEFT_OUT = 255

/**
 * Bounds each count by the last counts of its own class; NaN for those left out. O(classes · n + n · baseline).
 *
 * @param classes n classes 0, 1, 2 … or LEFT_OUT
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function earsByClass(counts: Float64Array, classes: Uint8Array, options: Partial<EarsOptions> = {}): Bounds {
  const n = counts.length
  const numbers = (): Float64Array => new Float64Array(n).fill(NaN)
  const bounds = { expected: numbers(), upper: numbers(), sigma: numbers() }
  const places = new Int32Array(n)
  for (const each of new Set(classes)) {
    if (each === LEFT_OUT) continue
    let held = 0
    for (let t = 0; t < n; t++) if (classes[t] === each) places[held++] = t
    const own = new Float64Array(held)
    for (let j = 0; j < held; j++) own[j] = counts[places[j]]
    const { expected, upper, sigma } = ears(own, options)
    for (let j = 0; j < held; j++) {
      const t = places[j]
      bounds.expected[t] = expected[j]
      bounds.upper[t] = upper[j]
      bounds.sigma[t] = sigma[j]
    }
  }
  return bounds
}
