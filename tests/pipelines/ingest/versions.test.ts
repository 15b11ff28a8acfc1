import { expect, test } from 'vitest'
import { importInput } from '../../../pipelines/ingest/import.ts'
import type { ImportRequest, ImportResult } from '../../../pipelines/ingest/import.ts'
import { useDatabase } from '../../support/database.ts'
import { fingerprint, useWorkshop } from './support.ts'

const db = useDatabase()
const workshop = useWorkshop()
let files = 0

function load(rows: string[], request: Partial<ImportRequest> = {}, header = '工单编号,受理时间,问题分类,区县,工单状态'): Promise<ImportResult> {
  const path = workshop.file(`v${++files}.csv`, [header, ...rows].join('\n') + '\n')
  return importInput(workshop.deps(db()), { input: { path }, preset: 'generic_12345_zh', city: '云川市', ...request })
}

const ledger = (r: ImportResult): number[] => [r.read, r.new, r.changed, r.unchanged, r.duplicate, r.duplicateDiffering, r.rejected, r.versions]

test('a changed ticket keeps its earlier state with the night on which it ended', async () => {
  expect(ledger(await load(['A1,2024-03-01 09:00:00,供水>停水,城东区,办理中', 'A2,2024-03-02 09:00:00,供水>停水,城东区,办理中']))).toEqual([2, 2, 0, 0, 0, 0, 0, 0])
  await db().query('delete from dirty_days')
  expect(ledger(await load(['A1,2024-03-05 09:00:00,供水>停水,城西区,办结', 'A2,2024-03-02 09:00:00,供水>停水,城东区,办理中']))).toEqual([2, 0, 1, 1, 0, 0, 0, 1])
  const { rows } = await db().query(
    `select v.day, v.known_on, v.status, v.version, v.superseded_on > v.known_on as later, t.day as now_on, t.status as now_status, t.recorded_assumed, v.superseded_on = t.known_on as meets
     from ticket_versions v join tickets t using (source_id, ticket_no)`)
  expect(rows).toEqual([{ day: '2024-03-01', known_on: '2024-03-01', status: '办理中', version: 1, later: true, now_on: '2024-03-05', now_status: '办结', recorded_assumed: false, meets: true }])
  const { rows: dirty } = await db().query('select day from dirty_days order by day')
  expect(dirty).toEqual([{ day: '2024-03-01' }, { day: '2024-03-05' }])
})

test('repeats in a file count once; differing ones make versions in the order of the file', async () => {
  const rows = ['B1,2024-03-01 09:00:00,供水>停水,城东区,一', 'B1,2024-03-01 09:00:00,供水>停水,城东区,一', 'B2,2024-03-01 09:00:00,供水>停水,城东区,一', 'B1,2024-03-01 09:00:00,供水>停水,城东区,二', 'B1,2024-03-01 09:00:00,供水>停水,城东区,三']
  expect(ledger(await load(rows))).toEqual([5, 2, 0, 0, 3, 2, 0, 2])
  const state = async (): Promise<unknown> => (await db().query(
    `select status, version from ticket_versions where ticket_no = 'B1' union all select status, null from tickets where ticket_no = 'B1' order by version nulls last`)).rows
  expect(await state()).toEqual([{ status: '一', version: 1 }, { status: '二', version: 2 }, { status: '三', version: null }])

  // The same rows in another file: the stored state is the last of the file, nothing is new.
  const before = await state()
  expect(ledger(await load([...rows, 'B3,2024-03-01 09:00:00,供水>停水,城东区,一']))).toEqual([6, 1, 0, 2, 3, 2, 0, 0])
  expect(await state()).toEqual(before)
})

test('the same tickets under another name, in another order, change nothing', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => `C${i},2024-04-01 09:00:${String(i % 60).padStart(2, '0')},供水>停水,城东区,办结`)
  await load(rows)
  const before = await fingerprint(db())
  const again = await load(rows.toReversed())
  expect(ledger(again)).toEqual([50, 0, 0, 50, 0, 0, 0, 0])
  const strip = (text: string): string => text.replace(/import_batches .*\n/, '').replace(/dirty_days .*/, '')
  expect(strip(await fingerprint(db()))).toBe(strip(before))
})

