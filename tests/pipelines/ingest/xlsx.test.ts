import { expect, test } from 'vitest'
import { importInput, previewInput } from '../../../pipelines/ingest/import.ts'
import type { ImportResult } from '../../../pipelines/ingest/import.ts'
import { useDatabase } from '../../support/database.ts'
import { useWorkshop, zip } from './support.ts'

const db = useDatabase()
const workshop = useWorkshop()

/** A number, a text, a cell with Excel's date style (`{ date }`), an error value (`{ error }`), or nothing. */
type Cell = string | number | boolean | null | { date: number } | { error: string } | { rich: string[] }

/** A workbook of one sheet as Excel writes it: shared texts, style 1 is a date with time. */
function workbook(rows: Cell[][], epoch1904 = false): Buffer {
  const shared: string[] = []
  const text = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const cell = (value: Cell, column: number, row: number): string => {
    const at = `r="${String.fromCharCode(65 + column)}${row + 1}"`
    if (value === null) return ''
    if (typeof value === 'number') return `<c ${at}><v>${value}</v></c>`
    if (typeof value === 'boolean') return `<c ${at} t="b"><v>${value ? 1 : 0}</v></c>`
    if (typeof value === 'object' && 'date' in value) return `<c ${at} s="1"><v>${value.date}</v></c>`
    if (typeof value === 'object' && 'error' in value) return `<c ${at} t="e"><v>${value.error}</v></c>`
    shared.push(typeof value === 'string' ? `<si><t xml:space="preserve">${text(value)}</t></si>` : `<si>${value.rich.map((run) => `<r><t>${text(run)}</t></r>`).join('')}</si>`)
    return `<c ${at} t="s"><v>${shared.length - 1}</v></c>`
  }
  const data = rows.map((cells, row) => `<row r="${row + 1}">${cells.map((value, column) => cell(value, column, row)).join('')}</row>`).join('')
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const part = (body: string): Buffer => Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${body}`)
  return zip([
    ['[Content_Types].xml', part('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')],
    ['xl/workbook.xml', part(`<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr${epoch1904 ? ' date1904="1"' : ''}/><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`)],
    ['xl/_rels/workbook.xml.rels', part(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`)],
    ['xl/styles.xml', part(`<styleSheet xmlns="${main}"><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" xfId="0"/><xf numFmtId="22" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`)],
    ['xl/worksheets/sheet1.xml', part(`<worksheet xmlns="${main}"><sheetData>${data}</sheetData></worksheet>`)],
    ['xl/sharedStrings.xml', part(`<sst xmlns="${main}" count="${shared.length}" uniqueCount="${shared.length}">${shared.join('')}</sst>`)],
  ])
}

const HEADER = ['序号', '工单编号', '受理时间', '问题分类', '标题', '区县', '小区', '是否保密']
const row = (n: number, number: Cell, time: Cell, title: Cell = '停水'): Cell[] => [n, number, time, '供水>停水', title, '城东区', '锦绣花园', false]

async function load(name: string, rows: Cell[][], epoch1904 = false): Promise<{ result: ImportResult, tickets: Record<string, string>, rejects: [number, string][] }> {
  const result = await importInput(workshop.deps(db()), { input: { path: workshop.file(`${name}.xlsx`, workbook(rows, epoch1904)) }, preset: 'auto', source: name, city: '云川市' })
  const { rows: tickets } = await db().query<{ no: string, at: string }>(
    `select ticket_no as no, to_char(accepted_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as at from tickets t join sources s on s.id = t.source_id where s.name = $1 order by 1`, [name])
  const { rows: rejects } = await db().query<{ line: number, reason: string }>('select line::int, reason from import_rejects where batch_id = $1 order by line', [result.batchId])
  return { result, tickets: Object.fromEntries(tickets.map(({ no, at }) => [no, at])), rejects: rejects.map(({ line, reason }) => [line, reason]) }
}

