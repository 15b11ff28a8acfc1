import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, expect, test } from 'vitest'
import { writeScoreTables } from '../../../pipelines/scorecard/arrow-tables.ts'
import { makeCard } from '../../../pipelines/scorecard/card.ts'
import type { ScoreCard } from '../../../pipelines/scorecard/card.ts'
import { drawCurves } from '../../../pipelines/scorecard/curve-drawing.ts'
import { renderScorePage, writeScorePage } from '../../../pipelines/scorecard/page.ts'
import type { AlertScoreRow } from '../../../pipelines/scorecard/alert-rows.ts'
import type { CurveRow } from '../../../pipelines/scorecard/references.ts'
import type { SurgeRow } from '../../../pipelines/scorecard/surge-rows.ts'
import { cardFacts, cardTables } from '../../../pipelines/scorecard/wording.ts'
import { describeBurden } from '../../../models/evaluate/summary.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-page-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const HOSTILE = '<script>alert(1)</script>&"\u202e'

const surge = (id: string, told: Partial<SurgeRow>): SurgeRow => ({
  id, kind: 'water', place: ['City', HOSTILE], topic: ['Water', 'Supply'], from: '2026-01-01', until: '2026-01-20', tickets: 24, callers: 20, cluster: true, unjudged: '',
  found: false, in_time: false, in_time_above_blue: false, in_time_sent: false, first_alert: null, alert_id: null, level: null, ticket_number: null, caller_number: null,
  fifth_caller: '2026-01-03', twentieth_ticket: '2026-01-15', peak: '2026-01-18', lead_10: null, lead_20: null, lead_50: null, lead_peak: null,
  lineage_nights: 0, lineage_agreeing: 0, alerts: 0, strongest_signal: null, ...told,
})
const alert = (id: string, outcome: AlertScoreRow['outcome']): AlertScoreRow => ({
  id, kind: 'emerging', first_level: 'blue', level: 'yellow', rule: 'callers_3', place: ['City', HOSTILE], family: ['Water'], first_night: '2026-01-03', last_night: '2026-01-09',
  nights: 5, earlier: false, outcome, episodes: outcome === 'true' ? ['w-1'] : [], most_recurrence_days: 120.5, lead_unit: 'Water bureau',
})
const point = (alerts: number, gained: number): CurveRow => ({
  threshold: 10 / alerts, alerts, alerts_per_stream_year: alerts / 1000, false_alerts_per_stream_year: alerts / 2000, forbidden: 0, share_found: 0.5,
  share_in_time: gained / 20, mean_days_gained: gained, median_lead_days: null,
})
const burden = describeBurden([0, 1, 2, 0], 2, 2)

const alerts = [alert('a-1', 'true'), alert('a-2', 'false')]
const card: ScoreCard = makeCard({
  nights: [1, 2, 3], from: '2026-01-01', until: '2026-01-31', episodesFrom: 'labels',
  surges: [surge('w-1', { found: true, in_time: true, first_alert: '2026-01-02', alert_id: 'a-1', lead_20: 13, lead_10: 5, caller_number: 4 }), surge('w-2', { strongest_signal: { night: '2026-01-03', place: ['City', 'Mill'], topic: ['Water'], verdict: 'watch', callers: 4, expected: 0.3, window_days: 7, recurrence_days: 55 } })],
  alerts, units: { above_blue: burden, sent: burden, opened: burden },
  coverage: [{ verdict: 'normal', reason: '', series: 90 }, { verdict: 'cannot tell', reason: 'no_history', series: 10 }], streams: 40,
  references: {
    alerts: 2, own: point(2, 8), own_curve: [point(1, 4), point(2, 8)],
    rules: [{ name: 'ears_c2', min_depth: 3, at_equal_alerts: point(2, 3), at_equal_false_alerts: point(1, 1), curve: [point(1, 1), point(2, 3), point(4, 6)], first_alerts: {}, cpu_seconds: 1.25 }],
  },
})

