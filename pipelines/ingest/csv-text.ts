/**
 * Rows as CSV text, for readers of other formats: what they read goes through the same tokenizer as a CSV file.
 */

/** A record that could not be read: its reason in the first cell, behind a mark that no text file holds. */
export const FAULT_MARK = '\u0001fault:'

export function toCsvLine(cells: readonly string[]): string {
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    line += (i > 0 ? ',' : '') + (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  }
  return line + '\n'
}

const FORMULA = /^[=+\-@\t\r\n\0＝＋－＠]/

/** A spreadsheet takes a cell that begins like this for a formula: the apostrophe makes it text. Numbers stay numbers. */
export function inert(cell: string): string {
  return FORMULA.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell
}

/** The same for a file that is read again: `fromInert` gives back what was written, apostrophes of its own too. */
export function inertToRead(cell: string): string {
  return FORMULA.test(cell.replace(/^'+/, '')) ? `'${cell}` : cell
}

export function fromInert(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.replace(/^'+/, '')) ? cell.slice(1) : cell
}
