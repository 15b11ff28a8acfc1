import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { BadInputError } from '../../../core/errors.ts'
import { denseSeries, periodOf } from '../../../pipelines/tables/dense-series.ts'
import { formatTime, readSeriesTable } from '../../../pipelines/tables/series-table.ts'
import { useFiles } from './files.ts'

const write = useFiles()

test('columns before the time name the series, those behind count are not looked at', async () => {
  const table = await readSeriesTable(write('place,topic,week,count,outbreak\n甲,水,2026-W02,3,x\n甲,"a ""b"", c",2026-W02,5,\n甲,水,2026-W03,,\n'))
  expect(table).toMatchObject({ labelNames: ['place', 'topic'], timeName: 'week', timeKind: 'week', labels: [['甲', '水'], ['甲', 'a "b", c']] })
  expect(Array.from(table.series)).toEqual([0, 1, 0])
  expect(Array.from(table.counts)).toEqual([3, 5, NaN])
  expect(Array.from(table.lines)).toEqual([2, 3, 4])
  expect(formatTime('week', table.times[2])).toBe('2026-W03')
})

test('gzip, semicolons, a byte order mark, Windows line ends and other names of count are read', async () => {
  const plain = await readSeriesTable(write('day,count\n1,4\n2,7\n'))
  expect([plain.timeKind, plain.labelNames, plain.labels]).toEqual(['index', [], [[]]])
  for (const text of ['day;计数\r\n1;4\r\n2;7\r\n', '\ufeffday\tCases\n1\t4\n2\t7', gzipSync('day,count\n1,4\n2,7\n')]) {
    const table = await readSeriesTable(write(text))
    expect([Array.from(table.times), Array.from(table.counts)]).toEqual([[1, 2], [4, 7]])
  }
})

test.each([
  ['day,count\n1,4\n2,-1\n', 'counts_bad_count', 3],
  ['day,count\n1,4.5\n', 'counts_bad_count', 2],
  ['day,count\n1,many\n', 'counts_bad_count', 2],
  ['day,count\n2026-02-30,1\n', 'counts_bad_time', 2],
  ['day,count\n20260101,1\n', 'counts_bad_time', 2],
  ['day,count\n2026-01-01,1\n2,1\n', 'counts_bad_time', 3],
  ['week,count\n2025-W52,1\n2025-W53,1\n', 'counts_bad_time', 3],
  ['day,count\n1,1\n2\n', 'table_wrong_columns', 3],
  ['day,count\n1,"1\n', 'table_bad_line', 2],
])('%j is refused as %s on line %i', async (text, code, line) => {
  const failure = readSeriesTable(write(text))
  await expect(failure).rejects.toThrow(BadInputError)
  await expect(failure).rejects.toMatchObject({ code, details: { line } })
})

test.each([['a,b\n1,2\n', 'counts_lack_column'], ['count,day\n1,2\n', 'counts_lack_column'], ['day,count\n', 'no_rows']])('%j is refused as %s', async (text, code) => {
  await expect(readSeriesTable(write(text))).rejects.toMatchObject({ code })
})

test('missing rows are gaps, never zeros, and rows may come in any order', async () => {
  const table = await readSeriesTable(write('s,date,count\na,2026-01-05,3\nb,2026-01-01,9\na,2026-01-01,1\na,2026-01-02,0\n'))
  const [a, b] = [...denseSeries(table, 'day')]
  expect(a).toMatchObject({ series: 0, first: parseDay('2026-01-01') })
  expect(Array.from(a!.counts)).toEqual([1, 0, NaN, NaN, 3])
  expect(Array.from(a!.rows)).toEqual([2, 3, -1, -1, 0])
  expect(Array.from(b!.counts)).toEqual([9])
})

test('weeks are told from days by the spacing of the dates', async () => {
  const periods = async (rows: string): Promise<string | undefined> => periodOf(await readSeriesTable(write(`s,date,count\n${rows}`)))
  expect(await periods('a,2026-01-05,3\na,2026-01-26,3\nb,2026-01-06,1\n')).toBe('week')
  expect(await periods('a,2026-01-05,3\na,2026-01-12,3\nb,2026-01-06,1\nb,2026-01-09,1\n')).toBe('day')
  expect(await periods('a,2026-01-05,3\n')).toBe('day')
  expect(await periods('a,2026-W05,3\n')).toBe('week')
  expect(await periods('a,5,3\na,12,3\n')).toBeUndefined()
})

test.each([
  ['a,1,3\na,2,3\na,1,4\n', 'counts_twice', 4, 'week'],
  ['a,2026-01-05,3\na,2026-01-13,3\n', 'counts_off_week', 3, 'week'],
  ['a,1026-01-05,3\na,2026-01-05,3\n', 'counts_too_long', 3, 'day'],
] as const)('%j is refused as %s on line %i', async (rows, code, line, period) => {
  const table = await readSeriesTable(write(`s,time,count\n${rows}`))
  expect(() => [...denseSeries(table, period)]).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ line }) }))
})

test('weekly dates and indices step by their own unit', async () => {
  const dated = await readSeriesTable(write('date,count\n2026-01-05,3\n2026-01-19,4\n'))
  expect(Array.from([...denseSeries(dated, 'week')][0]!.counts)).toEqual([3, NaN, 4])
  const indexed = await readSeriesTable(write('week,count\n7,3\n9,4\n'))
  expect(Array.from([...denseSeries(indexed, 'week')][0]!.counts)).toEqual([3, NaN, 4])
})
