/**
 * How serious an alert is: blue 关注, yellow 预警, orange 严重, red 特别严重.
 *
 * Proposed defaults for a place and family: distinct callers beyond what is usual, in 7, 14 and 30 days. Districts and
 * cities are larger than that scale, so there the ratio to the usual decides. A cluster below the alert threshold
 * (verdict `watch`) stays blue. Levels go up at once; down only by a person.
 */
export const LEVELS = ['blue', 'yellow', 'orange', 'red'] as const
export type Level = (typeof LEVELS)[number]

export interface LevelFacts {
  verdict: 'alert' | 'watch'
  /** Depth of the place: 0 the city, 1 a district. */
  depth: number
  /** Distinct callers and expected callers of the last 7, 14 and 30 days. */
  callers: readonly [week: number, fortnight: number, month: number]
  expected: readonly [week: number, fortnight: number, month: number]
  /** In the signal's own window. */
  observed: number
  expectedInWindow: number
  households: number | null
}

export interface LevelRuling { level: Level, rule: string }

export function rateLevel(facts: LevelFacts): LevelRuling {
  if (facts.verdict === 'watch') return { level: 'blue', rule: 'watch' }
  if (facts.depth <= 1) {
    const ratio = facts.observed / Math.max(facts.expectedInWindow, 0.5)
    if (ratio >= 4) return { level: 'red', rule: 'area_ratio_4' }
    if (ratio >= 2) return { level: 'orange', rule: 'area_ratio_2' }
    return { level: 'yellow', rule: 'area_above_usual' }
  }
  const [week, fortnight, month] = facts.callers.map((n, i) => n - facts.expected[i]!) as [number, number, number]
  if (month >= 20) return { level: 'red', rule: 'callers_20_in_30_days' }
  if (facts.households && facts.callers[2] >= 5 && month > 0.05 * facts.households) return { level: 'red', rule: 'callers_5_percent_of_households' }
  if (fortnight >= 10) return { level: 'orange', rule: 'callers_10_in_14_days' }
  if (week >= 5) return { level: 'yellow', rule: 'callers_5_in_7_days' }
  if (fortnight >= 8) return { level: 'yellow', rule: 'callers_8_in_14_days' }
  return { level: 'blue', rule: 'callers_3' }
}

export function higher(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b
}

/** Working days to the first reply, from the day after the night; red and orange are due on the next working day. */
export const REPLY_WORKING_DAYS: Readonly<Record<Level, number>> = { blue: 3, yellow: 1, orange: 1, red: 1 }
