import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatNumber } from '../../core/texts.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { alertSentence, alertTitle, describeExpected, describeRecurrence } from '../../pipelines/alert-text.ts'
import type { AlertTextFacts } from '../../pipelines/alert-text.ts'

const FACTS: AlertTextFacts = {
  place: ['云川市', '青山区', '云桥街道', '锦绣家园'], topic: ['城乡建设', '延期交房'], night: '2026-11-05', firstNight: '2026-11-03', windowDays: 7, observed: 24, expected: 1.5, callers: 31,
  recurrenceDays: 4000, phrases: ['塔吊没有动', '复工'],
}

test('title and sentence put the facts together, in both languages', () => {
  expect(alertTitle('zh', FACTS)).toBe('云桥街道锦绣家园 · 延期交房：近7天24人反映，通常1.5人')
  expect(alertSentence('zh', FACTS)).toBe('近7天有24名不同诉求人反映，通常1.5人，约为通常的16倍；多人提到“塔吊没有动”、“复工”；自2026-11-03起预警，第3天，累计31人；若一切照常，全市平均约11年才会偶然出现一次')
  expect(alertTitle('en', FACTS)).toBe('延期交房, 云桥街道, 锦绣家园: 24 callers in 7 days, usually 1.5')
  expect(alertSentence('en', { ...FACTS, firstNight: '2026-11-05', expected: 0.01, phrases: [], windowDays: 1 }))
    .toBe('24 different callers in a day, usually almost none; first alert on 2026-11-05; chance alone would show as much somewhere about once in 11 years')
})

// A city's flood told 596 callers where 914 had called, and "usually 0.8" of a place that has one in fifty days.
test('callers whom other alerts tell of and a rise all around are said', () => {
  expect(alertTitle('zh', { ...FACTS, apart: 8 })).toBe('云桥街道锦绣家园 · 延期交房：近7天24人反映（不含已另行预警的），通常1.5人')
  expect(alertTitle('en', { ...FACTS, apart: 8, windowDays: 1 })).toBe('延期交房, 云桥街道, 锦绣家园: 24 callers in a day besides other alerts, usually 1.5')
  expect(alertTitle('en', { ...FACTS, surroundingRatio: 36.2 })).toBe('延期交房, 云桥街道, 锦绣家园: 24 callers in 7 days, 1.5 expected')
  expect(alertTitle('en', { ...FACTS, surroundingRatio: 1.4 })).toContain('usually 1.5')
  expect(alertSentence('zh', { ...FACTS, apart: 8, surroundingRatio: 36.2, firstNight: null, phrases: [] }))
    .toBe('近7天有24名不同诉求人反映，预计1.5人，约为预计的16倍；预计已计入周边的上升（约为平时的36倍）；另有8人已计入其他预警；若一切照常，全市平均约11年才会偶然出现一次')
  expect(alertSentence('en', { ...FACTS, apart: 8, surroundingRatio: 36.2, firstNight: null, phrases: [] }))
    .toBe('24 different callers in 7 days, 1.5 expected, about 16 times as many; expected given that what lies around is at 36 times its usual; 8 more callers are told of by other alerts; chance alone would show as much somewhere about once in 11 years')
})

const facts: fc.Arbitrary<AlertTextFacts> = fc.record({
  place: fc.array(fc.constantFrom('云川市', '青山区', '锦绣家园', 'Mill', 'Port'), { minLength: 1, maxLength: 4 }), topic: fc.array(fc.constantFrom('停水', '噪声', 'Heat'), { maxLength: 3 }),
  night: fc.constant('2026-11-05'), firstNight: fc.option(fc.nat(400).map((days) => formatDay(parseDay('2026-11-05') - days))), windowDays: fc.integer({ min: 1, max: 56 }),
  observed: fc.integer({ min: 3, max: 5000 }), expected: fc.double({ min: 0, max: 900, noNaN: true }), callers: fc.option(fc.nat(9000)),
  recurrenceDays: fc.double({ min: 1, max: 1e9, noNaN: true }), phrases: fc.array(fc.constantFrom('搅拌站', '捆绑车位', 'burst main'), { maxLength: 5 }),
  apart: fc.nat(400), surroundingRatio: fc.double({ min: 0.1, max: 60, noNaN: true }),
})

test('every number and every name of a text stands in its facts', () => {
  fc.assert(fc.property(facts, fc.constantFrom('zh' as const, 'en' as const), (given, locale) => {
    const factor = given.observed / given.expected
    const allowed = new Set([
      ...[given.windowDays, given.observed, given.callers ?? 0, given.firstNight === null ? 0 : parseDay(given.night) - parseDay(given.firstNight) + 1].map((n) => formatNumber(locale, n)),
      ...numbersOf(describeExpected(locale, given.expected)), ...numbersOf(describeRecurrence(locale, given.recurrenceDays)),
      formatNumber(locale, given.apart!), formatNumber(locale, given.surroundingRatio! < 10 ? Math.round(given.surroundingRatio! * 10) / 10 : Math.round(given.surroundingRatio!)),
      formatNumber(locale, factor < 10 ? Math.round(factor * 10) / 10 : Math.round(factor)), ...numbersOf(given.night), ...numbersOf(given.firstNight ?? ''),
    ])
    const names = [...given.place, ...given.topic, ...given.phrases!]
    for (const text of [alertTitle(locale, given), alertSentence(locale, given)]) {
      for (const number of numbersOf(text)) expect(allowed).toContain(number)
      // What is left without the names is the same whatever was named.
      const bare = (one: AlertTextFacts, said: string): string => [...one.place, ...one.topic, ...one.phrases!].reduce((rest, name) => rest.replaceAll(name, '*'), said)
      const masked = { ...given, place: given.place.map(() => '*'), topic: given.topic.map(() => '*'), phrases: given.phrases!.map(() => '*') }
      const other = text === alertTitle(locale, given) ? alertTitle(locale, masked) : alertSentence(locale, masked)
      expect(bare(given, text).replace(/[ ,、]/g, '')).toBe(bare(masked, other).replace(/[ ,、]/g, ''))
      for (const quoted of text.match(/(?<=“)[^”]*(?=”)/g) ?? []) expect(names).toContain(quoted)
    }
  }), { seed: 20261123 })
})

function numbersOf(text: string): string[] {
  return text.match(/\d[\d,.]*(?<![.,])/g) ?? []
}
