import { expect, test } from 'vitest'
import { SETTINGS_DEFAULTS } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import { diffRules } from '../../pipelines/rules-diff.ts'
import { formatRules, parseRules } from '../../pipelines/rules-file.ts'
import { exceptionFor, hashRules, initialRules, rulesOn, verdictUnder } from '../../pipelines/rules.ts'
import type { Rules } from '../../pipelines/rules.ts'

const base = initialRules(SETTINGS_DEFAULTS)
const parse = (json: unknown): Rules => parseRules(JSON.stringify(json), base)

test('the defaults, written and read again, are the same rules', () => {
  expect(parseRules(formatRules(base), base)).toEqual(base)
  expect(parse({})).toEqual({ ...base, note: '' })
})

test('a section that is left out comes from the rules below', () => {
  const rules = parse({ name: 'fewer', author: 'desk', detection: { recurrenceDays: 365 } })
  expect(rules.detection).toEqual({ recurrenceDays: 365, watchDays: 10, minCallers: 3 })
  expect(rules.levels).toEqual(base.levels)
  const own = parse({ author: 'desk', source: 'meeting of 3 May', levels: [{ id: 'one', level: 'red', when: { callers: { days: 7, atLeast: 9 } } }] })
  expect(own.levels).toEqual([{
    id: 'one', level: 'red', scope: 'any', watched: false, author: 'desk', source: 'meeting of 3 May', effectiveFrom: null, note: '', when: { callers: { days: 7, atLeast: 9 } },
  }])
})

