/**
 * Shades of heat of the topic × district table.
 */
import { ALL_TOPICS, EVERYWHERE, UNLOCATED } from './cells.ts'
import { shown } from './document.ts'
import type { Pivot } from './document.ts'

/** Shades, 0 the faintest. */
export const SHADES = 6

/** Shade of each cell against the largest inner cell of the table, by square roots; null for totals, hidden cells and what was not located, which would outshine all. */
export function shadesOf({ topics, districts, callers }: Pick<Pivot, 'topics' | 'districts' | 'callers'>): (number | null)[][] {
  const inner = (i: number, j: number): boolean => topics[i]!.id !== ALL_TOPICS && districts[j]!.id !== EVERYWHERE && districts[j]!.id !== UNLOCATED
  let most = 1
  callers.forEach((line, i) => line.forEach((count, j) => { if (inner(i, j)) most = Math.max(most, shown(count) ?? 0) }))
  return callers.map((line, i) => line.map((count, j) => (!inner(i, j) || shown(count) === null ? null : Math.min(SHADES - 1, Math.floor(Math.sqrt(shown(count)! / most) * SHADES)))))
}
