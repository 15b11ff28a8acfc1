/**
 * Tables for people: columns align whatever the script, and the whole fits the terminal where there is one.
 */
import { displayWidth, printable, truncate, truncateStart } from './width.ts'

export interface Column {
  title: string
  align?: 'left' | 'right'
  /** May be shortened down to this many cells when the table is too wide; other columns never are. */
  shrinkTo?: number
  /** Which end of a cell stays when it is shortened; default the start. */
  keep?: 'start' | 'end'
  /** Left out first when even the shortened table is too wide; the highest number goes first. */
  dropFirst?: number
  /** Colours a cell after it was measured and padded. */
  paint?: (padded: string, row: readonly string[]) => string
}

export interface TableOptions {
  /** Cells available; Infinity where the output is no terminal, so that nothing is cut from what a script reads. */
  width: number
  /** Paints the line of titles. */
  paintTitle?: (line: string) => string
  indent?: string
}

const GAP = '  '

/** @param rows cells in the order of the columns; control characters in them are replaced */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], options: TableOptions): string {
  const indent = options.indent ?? ''
  const cells = rows.map((row) => columns.map((_, i) => printable(row[i] ?? '')))
  const natural = columns.map((column, i) => Math.max(displayWidth(column.title), ...cells.map((row) => displayWidth(row[i]!))))
  const { widths, shown } = fit(columns, natural, options.width - displayWidth(indent))
  const line = (row: readonly string[], paint?: (padded: string, column: Column) => string): string => {
    const parts = shown.map((i, place) => {
      const column = columns[i]!
      const shorten = column.keep === 'end' ? truncateStart : truncate
      const padded = pad(shorten(row[i]!, widths[i]!), widths[i]!, column.align ?? 'left', place === shown.length - 1)
      return paint ? paint(padded, column) : padded
    })
    return (indent + parts.join(GAP)).trimEnd()
  }
  const title = line(columns.map((column) => column.title))
  const body = cells.map((row) => line(row, (padded, column) => (column.paint ? column.paint(padded, row) : padded)))
  return [options.paintTitle ? options.paintTitle(title) : title, ...body].join('\n')
}

/** Two columns of names and values, aligned. */
export function renderFields(fields: readonly (readonly [name: string, value: string])[], indent = ''): string {
  const width = Math.max(0, ...fields.map(([name]) => displayWidth(name)))
  return fields.map(([name, value]) => `${indent}${pad(name, width, 'left', false)}${GAP}${printable(value)}`.trimEnd()).join('\n')
}

function fit(columns: readonly Column[], natural: readonly number[], width: number): { widths: number[], shown: number[] } {
  let shown = columns.map((_, i) => i)
  const least = (i: number): number => Math.min(natural[i]!, Math.max(columns[i]!.shrinkTo ?? natural[i]!, displayWidth(columns[i]!.title)))
  const total = (of: (i: number) => number): number => shown.reduce((sum, i) => sum + of(i) + GAP.length, -GAP.length)
  while (total(least) > width) {
    const victim = shown.filter((i) => columns[i]!.dropFirst).sort((a, b) => columns[b]!.dropFirst! - columns[a]!.dropFirst!)[0]
    if (victim === undefined) break
    shown = shown.filter((i) => i !== victim)
  }
  const widths = [...natural]
  for (let over = total((i) => widths[i]!) - width; over > 0; over--) {
    const widest = shown.filter((i) => widths[i]! > least(i)).sort((a, b) => widths[b]! - widths[a]!)[0]
    if (widest === undefined) break
    widths[widest]!--
  }
  return { widths, shown }
}

function pad(text: string, width: number, align: 'left' | 'right', last: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  if (align === 'right') return space + text
  return last ? text : text + space
}
