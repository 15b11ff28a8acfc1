import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { parquetReadObjects } from 'hyparquet'
import { readSheet, default as readWorkbook } from 'read-excel-file/node'
import { beforeAll, expect, test } from 'vitest'
import { UnavailableError } from '../../../core/errors.ts'
import { printPdf } from '../../../pipelines/reports/browser.ts'
import { computeDocument } from '../../../pipelines/reports/compute.ts'
import type { ReportDocument } from '../../../pipelines/reports/document.ts'
import { contextOf, evaluate, openExploration, plainOf } from '../../../pipelines/reports/explore.ts'
import { encodeReport, tableNamed } from '../../../pipelines/reports/files.ts'
import { renderBulletin } from '../../../pipelines/reports/page.ts'
import { tableOf, tablesOf } from '../../../pipelines/reports/tables.ts'
import { writePeriodReport } from '../../../pipelines/reports/write.ts'
import { useDatabase } from '../../support/database.ts'
import { unzip } from '../../support/unzip.ts'
import { HOSTILE, NIGHT, seedReportCity, testConfig } from './store.ts'

const db = useDatabase()
let document: ReportDocument

beforeAll(async () => {
  await seedReportCity(db())
  await db().query('update places set name = $2 where path = $1', ['City›North›N2', HOSTILE])
  document = await computeDocument(db(), testConfig(), NIGHT, 'week')
})

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

test('the workbook has notes, a sheet a table, a dictionary, and typed cells; no cell is a formula', async () => {
  const bytes = await encodeReport('en', document, 'xlsx')
  const sheets = await readWorkbook(Buffer.from(bytes))
  expect(sheets.map(({ sheet }) => sheet)).toEqual(['Notes', ...tablesOf(document).map((table) => expect.any(String) as string), 'Data dictionary'])
  const streets = await readSheet(Buffer.from(bytes), 'Streets')
  expect(streets[0]!.slice(0, 3)).toEqual(['Place', 'Callers', 'Tickets'])
  const first = document.places.find((place) => place.depth === 2)!
  expect(streets[1]!.slice(1, 3)).toEqual([first.now.callers, first.now.tickets])
  expect(streets.flat()).toContain('<3')
  expect(streets.flat()).toContain(`North › ${HOSTILE}`)
  // The parts of the file itself: text is an inline or shared string, never <f>.
  const parts = unzip(Buffer.from(bytes)).filter(([name]) => name.startsWith('xl/worksheets/') && name.endsWith('.xml'))
  expect(parts.length).toBe(sheets.length)
  expect(parts.filter(([, part]) => /<f[ >]/.test(text(part))).map(([name]) => name)).toEqual([])
})

test('CSV keeps a formula from being one, and says what is hidden', async () => {
  const csv = text(await encodeReport('en', document, 'csv', 'streets'))
  expect(csv.startsWith('\uFEFFPlace,Callers')).toBe(true)
  expect(csv).toContain('<3')
  const bare = text(await encodeReport('en', { ...document, places: document.places.map((place) => ({ ...place, path: place.path.slice(-1) })) }, 'csv', 'streets'))
  expect(bare).toContain('"\'=HYPERLINK(""http://x"")')
  expect(/^[=+@]/m.test(bare)).toBe(false)
  for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
    const evil = `${sign}1+cmd|' /C calc'!A0`
    const table = text(await encodeReport('en', { ...document, places: document.places.map((place) => ({ ...place, path: [evil] })) }, 'csv', 'streets'))
    expect(table).toContain(`\n'${evil},`)
    expect(table).not.toContain(`\n${evil}`)
  }
})

