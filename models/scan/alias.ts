/**
 * Draws an index in proportion to fixed weights in constant time. Walker (1977), ACM TOMS 3:253; tables after Vose (1991),
 * IEEE Trans Softw Eng 17:972.
 */
import type { Rng } from '../../core/rng.ts'

export interface AliasTable {
  /** Sum of the weights. */
  readonly total: number
  /** An index of weight above 0, or any where there is none. Two random numbers. */
  draw(random: Rng): number
}

/** @param weights n numbers from 0 on; read, not kept */
export function createAliasTable(weights: Float64Array): AliasTable {
  const n = weights.length
  let total = 0
  for (let i = 0; i < n; i++) total += weights[i]
  const keep = new Float64Array(n).fill(1)
  const alias = Int32Array.from(keep, (_, i) => i)
  if (total > 0) fillTable(weights, n / total, keep, alias)
  return {
    total,
    draw(random) {
      const i = random.below(n)
      return random.next() < keep[i] ? i : alias[i]
    },
  }
}

/** Every index keeps its own share of 1 / n; what it lacks is filled from an index that has more. */
function fillTable(weights: Float64Array, scale: number, keep: Float64Array, alias: Int32Array): void {
  const n = weights.length
  // One stack holds both kinds: the small ones grow from the left, the large ones from the right.
  const stack = new Int32Array(n)
  let small = 0
  let large = n
  for (let i = 0; i < n; i++) {
    keep[i] = weights[i] * scale
    if (keep[i] < 1) stack[small++] = i
    else stack[--large] = i
  }
  while (small > 0 && large < n) {
    const poor = stack[--small]
    const rich = stack[large]
    alias[poor] = rich
    keep[rich] -= 1 - keep[poor]
    if (keep[rich] < 1) {
      large++
      stack[small++] = rich
    }
  }
  // Rounding leaves a few that should be exactly full.
  while (small > 0) keep[stack[--small]] = 1
}