test('a miss has no lead and no share: half told by the fifth caller, no median', () => {
  expect(card).toMatchObject({ share_alerted_by_5th_caller: 0.5, median_lead_days_before_20th: null, forbidden_alerts: 0 })
  expect(card.surges_by_kind).toMatchObject([{ kind: 'water', clusters: 2, found: 1, in_time: 1, mean_days_gained: 6.5 }])
  expect(JSON.stringify(card)).not.toMatch(/NaN|Infinity/)
})

test.each(['zh', 'en'] as const)('the page in %s needs nothing else, escapes what it was given and says all', (locale) => {
  const page = renderScorePage(locale, card, '9.9')
  expect(page).toContain(`<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}">`)
  expect(page).not.toMatch(/<script|https?:\/\/|\u202e|undefined|NaN|\[object/)
  expect(page).toContain('&lt;script&gt;')
  expect(page).toContain('prefers-color-scheme:dark')
  expect(page).toContain('@media print')
  expect(page.match(/<svg [^>]*role="img"/g)).toHaveLength(2)
  for (const { name, value } of cardFacts(locale, card)) expect(page).toContain(`<dt>${name}</dt><dd><b>${value}</b>`)
  for (const table of cardTables(locale, card, true)) {
    expect(page).toContain(`<h2>${table.title}</h2>`)
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
  }
  expect(renderScorePage(locale, card, '9.9')).toBe(page)
})

test('a card without references has no curve', () => {
  expect(renderScorePage('en', { ...card, references: null }, '1')).not.toContain('role="img"')
})

test('what was missed stands on the terminal with its fifth caller', () => {
  const missed = cardTables('en', card, false).find((table) => table.key === 'missed')!
  expect(missed.rows.map((row) => [row[0], row[5], row[6], row[8], row[9]])).toEqual([['w-2', '2026-01-03', '–', 'Mill: 4 callers in 7 days, usual 0.3', '55']])
})

test('curves lie in the drawing, points without a decade are left out', () => {
  const { text } = drawCurves({ title: 'T', xTitle: 'x', yTitle: 'y', format: String, mark: 10, lines: [{ name: 'a & b', own: true, points: [{ x: 0, y: 1 }, { x: 1, y: 2 }, { x: 100, y: 4 }] }] })
  // 1 is the left edge, 100 the right one, 4 the top.
  expect(text).toContain('d="M64 172L704 16"')
  expect(text).toContain('a &amp; b')
  expect(text).toContain('M384 16V328')
  expect(drawCurves({ title: 'T', xTitle: 'x', yTitle: 'y', format: String, lines: [{ name: 'a', own: true, points: [] }] }).text).toBe('')
})

test('the page is written whole or not at all', async () => {
  const path = await writeScorePage(join(directory, 'deep', 'card.html'), 'en', card, '1')
  expect(readFileSync(path, 'utf8')).toBe(renderScorePage('en', card, '1'))
  writeFileSync(join(directory, 'file'), '')
  await expect(writeScorePage(join(directory, 'file', 'card.html'), 'en', card, '1')).rejects.toThrow()
})

test('analysts read the tables with their types, units and nulls', async () => {
  const [surges, told] = (await writeScoreTables(join(directory, 'tables'), card, alerts)).map((path) => tableFromIPC(readFileSync(path)))
  expect(surges!.numRows).toBe(2)
  expect(surges!.schema.metadata.get('until')).toBe('2026-01-31')
  expect(surges!.schema.fields.find((field) => field.name === 'lead_20')!.metadata.get('unit')).toMatch(/days/)
  const first = surges!.get(0)!.toJSON()
  expect(first).toMatchObject({ id: 'w-1', found: true, lead_20: 13, topic: 'Water›Supply', lead_50: null })
  expect(new Date(first.first_alert as number).toISOString().slice(0, 10)).toBe('2026-01-02')
  expect(surges!.get(1)!.toJSON()).toMatchObject({ found: false, first_alert: null, lead_20: null })
  expect(told!.get(1)!.toJSON()).toMatchObject({ outcome: 'false', most_recurrence_days: 120.5, episodes: '', earlier: false })
})
