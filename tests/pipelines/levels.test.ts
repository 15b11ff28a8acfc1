import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SETTINGS_DEFAULTS } from '../../core/config.ts'
import { LEVELS, rateLevel } from '../../pipelines/levels.ts'
import type { LevelFacts } from '../../pipelines/levels.ts'
import { initialRules } from '../../pipelines/rules.ts'
import type { LevelRule } from '../../pipelines/rules.ts'

const rules = initialRules(SETTINGS_DEFAULTS)
const FACTS: LevelFacts = {
  depth: 3, households: null, callers: [3, 4, 4], expected: [0.1, 0.2, 0.4], weekBefore: 1, observed: 4, expectedInWindow: 0.2,
  relatedTopics: 1, repeatsAfterClosure: 0, returns: 0, words: {},
}

/** The rules as they were before they became data, in code. */
function rateByCode(facts: LevelFacts, verdict: 'alert' | 'watch'): { level: string, rule: string } {
  if (verdict === 'watch') return { level: 'blue', rule: 'watch' }
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

const anyFacts = fc.record({
  depth: fc.integer({ min: 0, max: 4 }), households: fc.option(fc.integer({ min: 0, max: 2000 })),
  callers: fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60 })),
  expected: fc.tuple(fc.double({ min: 0, max: 8, noNaN: true }), fc.double({ min: 0, max: 16, noNaN: true }), fc.double({ min: 0, max: 32, noNaN: true })),
  weekBefore: fc.integer({ min: 0, max: 10 }), observed: fc.integer({ min: 1, max: 60 }), expectedInWindow: fc.double({ min: 0, max: 30, noNaN: true }),
  relatedTopics: fc.integer({ min: 0, max: 4 }), repeatsAfterClosure: fc.integer({ min: 0, max: 4 }), returns: fc.integer({ min: 0, max: 3 }),
  words: fc.constantFrom<Record<string, number>>({}, { threat_words: 1 }, { danger_words: 2 }, { vulnerable_words: 3 }),
})

test('the default rules rate as the code did, and what was added only raises', () => {
  const added = ['threat_words', 'danger_words', 'doubled_in_a_week', 'related_topics_3', 'forecast_20_in_14_days', 'repeats_after_closure_2', 'returned_by_2', 'vulnerable_words']
  const old = { levels: rules.levels.filter(({ id }) => !added.includes(id)) }
  expect(old.levels).toHaveLength(rules.levels.length - added.length)
  fc.assert(fc.property(anyFacts, fc.constantFrom('alert' as const, 'watch' as const), (facts, verdict) => {
    const before = rateByCode(facts, verdict)
    expect(rateLevel(facts, { verdict }, old)).toEqual(before)
    const now = rateLevel(facts, { verdict }, rules)
    const step = LEVELS.indexOf(now.level) - LEVELS.indexOf(before.level as 'blue')
    expect(step).toBeGreaterThanOrEqual(0)
    if (step === 0) expect(added.includes(now.rule) || now.rule === before.rule).toBe(true)
  }), { seed: 20260101, numRuns: 3000 })
})

test('each added rule names the alert that it raises', () => {
  const rate = (facts: Partial<LevelFacts>): string => {
    const { level, rule } = rateLevel({ ...FACTS, ...facts }, { verdict: 'alert' }, rules)
    return `${level} ${rule}`
  }
  expect(rate({})).toBe('blue callers_3')
  expect(rate({ repeatsAfterClosure: 2 })).toBe('yellow repeats_after_closure_2')
  expect(rate({ returns: 2 })).toBe('yellow returned_by_2')
  expect(rate({ words: { vulnerable_words: 2 } })).toBe('yellow vulnerable_words')
  expect(rate({ callers: [8, 9, 9], weekBefore: 4 })).toBe('orange doubled_in_a_week')
  expect(rate({ callers: [8, 9, 9], weekBefore: 5 })).toBe('yellow callers_5_in_7_days')
  expect(rate({ relatedTopics: 3 })).toBe('orange related_topics_3')
  expect(rate({ forecast: { 14: 20 } })).toBe('orange forecast_20_in_14_days')
  expect(rate({ forecast: { 7: 40 } })).toBe('blue callers_3')
  expect(rate({ words: { danger_words: 1 } })).toBe('blue callers_3')
  expect(rate({ words: { danger_words: 2 } })).toBe('red danger_words')
  expect(rate({ words: { threat_words: 1 } })).toBe('red threat_words')
  // Words of a whole district or city are not looked at.
  expect(rate({ depth: 1, words: { threat_words: 9 } })).toBe('red area_ratio_4')
})

test('a cluster that is only watched stays blue, but for rules that say so', () => {
  const facts = { ...FACTS, callers: [30, 30, 30], words: { threat_words: 1 } } as const
  expect(rateLevel(facts, { verdict: 'watch' }, rules)).toEqual({ level: 'blue', rule: 'watch' })
  const watching: LevelRule[] = rules.levels.map((rule) => (rule.id === 'threat_words' ? { ...rule, watched: true } : rule))
  expect(rateLevel(facts, { verdict: 'watch' }, { levels: watching })).toEqual({ level: 'red', rule: 'threat_words' })
})

test('an exception multiplies the callers asked for and caps the level', () => {
  const facts = { ...FACTS, callers: [6, 12, 12] } as const
  expect(rateLevel(facts, { verdict: 'alert' }, rules).level).toBe('orange')
  expect(rateLevel(facts, { verdict: 'alert', callersFactor: 2 }, rules)).toEqual({ level: 'blue', rule: 'callers_3' })
  expect(rateLevel(facts, { verdict: 'alert', highestLevel: 'yellow' }, rules)).toEqual({ level: 'yellow', rule: 'callers_10_in_14_days' })
})
