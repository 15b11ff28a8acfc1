import { expect, test } from 'vitest'
import type { WatchRow } from '../../../pipelines/promised/watch-list.ts'
import type { ReportFacts } from '../../../pipelines/report/facts.ts'
import { seasonSection } from '../../../pipelines/report/season-section.ts'
import type { CalendarRow } from '../../../pipelines/season/calendar.ts'

const year = { from: '2025-11-03', peak: '2025-12-01', until: '2026-02-16', factor: 2.4, callers: 2804, whole: true }
const season: CalendarRow = {
  place: ['云川市'], family: ['人力社保', '欠薪'], begins_on: '2026-11-09', peaks_on: '2026-12-14', weeks_ahead: 3, begun: false, factor: 2.26, low: 1.65, high: 3.09,
  present: 77.8, expected: 175.8, year: 109, q: 1e-8, once: true, years: [year], areas: [{ place: ['云川市', '<东湖>区'], callers: 300, share: 0.21, lift: 1.3 }],
}
const watched: WatchRow = {
  place: ['云川市', '青石区', '东关街道', '锦澜府'], kind: '交房', promised_on: '2026-12-31', days_left: 39, households: 520, note: '', known_on: '2024-11-06', state: 'leading',
  leading: [
    { topic: ['住房城建', '房地产', '停工'], tickets: 9, callers: 8, first_day: '2026-04-01', last_day: '2026-05-20', odds: 4.9 },
    { topic: ['人力社保', '欠薪', '工地欠薪'], tickets: 2, callers: 2, first_day: '2026-04-22', last_day: '2026-05-08', odds: 4.2 },
  ],
  first_complaint: null, complaints: [], odds: 20, prior_log_odds: 3, due_odds: 2.8, no_topic: false,
}
const render = (facts: Pick<ReportFacts, 'calendar' | 'watch'>, locale: 'zh' | 'en' = 'zh'): string => String(seasonSection(locale, facts as ReportFacts) || '')

test('the section tells seasons with their years and places, and says what was seen once', () => {
  const text = render({ calendar: { sunday: '2026-10-25', tested: 53, rows: [season] }, watch: [] })
  for (const part of ['欠薪', '11月9日', '78', '176', '2.3（1.7–3.1）', '仅一年可比', '&lt;东湖&gt;区 21%', '53']) expect(text).toContain(part)
  expect(render({ calendar: { sunday: '2026-10-25', tested: 53, rows: [{ ...season, begun: true, once: false }] }, watch: [] }, 'en')).toContain('begun')
})

test('watched places stand with their date, odds and topics, and fewer than three callers are not counted out', () => {
  const text = render({ calendar: null, watch: [watched] })
  for (const part of ['锦澜府', '2026年12月31日', '39', '20 倍', '停工8人', '工地欠薪不足3人']) expect(text).toContain(part)
  expect(text).not.toContain('工地欠薪2人')
})

test('where nothing is to be said there is no section', () => {
  expect(render({ calendar: null, watch: [] })).toBe('')
  expect(render({ calendar: { sunday: '2026-10-25', tested: 53, rows: [] }, watch: [] })).toBe('')
})
