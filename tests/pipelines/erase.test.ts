import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { parseDay } from '../../core/days.ts'
import { SILENT } from '../../core/log.ts'
import { erase, eraseByAge } from '../../pipelines/erase.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { importInput } from '../../pipelines/ingest/import.ts'
import { Readable } from 'node:stream'
import { verifyChain } from '../../sql/audit.ts'
import { useDatabase } from '../support/database.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-erase-'))
const config = loadConfig({ dataDir })
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const HEADER = '工单编号,受理时间,诉求类型,问题分类,标题,内容,地址,来电号码,承办单位'
const rows = (status: string): string => [
  HEADER,
  `E1,2026-03-01 08:00:00,投诉,供暖>不热,暖气不热${status},家里很冷,北区磨坊小区3号楼,13800000001,供暖办`,
  `E2,2026-03-01 09:00:00,投诉,供暖>不热,又不热了,还是很冷,北区磨坊小区3号楼,13800000001,供暖办`,
  `E3,2026-03-01 10:00:00,投诉,供暖>不热,不热,冷,北区磨坊小区4号楼,13800000002,供暖办`,
  `E4,2026-03-02 10:00:00,投诉,噪声>夜间,太吵,睡不着,南区码头路1号,13800000003,环保局`,
].join('\n')
const load = (text: string, name: string): Promise<unknown> => importInput({ db: db(), config, log: SILENT }, { input: { stream: Readable.from([Buffer.from(text)]), name, hash: name }, preset: 'generic_12345_zh', source: 'hotline', city: '某市', recorded: 'accepted' })
const counts = async (): Promise<string> => JSON.stringify((await db().query('select day, place_id, topic_id, sum(tickets) as tickets, sum(callers) as callers from daily_counts group by 1, 2, 3 order by 1, 2, 3')).rows)
const today = parseDay('2026-11-23')
const by = { reason: 'asked for on paper', by: 'Data protection' }

beforeAll(async () => {
  await load(rows(''), 'one.csv')
  await load(rows('了'), 'two.csv') // E1 has an earlier state
  await countDirtyDays(db())
})

test('a caller is erased from every ticket and every earlier state, and counts stay, also when days are counted again', async () => {
  const before = await counts()
  expect(await erase(db(), config, { caller: '138 0000 0001', ...by, dryRun: true }, today)).toEqual({ tickets: 2, versions: 0, dryRun: true })
  const { rows: keys } = await db().query<{ key: string }>(`select caller_key as key from tickets where ticket_no = 'E1'`)
  expect(await erase(db(), config, { caller: '+86 13800000001', ...by }, today)).toEqual({ tickets: 2, versions: 1, dryRun: false })
  const { rows: left } = await db().query<Record<string, unknown>>(
    `select ticket_no, title, content, address_text, lng, caller_key = $1 as known from tickets where ticket_no in ('E1', 'E2')
     union all select ticket_no, title, content, address_text, lng, caller_key = $1 from ticket_versions where ticket_no in ('E1', 'E2')`, [keys[0]!.key])
  expect(left).toHaveLength(3)
  for (const row of left) expect(row).toMatchObject({ title: null, content: null, address_text: null, lng: null, known: false })
  const { rows: [distinct] } = await db().query<{ n: number }>(`select count(distinct caller_key)::int as n from tickets where ticket_no in ('E1', 'E2')`)
  expect(distinct!.n).toBe(1)
  await db().query('insert into dirty_days select distinct day from tickets on conflict do nothing')
  await countDirtyDays(db())
  expect(await counts()).toBe(before)
  expect(await erase(db(), config, { caller: '13800000001', ...by }, today)).toEqual({ tickets: 0, versions: 0, dryRun: false })
})

test('a later import brings nothing back', async () => {
  await load(rows('，第三次'), 'three.csv')
  const { rows: left } = await db().query(`select from tickets where ticket_no in ('E1', 'E2') and (title is not null or content is not null or address_text is not null)`)
  expect(left).toEqual([])
  const { rows: versions } = await db().query(`select from ticket_versions where ticket_no = 'E1' and title is not null`)
  expect(versions).toEqual([])
  const { rows: [other] } = await db().query<{ title: string }>(`select title from tickets where ticket_no = 'E3'`)
  expect(other!.title).toBe('不热')
})

test('one ticket, or what is old', async () => {
  expect(await erase(db(), config, { ticket: 'E3', ...by }, today)).toMatchObject({ tickets: 1 })
  await expect(erase(db(), config, { ticket: 'E9', ...by }, today)).rejects.toMatchObject({ code: 'no_such_ticket' })
  expect(await erase(db(), config, { olderThanDays: 300, ...by }, today)).toMatchObject({ tickets: 0 })
  expect(await erase(db(), config, { olderThanDays: 30, ...by }, today)).toMatchObject({ tickets: 1 })
})

test('texts are kept for ever unless a setting says otherwise', async () => {
  await load([HEADER, 'F1,2026-01-01 08:00:00,投诉,供暖>不热,很久以前,很冷,北区磨坊小区3号楼,13800000009,供暖办'].join('\n'), 'four.csv')
  expect(await eraseByAge(db(), config, today)).toBe(0)
  const kept = { ...config, web: { ...config.web, keepTextDays: 320 } }
  expect([await eraseByAge(db(), kept, today), await eraseByAge(db(), kept, today)]).toEqual([1, 0])
})

test('what cannot be meant is refused', async () => {
  await expect(erase(db(), config, { ...by }, today)).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(erase(db(), config, { caller: '1', ticket: 'E1', ...by }, today)).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(erase(db(), config, { caller: '138****0001', ...by }, today)).rejects.toMatchObject({ code: 'masked_caller' })
  await expect(erase(db(), config, { ticket: 'E1', reason: ' ', by: 'x' }, today)).rejects.toMatchObject({ code: 'invalid_option' })
})

test('the audit log tells of it, and not whose number it was', async () => {
  const { rows: noted } = await db().query<{ line: string }>(`select a::text as line from audit_log a where act = 'erase'`)
  expect(noted.length).toBeGreaterThanOrEqual(3)
  expect(noted.map(({ line }) => line).join()).not.toContain('1380000')
  expect((await verifyChain(db())).broken).toBeNull()
})
