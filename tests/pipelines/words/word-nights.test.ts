import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { explainAlert } from '../../../pipelines/explanation.ts'
import { listAlerts } from '../../../pipelines/alerts.ts'
import { runNight, runNights } from '../../../pipelines/nightly.ts'
import type { NightDeps } from '../../../pipelines/nightly.ts'
import { hashRules, initialRules } from '../../../pipelines/rules.ts'
import type { WordMode } from '../../../pipelines/rules.ts'
import { formatRules, parseRules } from '../../../pipelines/rules-file.ts'
import { readNightWords, wordsAt } from '../../../pipelines/words/list.ts'
import { useDatabase } from '../../support/database.ts'
import { useDirectory } from '../../support/directory.ts'
import { dumpStore } from '../../support/dump.ts'
import { addTickets } from '../../support/tickets.ts'
import { WORD_LAST, WORD_PLACE, wordTown } from '../../support/word-town.ts'

const db = useDatabase()
const config = loadConfig({ dataDir: useDirectory() }, {})
const rules = (mode: WordMode) => ({ ...initialRules(config.settings), words: { mode } })
const deps = (mode: WordMode): NightDeps => ({ db: db(), config, log: SILENT, rules: rules(mode) })

beforeAll(async () => addTickets(db(), wordTown({ seed: 'quiet town' })))

test('words are off unless the rules say otherwise, and off changes neither hash nor file', async () => {
  const usual = initialRules(config.settings)
  expect(hashRules(rules('off'))).toBe(hashRules(usual))
  expect(hashRules(rules('shown'))).not.toBe(hashRules(usual))
  expect(formatRules(usual)).not.toMatch(/^  "words"/m)
  expect(parseRules('{"words": {"mode": "alerts"}}', usual).words).toEqual({ mode: 'alerts' })
  expect(() => parseRules('{"words": {"mode": "loud"}}', usual)).toThrow(/words.mode/)
  await runNight(deps('off'), { date: '2024-09-06' })
  expect(await readNightWords(db(), '2024-09-06')).toBeUndefined()
  expect((await db().query('select 1 from word_days')).rows).toEqual([])
})

test('shown, they stand with the night and raise nothing', async () => {
  const before = await listAlerts(db(), { date: '2024-09-06', locale: 'en' })
  await runNight(deps('shown'), { date: '2024-09-06' })
  const words = (await readNightWords(db(), '2024-09-06'))!
  expect(words).toHaveLength(1)
  expect(words[0]).toMatchObject({ place: ['City', 'North', 'Mill'], callers: 3, alert: null })
  expect(await wordsAt(db(), words, 'North')).toHaveLength(1)
  expect(await wordsAt(db(), words, 'South')).toEqual([])
  await expect(wordsAt(db(), words, 'Nowhere')).rejects.toThrow(/Nowhere/)
  expect(await listAlerts(db(), { date: '2024-09-06', locale: 'en' })).toEqual(before)
})

test('a burst that no count explains is an alert of its place, blue or yellow, of its own tickets; the next night goes on with it', async () => {
  await runNights(deps('alerts'), { from: '2024-09-06', until: '2024-09-08' })
  const first = await listAlerts(db(), { date: '2024-09-06', locale: 'zh' })
  expect(first).toHaveLength(1)
  expect(first[0]).toMatchObject({ kind: 'emerging', place: ['City', 'North', 'Mill'], tickets: 3, callers: 3, first_night: '2024-09-06', lead_unit: 'Works' })
  expect(['blue', 'yellow']).toContain(first[0]!.level)
  expect(first[0]!.why_text).toContain('新能源')
  const second = await listAlerts(db(), { date: WORD_LAST, locale: 'zh' })
  expect(second.map((alert) => [alert.id, alert.place.join('›'), alert.tickets])).toContainEqual([first[0]!.id, WORD_PLACE, 5])
  expect((await readNightWords(db(), WORD_LAST))![0]).toMatchObject({ alert: first[0]!.id })
  const explained = await explainAlert(db(), first[0]!.id, { night: '2024-09-06', locale: 'en', settings: config.settings })
  expect(explained).toMatchObject({ detector: 'words', window: { callers: 3 } })
})

test('the same nights again leave the same bytes', async () => {
  const before = await dumpStore(db())
  await runNights(deps('alerts'), { from: '2024-09-06', until: '2024-09-08' })
  expect(await dumpStore(db())).toBe(before)
  for (const date of ['2024-09-06', '2024-09-07']) await runNight(deps('alerts'), { date, force: true })
  expect(await dumpStore(db())).toBe(before)
})

test('a burst that an alert of counts holds says what that alert is about, and is none of its own', async () => {
  await addTickets(db(), Array.from({ length: 12 }, (_, i) => ({ no: `b${i}`, at: `2024-09-07 1${i % 10}:45:00`, place: 'City›South›Dock', topic: 'Roads›Hole', caller: `b${i}`, unit: 'Works', content: `反映${i % 2 ? '大货车压断' : '路口'}污水主管爆裂，请处理。` })))
  await runNight(deps('alerts'), { date: WORD_LAST, force: true })
  const dock = (await listAlerts(db(), { date: WORD_LAST, locale: 'zh' })).filter((alert) => alert.place.at(-1) === 'Dock')
  expect(dock).toHaveLength(1)
  expect((await explainAlert(db(), dock[0]!.id, { locale: 'zh', settings: config.settings })).detector).not.toBe('words')
  expect(dock[0]!.why.phrases).toEqual(expect.arrayContaining([expect.stringContaining('污水主管爆裂')]))
  expect(dock[0]!.why_text).toContain('污水主管爆裂')
})
