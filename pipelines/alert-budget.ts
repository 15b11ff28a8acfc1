/**
 * The alert budget of a unit: so many alerts above blue are sent to it in an ISO week; the rest is ranked and visible. Blue asks
 * nobody to act, and red cannot wait: both are outside of it, though a red one counts.
 */
import type { Level } from './levels.ts'
import type { Rules } from './rules.ts'

export interface Budget {
  /** Whether the unit is sent another alert of the level this week; counts it if so. */
  take(unitId: number, level: Level): boolean
}

/**
 * @param sent   alerts above blue that units were sent earlier in the week; grows
 * @param names  of the units, for those with a budget of their own
 */
export function createBudget(sent: Map<number, number>, { perUnitWeek, units }: Rules['budget'], names: ReadonlyMap<number, string>): Budget {
  return {
    take(unitId, level) {
      const used = sent.get(unitId) ?? 0
      const within = level === 'blue' || level === 'red' || used < (units[names.get(unitId) ?? ''] ?? perUnitWeek)
      if (within && level !== 'blue') sent.set(unitId, used + 1)
      return within
    },
  }
}
