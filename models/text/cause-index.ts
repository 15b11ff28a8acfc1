/**
 * Which groups might a text belong to? An inverted index from the heaviest grams of each group: who shares none of them is not looked at.
 * What it holds depends on the groups alone, not on the order in which they came.
 */
import { heaviestGrams } from './sparse-sums.ts'
import type { SparseSum } from './sparse-sums.ts'

/** Grams of a group that lead to it, and grams of a text that are looked up. */
const LEADING = 32
/** A gram of more groups than these leads nowhere. */
const MOST_GROUPS = 1500
/** Candidates compared in full. */
const MOST_CANDIDATES = 16

export class CauseIndex {
  readonly #groups = new Map<number, Set<number>>()
  /** The grams that lead to each group now. */
  readonly #leading = new Map<number, Int32Array>()
  readonly #scores = new Map<number, number>()

  /** The group's sum is this from now on. */
  set(group: number, sum: SparseSum): void {
    this.delete(group)
    const grams = heaviestGrams(sum, LEADING)
    this.#leading.set(group, grams)
    for (const gram of grams) {
      const groups = this.#groups.get(gram)
      if (groups) groups.add(group)
      else this.#groups.set(gram, new Set([group]))
    }
  }

  delete(group: number): void {
    for (const gram of this.#leading.get(group) ?? []) {
      const groups = this.#groups.get(gram)!
      groups.delete(group)
      if (groups.size === 0) this.#groups.delete(gram)
    }
    this.#leading.delete(group)
  }

  /** Groups that share most of the text's weight, ascending by number. */
  candidates(text: SparseSum): number[] {
    const scores = this.#scores
    scores.clear()
    const grams = heaviestGrams(text, LEADING)
    let at = 0
    for (let i = 0; i < grams.length; i++) {
      while (text.ids[at] !== grams[i]) at++
      const groups = this.#groups.get(grams[i]!)
      if (!groups || groups.size > MOST_GROUPS) continue
      const weight = text.weights[at]! * text.weights[at]!
      for (const group of groups) scores.set(group, (scores.get(group) ?? 0) + weight)
    }
    if (scores.size <= MOST_CANDIDATES) return [...scores.keys()].sort((a, b) => a - b)
    let limit = 0
    if (scores.size > 8 * MOST_CANDIDATES) {
      const sorted = Float64Array.from(scores.values()).sort()
      limit = sorted[sorted.length - MOST_CANDIDATES]!
    }
    return [...scores].filter(([, score]) => score >= limit).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_CANDIDATES).map(([group]) => group).sort((a, b) => a - b)
  }
}