test('title rows, blank rows, totals and footers of a workbook are no tickets', async () => {
  const { result, tickets, rejects } = await load('titles', [
    ['云川市12345热线工单明细表'], ['导出时间：2024-04-01', null, null, null, '单位：件'], [], HEADER,
    row(1, 'X1', '2024-03-05 08:00:00'), [], row(2, 'X2', '2024-03-06 08:00:00'),
    ['合计', 2], ['总计：2件'], [null, '合 计', 2], [null, null, null, '小计', 2],
    ['制表人：王某某', null, null, '审核：李某某'], ['注：本表不含保密工单'],
  ])
  expect(tickets).toEqual({ X1: '2024-03-05 08:00:00', X2: '2024-03-06 08:00:00' })
  expect(rejects).toEqual([[8, 'total_row'], [9, 'total_row'], [10, 'total_row'], [11, 'total_row'], [12, 'note_row'], [13, 'note_row']])
  expect(result).toMatchObject({ read: 8, new: 2, rejected: 6 })
})

test('times of a workbook are read as date cells, as serial days and as texts', async () => {
  const { tickets, rejects } = await load('times', [HEADER,
    row(1, 'T01', { date: 45356.333333333336 }), row(2, 'T02', 45356.333333333336), row(3, 'T03', '45356.3333333333'), row(4, 'T04', { date: 45356 }),
    row(5, 'T05', '2024/3/5 8:00'), row(6, 'T06', '2024年3月5日 8时00分'), row(7, 'T07', '2024.03.05 08:00:00'), row(8, 'T08', '20240305080000'), row(9, 'T09', 20240305080000),
    row(10, 'T10', { rich: ['2024-03-05', ' 08:00:00'] }), row(11, 'T11', ' 2024-03-05 上午 8:00:00 '), row(12, 'T12', { error: '#N/A' }), row(13, 'T13', 'yesterday'), row(14, 'T14', null),
    row(15, 'T15', '２０２４-０３-０５ ０８:００'), row(16, 'T16', { date: 45356.99999999 }), row(17, 'T17', 20240305)])
  const morning = '2024-03-05 08:00:00'
  expect(tickets).toEqual({
    T01: morning, T02: morning, T03: morning, T04: '2024-03-05 00:00:00', T05: morning, T06: morning, T07: morning, T08: morning, T09: morning, T10: morning, T11: morning, T15: morning,
    T16: '2024-03-06 00:00:00', T17: '2024-03-05 00:00:00',
  })
  expect(rejects).toEqual([[13, 'accepted_at_missing'], [14, 'accepted_at_unreadable'], [15, 'accepted_at_missing']])
})

test('a workbook that counts its days from 1904 is read by its own count', async () => {
  const { tickets } = await load('epoch', [HEADER, row(1, 'E1', { date: 45356.5 - 1462 })], true)
  expect(tickets).toEqual({ E1: '2024-03-05 12:00:00' })
})

test('ticket numbers and texts that look like numbers or dates stay what they are', async () => {
  const { tickets, rejects } = await load('numbers', [HEADER,
    row(1, 202403050001, '2024-03-05 08:00:00'), row(2, '2024-03-05', '2024-03-05 08:00:00', '2024-03-05'), row(3, '1.23E+17', '2024-03-05 08:00:00'), row(4, 123456789012345680, '2024-03-05 08:00:00'),
    row(5, '00017', '2024-03-05 08:00:00', '3/4'), row(6, 45356, '2024-03-05 08:00:00', '第一行\n第二行, "引号"')])
  expect(Object.keys(tickets).sort()).toEqual(['00017', '2024-03-05', '202403050001', '45356'])
  expect(rejects).toEqual([[4, 'ticket_no_scientific'], [5, 'ticket_no_scientific']])
  const { rows } = await db().query<{ title: string }>(`select title from tickets t join sources s on s.id = t.source_id where s.name = 'numbers' order by ticket_no`)
  expect(rows.map(({ title }) => title).sort()).toEqual(['停水', '2024-03-05', '3/4', '第一行\n第二行, "引号"'].sort())
})

test('a preview of a workbook finds the header under its title', async () => {
  const path = workshop.file('preview.xlsx', workbook([['工单明细'], HEADER, row(1, 'P1', { date: 45356.5 })]))
  expect(await previewInput(workshop.deps(db()), { input: { path }, preset: 'auto', source: 'p' })).toMatchObject({ preset: 'generic_12345_zh', format: 'xlsx', read: 1, new: 1, unmapped: ['序号'] })
})
