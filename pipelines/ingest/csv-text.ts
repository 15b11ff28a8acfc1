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
