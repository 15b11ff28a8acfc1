import fc from 'fast-check'
import { expect, test } from 'vitest'
import { suppress } from '../../../pipelines/report/suppress.ts'

/** A table with its totals as last row and column. */
function withTotals(cells: number[][]): number[][] {
  const rows = cells.map((row) => [...row, row.reduce((sum, n) => sum + n, 0)])
  return [...rows, rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0))]
}

test('a lone small cell takes another of its row and column along', () => {
  const hidden = suppress(withTotals([[1, 9, 8], [7, 6, 5], [4, 9, 9]]), 3)
  expect(hidden[0]![0]).toBe('few')
  expect(hidden[0]!.filter(Boolean)).toHaveLength(2)
  expect(hidden.map((row) => row[0]).filter(Boolean)).toHaveLength(2)
})

test('zeros and cells of three callers are shown where nothing needs hiding', () => {
  expect(suppress(withTotals([[0, 3], [5, 0]]), 3).flat().every((cell) => cell === undefined)).toBe(true)
})

test('no row or column keeps a single hidden cell that its others would give away', () => {
  const tables = fc.integer({ min: 1, max: 6 }).chain((width) => fc.array(fc.array(fc.nat(12), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }))
  fc.assert(fc.property(tables, (cells) => {
    const table = withTotals(cells)
    const hidden = suppress(table, 3)
    const lines = [...table.map((row, i) => row.map((n, j) => ({ n, hidden: hidden[i]![j] }))), ...table[0]!.map((_, j) => table.map((row, i) => ({ n: row[j]!, hidden: hidden[i]![j] })))]
    for (const line of lines) {
      for (const cell of line) {
        if (cell.n > 0 && cell.n < 3) expect(cell.hidden).toBe('few')
        if (cell.n === 0) expect(cell.hidden).toBeUndefined()
      }
      if (line.filter((cell) => cell.hidden).length === 1) expect(line.filter((cell) => !cell.hidden).every((cell) => cell.n === 0)).toBe(true)
    }
  }), { seed: 20260101 })
})
