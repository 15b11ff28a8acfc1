/**
 * Sums of sparse vectors: what the tickets of a group have in common.
 */

/** `ids` ascending, `weights` positive, `norm` the Euclidean length. Not changed once made. */
export interface SparseSum { ids: Int32Array, weights: Float32Array, norm: number }

/** Sum of products. O(sum of lengths). */
export function dot(a: Pick<SparseSum, 'ids' | 'weights'>, b: Pick<SparseSum, 'ids' | 'weights'>): number {
  const { ids: ai, weights: aw } = a
  const { ids: bi, weights: bw } = b
  let sum = 0
  for (let i = 0, j = 0, n = ai.length, m = bi.length; i < n && j < m;) {
    const x = ai[i]!
    const y = bi[j]!
    if (x === y) sum += aw[i++]! * bw[j++]!
    else if (x < y) i++
    else j++
  }
  return sum
}

/** a + b, cut to its `most` heaviest entries (of equals the smaller gram stays). */
export function mergeSums(a: SparseSum, b: SparseSum, most: number): SparseSum {
  const n = a.ids.length
  const m = b.ids.length
  let ids = new Int32Array(n + m)
  let weights = new Float32Array(n + m)
  let size = 0
  for (let i = 0, j = 0; i < n || j < m;) {
    const x = i < n ? a.ids[i]! : Infinity
    const y = j < m ? b.ids[j]! : Infinity
    ids[size] = Math.min(x, y)
    weights[size++] = (x <= y ? a.weights[i]! : 0) + (y <= x ? b.weights[j]! : 0)
    if (x <= y) i++
    if (y <= x) j++
  }
  if (size > most) {
    const limit = weights.slice(0, size).sort()[size - most]!
    let above = 0
    for (let i = 0; i < size; i++) if (weights[i]! > limit) above++
    let equals = most - above
    let kept = 0
    for (let i = 0; i < size; i++) {
      if (weights[i]! < limit || (weights[i] === limit && equals-- <= 0)) continue
      ids[kept] = ids[i]!
      weights[kept++] = weights[i]!
    }
    size = kept
  }
  ids = ids.slice(0, size)
  weights = weights.slice(0, size)
  let square = 0
  for (let i = 0; i < size; i++) square += weights[i]! * weights[i]!
  return { ids, weights, norm: Math.sqrt(square) }
}

/** The `most` heaviest grams, ascending; of equals the smaller. */
export function heaviestGrams({ ids, weights }: SparseSum, most: number): Int32Array {
  if (ids.length <= most) return ids
  const limit = weights.slice().sort()[weights.length - most]!
  let above = 0
  for (let i = 0; i < weights.length; i++) if (weights[i]! > limit) above++
  let equals = most - above
  const found = new Int32Array(most)
  for (let i = 0, n = 0; n < most; i++) if (weights[i]! > limit || (weights[i] === limit && equals-- > 0)) found[n++] = ids[i]!
  return found
}