test('Arrow and Parquet hold the same rows, null where a count is hidden', async () => {
  const arrow = tableFromIPC(await encodeReport('en', document, 'arrow', 'streets'))
  const parquet = await parquetReadObjects({ file: (await encodeReport('en', document, 'parquet', 'streets')).buffer })
  const table = tableOf(document, 'streets')
  expect(arrow.numRows).toBe(table.rows.length)
  expect(arrow.schema.fields.find((field) => field.name === 'callers')!.metadata.get('unit')).toMatch(/null where hidden/)
  expect(arrow.schema.metadata.get('night')).toBe(NIGHT)
  const wanted = table.rows.map((row) => (typeof row.values[1] === 'number' ? row.values[1] : null))
  expect(wanted).toContain(null)
  expect([...arrow.getChild('callers')!]).toEqual(wanted)
  expect(parquet.map((row) => row.callers)).toEqual(wanted)
})

test('GeoJSON has all located places, those at zero too, and points nowhere exactly where only tickets did', async () => {
  const { features } = JSON.parse(text(await encodeReport('en', document, 'geojson'))) as { features: { geometry: { coordinates: [number, number] }, properties: { place: string, callers: number | null, hidden: boolean } }[] }
  expect(features.length).toBe(12)
  expect(features.find(({ properties }) => properties.place === 'City›West›W3')!.properties.callers).toBe(0)
  expect(features.filter(({ properties }) => properties.hidden).every(({ properties }) => properties.callers === null)).toBe(true)
  const { rows } = await db().query<{ lng: number, lat: number }>(`select lng, lat from places where path = 'City›North›N3'`)
  const drawn = features.find(({ properties }) => properties.place === 'City›North›N3')!.geometry.coordinates
  expect(drawn).not.toEqual([rows[0]!.lng, rows[0]!.lat])
  expect(Math.abs(drawn[0] - rows[0]!.lng)).toBeLessThanOrEqual(0.005)
})

test.each(['zh', 'en'] as const)('the bulletin in %s is one page without script or request, and escapes what data say', (locale) => {
  const page = renderBulletin(locale, document)
  expect(page).toContain(locale === 'zh' ? '热点问题周报 2024-W38' : 'Hotspots of the week 2024-W38')
  expect(page).not.toMatch(/<script|<img|https?:\/\/(?!x)/)
  expect(page).toContain('&lt;img src=x')
  expect(renderBulletin(locale, document)).toBe(page)
  if (locale === 'en') expect(page.replace(/<[^>]*>/g, '')).not.toMatch(/\p{Script=Han}/u)
})

test('without a browser PDF says so', async () => {
  await expect(printPdf('<p>x</p>', 'en', 'x', ['/nowhere/chromium'])).rejects.toThrow(UnavailableError)
})

test('an unknown table is refused with those there are', () => {
  expect(() => tableNamed('streetz')).toThrow(/attention, districts, streets/)
})

test('a report is written whole, under the name of its period', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-reports-'))
  try {
    const { path, name } = await writePeriodReport(db(), testConfig(dataDir), { night: NIGHT, period: 'month', locale: 'en', format: 'csv', table: 'pivot' })
    expect({ name, path }).toEqual({ name: '2024-09', path: join(dataDir, 'reports', `2024-09-${NIGHT}-pivot-en.csv`) })
    expect(readFileSync(path, 'utf8')).toMatch(/^\uFEFFTopic,/)
    expect(existsSync(`${path}.${process.pid}.tmp`)).toBe(false)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('code sees the tables as frames, and nothing of the program', async () => {
  const opened = await openExploration(db(), testConfig(), NIGHT, 'en')
  expect(opened.tables.map((table) => table.name)).toEqual(expect.arrayContaining(['streets', 'districts', 'topics', 'pivot']))
  const context = contextOf(opened.values)
  expect(await evaluate(context, 'streets.shape[0]')).toBe(12)
  expect(await evaluate(context, 'week.name')).toBe('2024-W38')
  expect(plainOf(await evaluate(context, "streets.sortValues('callers', { ascending: false }).head(1)"))).toMatchObject([{ place: expect.any(String), callers: expect.any(Number) }])
  expect(await evaluate(context, 'typeof process + typeof require')).toBe('undefinedundefined')
  await expect(evaluate(context, 'streets.nothing()')).rejects.toThrow(/code failed/)
})
