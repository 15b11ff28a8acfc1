import { expect, test } from 'vitest'
import { DEFAULT_CLOCK_RULES } from '../../pipelines/clocks/rules-default.ts'
import { DEFAULT_KINDS, DEFAULT_LEVELS, HOUSE } from '../../pipelines/rules-default.ts'
import { ruleWords } from '../../pipelines/rule-source.ts'

// A Chinese alert page said "Beijing Daxing acted at more than 20 calls about one compound".
test('sources and notes of the product are in the language of the page, those of people as they wrote them', () => {
  const written = [HOUSE, ...DEFAULT_LEVELS, ...Object.values(DEFAULT_KINDS), ...DEFAULT_CLOCK_RULES].flatMap(({ source, note }) => [source, note]).filter((words) => words !== '')
  expect(new Set(written).size).toBeGreaterThan(15)
  for (const words of written) {
    expect(ruleWords('zh', words), words).not.toMatch(/[a-z]{3}/)
    expect(ruleWords('en', words), words).not.toMatch(/\p{Script=Han}/u)
  }
  expect(ruleWords('zh', 'meeting of 2026-11-20')).toBe('meeting of 2026-11-20')
})
