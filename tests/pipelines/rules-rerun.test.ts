import { expect, test } from 'vitest'
import { SETTINGS_DEFAULTS } from '../../core/config.ts'
import { needsJudging, rerunAlerts, shareReproduced, storedAlerts } from '../../pipelines/rules-rerun.ts'
import type { PastNight } from '../../pipelines/rules-rerun.ts'
import { initialRules } from '../../pipelines/rules.ts'
import type { Rules } from '../../pipelines/rules.ts'

const base = initialRules(SETTINGS_DEFAULTS)
const MONDAY = 19723 // 2024-01-01

function night(alertId: string, day: number, cause: string, more: Partial<PastNight> = {}): PastNight {
  return {
    alertId, night: MONDAY + day, kind: 'emerging', cause, place: 'City›North›Mill', topic: 'Heat', unitId: 1, rank: 1, observed: 6, recurrenceDays: 400,
    verdict: 'alert', rule: 'callers_5_in_7_days', offset: 0, level: 'yellow', withinBudget: true,
    facts: {
      depth: 2, households: null, callers: [6, 6, 6], expected: [0, 0, 0], weekBefore: 0, observed: 6, expectedInWindow: 0.1, relatedTopics: 1,
      repeatsAfterClosure: 0, returns: 0, words: {},
    },
    ...more,
  }
}

const rerun = (nights: PastNight[], rules: Rules): ReturnType<typeof rerunAlerts> => rerunAlerts(nights, () => rules, () => base, new Map([[1, 'Heating']]))
const shape = (nights: PastNight[], rules: Rules): Record<string, number[]> =>
  Object.fromEntries(rerun(nights, rules).map(({ id, nights: all }) => [id, all.map((one) => one.night - MONDAY)]))
const quiet = (quietNights: number): Rules => ({ ...base, closing: { quietNights } })

// An alert that had moved away was taken for the one that began where it had been, and both for one.
test('an alert that begins where another has moved away from is another', () => {
  const nights = [night('a', 0, 'X'), night('a', 1, 'X'), night('a', 2, 'Z', { rank: 2 }), night('b', 2, 'X'), night('b', 3, 'X'), night('a', 4, 'Z')]
  expect(shape(nights, base)).toEqual({ a: [0, 1, 2, 4], b: [2, 3] })
  expect(shareReproduced(nights, rerun(nights, base))).toBe(1)
  expect(rerun(nights, base)).toEqual(storedAlerts(nights))
})

test('other quiet nights split an alert and join two', () => {
  const nights = [night('a', 0, 'X'), night('a', 10, 'X'), night('b', 30, 'X')]
  expect(shape(nights, base)).toEqual({ a: [0, 10], b: [30] })
  expect(shape(nights, quiet(9))).toEqual({ 'a': [0], 'a~2': [10], 'b': [30] })
  expect(shape(nights, quiet(20))).toEqual({ a: [0, 10, 30] })
})

test('a unit that has its budget is sent no more in the week, and may again in the next', () => {
  const one: Rules = { ...base, budget: { perUnitWeek: 1, units: {} } }
  const nights = [night('a', 0, 'X'), night('b', 0, 'Y', { rank: 2 }), night('c', 6, 'Z'), night('d', 7, 'W')]
  const sent = (rules: Rules): boolean[] => rerun(nights, rules).map(({ nights: all }) => all[0]!.withinBudget)
  expect(sent(one)).toEqual([true, false, false, true])
  expect(sent({ ...one, budget: { perUnitWeek: 1, units: { Heating: 2 } } })).toEqual([true, true, false, true])
  expect(rerun(nights, one)[0]!.nights[0]).toMatchObject({ level: 'yellow', event: 'opened' })
})

test('a level that was reached stays, and the interval decides by rarity where it is another', () => {
  const nights = [night('a', 0, 'X', { recurrenceDays: 99.96, verdict: 'watch', level: 'blue' }), night('a', 1, 'X'), night('a', 2, 'X', { recurrenceDays: 20, verdict: 'watch' })]
  const levels = (recurrenceDays: number): string[] => rerun(nights, { ...base, detection: { ...base.detection, recurrenceDays } })[0]!.nights.map(({ level }) => level)
  // The night's own word counts where the interval is the same: 99.96 was rounded for the store, not for the verdict.
  expect(levels(100)).toEqual(['blue', 'yellow', 'yellow'])
  expect(levels(15)).toEqual(['yellow', 'yellow', 'yellow'])
  expect(levels(500)).toEqual(['blue', 'blue', 'blue'])
})

test('what the nights did not keep is named', () => {
  expect(needsJudging({ ...base, levels: [], budget: { perUnitWeek: 1, units: {} } }, base)).toEqual([])
  expect(needsJudging({ ...base, detection: { recurrenceDays: 50, watchDays: 5, minCallers: 2 } }, base)).toEqual(['detection.watchDays', 'detection.minCallers'])
  expect(needsJudging({ ...base, detection: { ...base.detection, minCallers: 9 } }, base)).toEqual([])
  expect(needsJudging({ ...base, learning: { ...base.learning, ranker: !base.learning.ranker } }, base)).toEqual(['learning'])
})