test('arrival times: mapped ones are real, old ones assumed, recent ones are now', async () => {
  const now = new Date()
  const recent = new Date(now.getTime() - 86400000 + 8 * 3600000).toISOString().slice(0, 19).replace('T', ' ')
  await load([`D1,2024-03-01 23:30:00,供水>停水,城东区,一,2024-03-03 01:30:00`, 'D2,2024-03-01 23:30:00,供水>停水,城东区,一,2024-03-03 02:30:00', 'D3,2024-03-01 23:30:00,供水>停水,城东区,一,'],
    {}, '工单编号,受理时间,问题分类,区县,工单状态,入库时间')
  await load([`D4,${recent},供水>停水,城东区,一`])
  await load([`D5,${recent},供水>停水,城东区,一`], { recorded: 'accepted' })
  await load(['D6,2024-03-01 23:30:00,供水>停水,城东区,一'], { recorded: 'arrival' })
  const { rows } = await db().query<{ ticket_no: string, day: string, known_on: string, recorded_assumed: boolean }>(
    `select ticket_no, day, known_on, recorded_assumed from tickets where ticket_no like 'D%' order by ticket_no`)
  const night = new Date(now.getTime() + 6 * 3600000).toISOString().slice(0, 10) // Shanghai's day, two hours late
  expect(rows).toMatchObject([
    { ticket_no: 'D1', day: '2024-03-01', known_on: '2024-03-02', recorded_assumed: false },
    { ticket_no: 'D2', day: '2024-03-01', known_on: '2024-03-03', recorded_assumed: false },
    { ticket_no: 'D3', day: '2024-03-01', known_on: '2024-03-01', recorded_assumed: true },
    { ticket_no: 'D4', known_on: night, recorded_assumed: false },
    { ticket_no: 'D5', known_on: recent.slice(0, 10), recorded_assumed: true },
    { ticket_no: 'D6', known_on: night, recorded_assumed: false },
  ])
})

test('local times follow the source’s zone and its summer time', async () => {
  const header = 'service_request_id,requested_datetime,service_name,agency_responsible,supervisor_district,analysis_neighborhood,source,status_description,lat,long'
  await load(['S1,03/10/2024 01:30:00 AM,Graffiti,DPW,6,Mission,Web,Open,37.7,-122.4', 'S2,03/10/2024 03:30:00 AM,Graffiti,DPW,6,Mission,Web,Open,37.7,-122.4', 'S3,2024-07-01T06:30:00Z,Graffiti,DPW,6,Mission,Web,Open,37.7,-122.4'],
    { preset: 'sf311', city: 'San Francisco' }, header)
  const { rows } = await db().query(`select ticket_no, to_char(accepted_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as utc, day from tickets where ticket_no like 'S%' order by 1`)
  expect(rows).toEqual([
    { ticket_no: 'S1', utc: '2024-03-10 09:30', day: '2024-03-10' }, { ticket_no: 'S2', utc: '2024-03-10 10:30', day: '2024-03-10' }, { ticket_no: 'S3', utc: '2024-07-01 06:30', day: '2024-06-30' }])
})

test('totals, footers and closing times before the opening are told', async () => {
  const result = await load(['E1,2024-03-01 09:00:00,供水>停水,城东区,办结,2024-02-01 00:00:00', '合计,,,,,', '制表人：某某,,,,,'], {}, '工单编号,受理时间,问题分类,区县,工单状态,办结时间')
  expect(result.rejectReasons).toEqual({ total_row: 1, note_row: 1 })
  expect(result.quality.closedBeforeAccepted).toBe(1)
  expect(result.read).toBe(result.new + result.rejected)
})

test('a large first load by another way is the same as small ones', async () => {
  // From 20,000 rows an empty table is filled without its indexes; here the table is not empty.
  const rows = Array.from({ length: 21_000 }, (_, i) => `F${i},2023-0${1 + (i % 9)}-1${i % 9} 09:00:00,供水>停水,城东区,办结`)
  const result = await load([...rows, ...rows.slice(0, 100)])
  expect(ledger(result)).toEqual([21_100, 21_000, 0, 0, 100, 0, 0, 0])
})