test.each<[string, unknown, string, string, string]>([
  ['an unknown key', { detektion: {} }, 'detektion', 'unknown key', 'name, author'],
  ['an unknown condition', { levels: [{ id: 'a', level: 'red', when: { caller: 3 } }] }, 'levels[0].when.caller', 'unknown key', 'callers, beyondUsual'],
  ['a number out of range', { detection: { recurrenceDays: 0 } }, 'detection.recurrenceDays', '0', 'a number from 1 to 36525'],
  ['a half caller', { detection: { minCallers: 2.5 } }, 'detection.minCallers', '2.5', 'a whole number from 1 to 100000'],
  ['a colour that is none', { levels: [{ id: 'a', level: 'purple' }] }, 'levels[0].level', 'purple', 'one of blue, yellow, orange, red'],
  ['days that are not counted', { levels: [{ id: 'a', level: 'red', when: { callers: { days: 9, atLeast: 3 } } }] }, 'levels[0].when.callers.days', '9', 'one of 7, 14, 30'],
  ['no id', { levels: [{ level: 'red' }] }, 'levels[0].id', 'nothing', 'up to 60 letters'],
  ['an id twice', { levels: [{ id: 'a', level: 'red' }, { id: 'a', level: 'blue' }] }, 'levels[1].id', 'a', 'an id that no other rule has'],
  ['an id that means something else', { levels: [{ id: 'watch', level: 'red' }] }, 'levels[0].id', 'watch', 'an id that no other rule has'],
  ['a day that is none', { levels: [{ id: 'a', level: 'red', effectiveFrom: '2026-02-30' }] }, 'levels[0].effectiveFrom', '2026-02-30', 'a date as YYYY-MM-DD'],
  ['an exception from everything', { exceptions: [{ id: 'x' }] }, 'exceptions[0]', 'no place and no topic', 'a place, a topic or both'],
  ['an exception below what is kept', { exceptions: [{ id: 'x', topic: 'Heat', recurrenceDays: 5 }] }, 'exceptions[0].recurrenceDays', '5', 'a number from detection.watchDays (10) up'],
  ['fewer callers than are looked for', { exceptions: [{ id: 'x', topic: 'Heat', minCallers: 2 }] }, 'exceptions[0].minCallers', '2', 'a whole number from detection.minCallers (3) up'],
  ['an alert before the watch', { detection: { recurrenceDays: 5 } }, 'detection.recurrenceDays', '5', 'a number from detection.watchDays (10) up'],
  ['an empty list of words', { levels: [{ id: 'a', level: 'red', when: { words: { any: [], callers: 1 } } }] }, 'levels[0].when.words.any', '[]', 'a list of one word or more'],
  ['a recipient that is none', { kinds: { common: { recipients: ['mayor'] } } }, 'kinds.common.recipients[0]', 'mayor', 'one of lead, territory, co'],
  ['a kind of a later date', { kinds: { common: { effectiveFrom: '2026-05-01' } } }, 'kinds.common.effectiveFrom', '2026-05-01', 'a kind holds with its version'],
  ['a trigger where there is another', { kinds: { emerging: { trigger: { windowDays: 3, maxDepth: 2 } } } }, 'kinds.emerging.trigger', '{"windowDays":3,"maxDepth":2}', 'null'],
  ['a list for an object', [], '$', '[]', 'an object'],
])('%s is refused with its path, its value and what was expected', (_, json, path, value, expected) => {
  let thrown: unknown
  try {
    parse(json)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(BadInputError)
  const { code, details } = thrown as BadInputError
  expect(code).toBe('bad_rules')
  expect(details).toMatchObject({ path, value })
  expect(details.expected).toContain(expected)
})

test('what is no JSON is refused', () => {
  expect(() => parseRules('{"levels": [', base)).toThrow(/no JSON/)
})

test('the hash is of what alerts: remarks do not change it, thresholds do, nor does the order of keys', () => {
  const of = (json: unknown): string => hashRules(parse(json))
  expect(of({ name: 'x', author: 'y', note: 'z' })).toBe(hashRules(base))
  expect(of({ detection: { recurrenceDays: 101 } })).not.toBe(hashRules(base))
  const shuffled = JSON.parse(JSON.stringify(base), (_, value: unknown) => (
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value)) as Rules
  expect(hashRules(shuffled)).toBe(hashRules(base))
})

test('a rule of a later date does not hold before it', () => {
  const rules = parse({ levels: [{ id: 'a', level: 'red', effectiveFrom: '2026-05-01' }, { id: 'b', level: 'blue' }], exceptions: [{ id: 'x', topic: 'Heat', effectiveFrom: '2026-06-01', minCallers: 9 }] })
  expect(rulesOn(rules, '2026-04-30').levels.map(({ id }) => id)).toEqual(['b'])
  expect(rulesOn(rules, '2026-05-01').levels.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(rulesOn(rules, '2026-05-31').exceptions).toEqual([])
})

test('the exception that names the most applies alone', () => {
  const rules = parse({ exceptions: [
    { id: 'topic', topic: 'Heat', recurrenceDays: 1000 }, { id: 'place', place: 'City›North', minCallers: 5 }, { id: 'both', place: 'City›North', topic: 'Heat', recurrenceDays: 20 },
  ] })
  expect(exceptionFor(rules, 'City›South›Port', 'Heat›Cold')?.id).toBe('topic')
  expect(exceptionFor(rules, 'City›North›Mill', 'Noise')?.id).toBe('place')
  expect(exceptionFor(rules, 'City›North›Mill', 'Heat›Cold')?.id).toBe('both')
  expect(exceptionFor(rules, 'City›Northern', 'Heating')).toBeUndefined()
  // Stricter and laxer than the interval that the signal was judged with.
  const signal = { verdict: 'alert', recurrenceDays: 400 } as const
  expect(verdictUnder(rules, undefined, signal)).toBe('alert')
  expect(verdictUnder(rules, exceptionFor(rules, 'City', 'Heat'), signal)).toBe('watch')
  expect(verdictUnder(rules, exceptionFor(rules, 'City›North', 'Heat'), { verdict: 'watch', recurrenceDays: 30 })).toBe('alert')
})

test('an inserted rule is one difference, and the order is told', () => {
  const [first, ...rest] = base.levels
  const after: Rules = { ...base, detection: { ...base.detection, recurrenceDays: 200 }, levels: [first!, { ...first!, id: 'new', level: 'yellow' }, ...rest] }
  const paths = diffRules(base, after).map(({ path }) => path)
  expect(paths).toContain('detection.recurrenceDays')
  expect(paths).toContain('levels in order')
  expect(paths.filter((path) => path.startsWith('levels.')).every((path) => path.startsWith('levels.new.'))).toBe(true)
  expect(diffRules(base, base)).toEqual([])
})
