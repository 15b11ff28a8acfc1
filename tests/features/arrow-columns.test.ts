import { tableFromIPC } from 'apache-arrow'
import { expect, test } from 'vitest'
import { encodeColumns } from '../../features/arrow-columns.ts'
import type { TableColumn } from '../../features/arrow-columns.ts'

const COLUMNS: TableColumn[] = [
  { name: 'id', kind: 'text', unit: 'name', values: ['a', '预警', null] }, { name: 'n', kind: 'whole', unit: 'tickets', values: [1, null, -3] },
  { name: 'x', kind: 'number', unit: 'days', values: [0.5, null, 2] }, { name: 'ok', kind: 'flag', unit: 'yes or no', values: [true, false, null] },
  { name: 'on', kind: 'date', unit: 'local day', values: ['2026-02-28', null, '1969-12-31'] },
]

test('values, nulls, types, units and metadata come back', () => {
  const table = tableFromIPC(encodeColumns(COLUMNS, { source: 'test' }))
  expect(table.schema.metadata.get('source')).toBe('test')
  expect(table.schema.fields.map((field) => [field.name, String(field.type), field.metadata.get('unit')])).toEqual([
    ['id', 'Utf8', 'name'], ['n', 'Int32', 'tickets'], ['x', 'Float64', 'days'], ['ok', 'Bool', 'yes or no'], ['on', 'Date32<DAY>', 'local day']])
  const rows = table.toArray().map((row) => (row as { toJSON(): Record<string, unknown> }).toJSON())
  expect(rows.map(({ on, ...rest }) => ({ ...rest, on: on === null ? null : new Date(on as number).toISOString().slice(0, 10) }))).toEqual([
    { id: 'a', n: 1, x: 0.5, ok: true, on: '2026-02-28' }, { id: '预警', n: null, x: null, ok: false, on: null }, { id: null, n: -3, x: 2, ok: null, on: '1969-12-31' }])
})

test('a table without rows keeps its columns, and equal tables have equal bytes', () => {
  const empty = encodeColumns(COLUMNS.map((column) => ({ ...column, values: [] })), {})
  expect(tableFromIPC(empty).schema.fields).toHaveLength(5)
  expect(tableFromIPC(empty).numRows).toBe(0)
  expect(Buffer.from(encodeColumns(COLUMNS, {})).equals(Buffer.from(encodeColumns(COLUMNS, {})))).toBe(true)
})
