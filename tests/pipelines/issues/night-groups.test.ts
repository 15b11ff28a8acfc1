import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { listAlerts } from '../../../pipelines/alerts.ts'
import { explainAlert } from '../../../pipelines/explanation.ts'
import { readAlertGroups } from '../../../pipelines/issues/alert-groups.ts'
import { groupTickets } from '../../../pipelines/issues/group-tickets.ts'
import { runNight, runNights } from '../../../pipelines/nightly.ts'
import type { NightDeps } from '../../../pipelines/nightly.ts'
import { causeMode, hashRules, initialRules } from '../../../pipelines/rules.ts'
import type { CauseMode } from '../../../pipelines/rules.ts'
import { parseRules } from '../../../pipelines/rules-file.ts'
import { useDatabase } from '../../support/database.ts'
import { useDirectory } from '../../support/directory.ts'
import { dumpStore } from '../../support/dump.ts'
import { addTickets } from '../../support/tickets.ts'
import { WORD_LAST, wordTown } from '../../support/word-town.ts'

const db = useDatabase()
const config = loadConfig({ dataDir: useDirectory() }, {})
const rules = (mode: CauseMode) => ({ ...initialRules(config.settings), words: { mode: 'alerts' as const }, causes: { mode } })
const deps = (mode: CauseMode): NightDeps => ({ db: db(), config, log: SILENT, rules: rules(mode) })
const dumpGroups = async (): Promise<string> => JSON.stringify([
  (await db().query('select * from issue_tickets order by source_id, ticket_no')).rows, (await db().query('select * from issues order by id')).rows])
const groupOf = async (no: string): Promise<{ issue: number, night: string } | undefined> =>
  (await db().query<{ issue: number, night: string }>('select issue_id as issue, night from issue_tickets where ticket_no = $1', [no])).rows[0]

beforeAll(async () => addTickets(db(), wordTown({ seed: 'quiet town' })))

test('tickets are grouped by nights unless the rules say off; only signals are another night', async () => {
  const usual = initialRules(config.settings)
  expect(causeMode(usual)).toBe('list')
  expect(hashRules({ ...usual, causes: { mode: 'off' } })).toBe(hashRules(usual))
  expect(hashRules({ ...usual, causes: { mode: 'signal' } })).not.toBe(hashRules(usual))
  expect(parseRules('{"causes": {"mode": "off"}}', usual).causes).toEqual({ mode: 'off' })
  expect(() => parseRules('{"causes": {"mode": "loud"}}', usual)).toThrow(/causes.mode/)
  await runNight(deps('off'), { date: '2024-09-06' })
  expect((await db().query('select 1 from issue_tickets')).rows).toEqual([])
})

test('an alert shows the cause of its tickets, whatever topics they were filed under, as the night knew it', async () => {
  await runNights(deps('list'), { from: '2024-09-06', until: '2024-09-08' })
  const alert = (await listAlerts(db(), { date: '2024-09-06', locale: 'zh' })).find(({ place }) => place.at(-1) === 'Mill')!
  const [first] = await readAlertGroups(db(), alert.id, '2024-09-06')
  expect(first).toMatchObject({ callers: 3, repeats: 0, group_appeal: true, in_alert: 3, from: '2024-09-06', to: '2024-09-06' })
  expect(first!.ticket_nos.map((no) => no.split('/')[1])).toEqual(['w0', 'w1', 'w2'])
  expect(first!.families.length).toBeGreaterThan(1)
  expect(first!.words.join()).toContain('充电')
  expect(first!.example).toContain('新能源卡')
  const { groups } = await explainAlert(db(), alert.id, { night: WORD_LAST, locale: 'zh', settings: config.settings })
  expect(groups[0]).toMatchObject({ id: first!.id, callers: 5 })
})

test('the same nights again leave the same groups and the same bytes', async () => {
  const before = [await dumpGroups(), await dumpStore(db())]
  await runNights(deps('list'), { from: '2024-09-06', until: '2024-09-08' })
  for (const date of ['2024-09-06', WORD_LAST]) await runNight(deps('list'), { date, force: true })
  expect([await dumpGroups(), await dumpStore(db())]).toEqual(before)
})

test('what an import brings late joins its group on the next night, and moves no other ticket', async () => {
  const before = (await groupOf('w4'))!
  const groups = await dumpGroups()
  await addTickets(db(), [{ no: 'late', at: '2024-09-06 13:00:00', place: 'City›North›Mill', topic: 'Roads›Hole', caller: 'late', unit: 'Works', content: '市民反映小区充电桩强制改用新能源卡，请核实处理。' }])
  const { rows: [batch] } = await db().query<{ id: string }>(`insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status) select id, 'late', 'late', 1, 'test', '{}', 'done' from sources returning id`)
  await db().query(`update tickets set batch_id = $1 where ticket_no = 'late'`, [batch!.id])
  await runNight(deps('list'), { date: WORD_LAST, force: true })
  expect(await groupOf('late')).toBeUndefined()
  expect(await dumpGroups()).toBe(groups)
  await runNight(deps('list'), { date: '2024-09-08' })
  expect(await groupOf('late')).toEqual({ issue: before.issue, night: '2024-09-08' })
  expect(await groupOf('w4')).toEqual(before)
})

test('whoever asks for days that nights have grouped gets what they kept, and what came since', async () => {
  const before = await dumpGroups()
  expect(await groupTickets(db(), { from: '2024-07-20' })).toMatchObject({ rebuilt: false })
  expect(await dumpGroups()).toBe(before)
})

test('a first night begins two months back; whoever asks for all tickets has them grouped from the first', async () => {
  const firstNight = async (): Promise<string> => (await db().query<{ first: string }>('select min(night) as first from issue_tickets')).rows[0]!.first
  expect(await firstNight()).toMatch(/^2024-07-(09|1)/)
  const told: { night: string, tickets: number, share: number }[] = []
  const { rebuilt, tickets } = await groupTickets(db(), { from: '2024-07-01', onProgress: (progress) => told.push(progress) })
  expect(rebuilt).toBe(true)
  expect(told.at(-1)).toMatchObject({ night: '2024-09-07', tickets })
  expect(told.at(-1)!.share).toBeLessThanOrEqual(1)
  expect(told.every(({ night, share }, i) => i === 0 || (night > told[i - 1]!.night && share > told[i - 1]!.share))).toBe(true)
  expect(await firstNight()).toBe('2024-03-01')
  expect((await groupOf('late'))!.night).toBe('2024-09-06')
  const whole = await dumpGroups()
  await runNight(deps('list'), { date: '2024-09-09' })
  expect((await groupTickets(db())).rebuilt).toBe(false)
  expect(await dumpGroups()).toBe(whole)
})
