import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { BadInputError } from '../../../core/errors.ts'
import { importCovariates, listCovariates } from '../../../pipelines/covariates/import-covariates.ts'
import type { CovariateImport } from '../../../pipelines/covariates/import-covariates.ts'
import { readCovariates } from '../../../sql/covariates.ts'
import { useDatabase } from '../../support/database.ts'
import { addPlace } from '../../support/tickets.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-covariates-'))
let north: number
let city: number

beforeAll(async () => {
  north = await addPlace(db(), 'City›North')
  city = await addPlace(db(), 'City')
})
afterAll(() => rmSync(directory, { recursive: true }))

async function load(text: string, name: string, today = '2026-03-10'): Promise<CovariateImport> {
  const path = join(directory, `${name}.csv`)
  writeFileSync(path, text)
  return importCovariates(db(), { path, today: parseDay(today) })
}

/** variable, place, day and value of a table, as known on the night. */
async function known(name: string, night: string): Promise<string[]> {
  const rows = await readCovariates(db(), parseDay(night), parseDay('2026-01-01'), parseDay('2027-01-01'))
  return rows.filter((row) => row.name === name).map((row) => `${row.variable} ${row.placeId === city ? 'City' : 'North'} ${formatDay(row.day)} ${row.value}`)
}

test('a value is known from the night of its own day on', async () => {
  const result = await load('date,temperature,rain\n2026-03-01,4.5,0\n2026-03-02,-1,12.5\n', 'plain')
  expect(result).toMatchObject({
    name: 'plain', read: 2, kept: 2, rejected: 0, values: { new: 4, changed: 0, unchanged: 0 }, variables: ['temperature', 'rain'],
    first_day: '2026-03-01', last_day: '2026-03-02', already_imported: false, not_yet_known: 0,
  })
  expect(await known('plain', '2026-03-01')).toEqual(['rain City 2026-03-01 0', 'temperature City 2026-03-01 4.5'])
  expect(await known('plain', '2026-03-02')).toHaveLength(4)
})

test('the same file again is no work, and under another name it is another table', async () => {
  const text = 'date,temperature\n2026-03-01,4\n'
  await load(text, 'twice')
  expect(await load(text, 'twice')).toMatchObject({ already_imported: true, read: 0 })
  const again = await importCovariates(db(), { path: join(directory, 'twice.csv'), name: 'other', today: parseDay('2026-03-10') })
  expect(again).toMatchObject({ name: 'other', already_imported: false, values: { new: 1 } })
})

test('a forecast of the weather is known when it was issued, and gives way to what was measured', async () => {
  await load('日期,发布日期,气温\n2026-03-05,2026-03-03,8\n2026-03-05,2026-03-04,9\n2026-03-05,2026-03-05,7\n', 'issued')
  expect(await known('issued', '2026-03-02')).toEqual([])
  expect(await known('issued', '2026-03-03')).toEqual(['气温 City 2026-03-05 8'])
  expect(await known('issued', '2026-03-04')).toEqual(['气温 City 2026-03-05 9'])
  expect(await known('issued', '2026-03-09')).toEqual(['气温 City 2026-03-05 7'])
})

test('a correction is known from the day on which it came, so that nights of the past stay as they were', async () => {
  await load('date,rain\n2026-03-01,3\n2026-03-02,5\n', 'corrected', '2026-03-03')
  const again = await load('date,rain\n2026-03-01,3\n2026-03-02,6\n2026-03-03,1\n', 'corrected', '2026-03-08')
  expect(again).toMatchObject({ values: { new: 1, changed: 1, unchanged: 1 } })
  expect(await known('corrected', '2026-03-07')).toContain('rain City 2026-03-02 5')
  expect(await known('corrected', '2026-03-08')).toContain('rain City 2026-03-02 6')
})

test('rows that cannot be used are told with line, column and reason, and nothing is lost', async () => {
  const text = ['date;place;rain;sky', '2026-03-01;North;1;blue', '2026-03-01;City;2;grey', '2026-02-30;North;1;x', ';North;1;x', '2026-03-02;Nowhere;1;x',
    '2026-03-02;North;wet;x', '2026-03-03;North;1', '2026-03-01;City/North;5;x', '2026-03-04;North;;x', ''].join('\n')
  const result = await load(text, 'bad')
  expect(result.rejects).toEqual([
    { line: 4, reason: 'date_unreadable', column: 'date', value: '2026-02-30' },
    { line: 5, reason: 'date_missing', column: 'date', value: '' },
    { line: 6, reason: 'place_unknown', column: 'place', value: 'Nowhere' },
    { line: 7, reason: 'not_a_number', column: 'rain', value: 'wet' },
    { line: 8, reason: 'wrong_columns', column: null, value: null },
    { line: 9, reason: 'day_repeated', column: 'date', value: '2026-03-01' },
  ])
  expect(result).toMatchObject({ read: 9, kept: 3, rejected: 6, values: { new: 2 }, variables: ['rain'], ignored: ['sky'] })
  expect(await known('bad', '2026-03-10')).toEqual([`rain ${north < city ? 'North' : 'City'} 2026-03-01 ${north < city ? 1 : 2}`, `rain ${north < city ? 'City' : 'North'} 2026-03-01 ${north < city ? 2 : 1}`])
})

test('values of days to come are told where nobody says since when they are known', async () => {
  expect(await load('date,rain\n2026-03-09,0\n2026-03-12,8\n', 'future')).toMatchObject({ not_yet_known: 1 })
  expect(await known('future', '2026-03-11')).toEqual(['rain City 2026-03-09 0'])
})

test.each([
  ['day2,rain\n2026-03-01,1\n', 'covariate_no_date'], ['date,sky\n2026-03-01,blue\n', 'covariate_no_numbers'], ['', 'empty_file'],
  ['date,rain\nyesterday,1\n', 'no_usable_row'],
])('a file that is no table of covariates is refused: %j', async (text, code) => {
  await expect(load(text, 'refused')).rejects.toMatchObject({ code, exitCode: 4 })
  await expect(load(text, 'refused')).rejects.toBeInstanceOf(BadInputError)
})

test('coverage counts days, and those that are missing', async () => {
  await load('date,rain\n2026-03-01,0\n2026-03-04,8\n', 'gaps')
  expect((await listCovariates(db())).filter((row) => row.name === 'gaps')).toEqual([
    { name: 'gaps', variable: 'rain', places: 1, values: 2, first_day: '2026-03-01', last_day: '2026-03-04', missing_days: 2 },
  ])
})
