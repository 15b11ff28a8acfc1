import { expect, test } from 'vitest'
import { formatBytes, formatSeconds, formatShare, sparkline } from '../../cli/format.ts'
import { renderFields, renderTable } from '../../cli/table.ts'
import { displayWidth, printable, truncate, truncateStart } from '../../cli/width.ts'

test('Chinese, fullwidth and emoji take two cells, combining marks and colours none', () => {
  expect(displayWidth('噪音')).toBe(4)
  expect(displayWidth('ＡＢ')).toBe(4)
  expect(displayWidth('한글')).toBe(4)
  expect(displayWidth('𠮷')).toBe(2)
  expect(displayWidth('🚧')).toBe(2)
  expect(displayWidth('e\u0301')).toBe(1)
  expect(displayWidth('a › b …')).toBe(7)
  expect(displayWidth('\x1b[31m红\x1b[39m')).toBe(2)
})

test('truncation never cuts half a character and says that it cut', () => {
  expect(truncate('云川市青石区', 7)).toBe('云川市…')
  expect(truncate('云川市青石区', 8)).toBe('云川市…')
  expect(truncate('云川市', 6)).toBe('云川市')
  expect(truncate('abc', 0)).toBe('')
  expect(truncateStart('柳河街道 › 锦澜府', 9)).toBe('…› 锦澜府')
  expect(truncateStart('锦澜府', 6)).toBe('锦澜府')
})

test('what comes from files cannot steer the terminal', () => {
  expect(printable('a\x1b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d')
})

test('columns align across scripts', () => {
  const table = renderTable([{ title: '地点' }, { title: 'n', align: 'right' }, { title: 'unit' }],
    [['噪音', '1', '城管'], ['Kingwood', '1,234', 'DPW']], { width: Infinity })
  const lines = table.split('\n')
  expect(lines).toEqual(['地点          n  unit', '噪音          1  城管', 'Kingwood  1,234  DPW'])
})

test('a table fits the terminal: it shortens what may be shortened, then drops what may be dropped', () => {
  const columns = [{ title: 'id' }, { title: 'title', shrinkTo: 6 }, { title: 'extra', dropFirst: 1 }]
  const rows = [['x1', 'a rather long title', 'more']]
  for (const width of [40, 24, 18, 12]) {
    for (const line of renderTable(columns, rows, { width }).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  }
  expect(renderTable(columns, rows, { width: 18 })).toContain('more')
  expect(renderTable(columns, rows, { width: 12 })).not.toContain('more')
  expect(renderTable(columns, rows, { width: Infinity })).toContain('a rather long title')
})

test('fields align whatever the script of their names', () => {
  expect(renderFields([['地点', 'a'], ['id', 'b']])).toBe('地点  a\nid    b')
})

test('numbers read well', () => {
  expect([formatSeconds(0.1234), formatSeconds(61.25), formatSeconds(125), formatSeconds(179.8)]).toEqual(['0.12 s', '61.3 s', '2 min 5 s', '3 min 0 s'])
  expect([formatBytes(999), formatBytes(1500), formatBytes(2.5e9)]).toEqual(['999 B', '1.5 KB', '2.5 GB'])
  expect([formatShare('en', 1, 3), formatShare('en', 1, 1000), formatShare('en', 0, 0)]).toEqual(['33.3%', '0.1%', '–'])
})

test('a sparkline shows a gap as a gap and zero as the lowest bar', () => {
  expect(sparkline([0, 1, 2, null, 4])).toBe('▁▃▅ █')
  expect(sparkline([])).toBe('')
})
