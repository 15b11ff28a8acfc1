/**
 * Data frames (danfojs-node) for the tables people read; the nightly's hot path stays on typed arrays. The library is
 * loaded at the first use only: it takes 0.5 s warm, some seconds from a cold disk, and 65 MB.
 */
import type { DataFrame } from 'danfojs-node'

type Library = typeof import('danfojs-node')

let library: Promise<Library> | undefined

export async function loadFrames(): Promise<Frames> {
  library ??= import('danfojs-node').then((module) => (module as unknown as { default?: Library }).default ?? module)
  return new Frames(await library)
}

/** A table of sums: cell [i][j] belongs to rows[i] and columns[j]; NaN where the frame has no such pair. */
export interface CrossTab { rows: string[], columns: string[], cells: number[][] }

/** The few frame operations that the reports need. */
export class Frames {
  /** The library itself, for analysts. */
  readonly danfo: Library
  constructor(danfo: Library) {
    this.danfo = danfo
  }

  /** A frame with one column a key, in the order of the first record. */
  fromRecords(records: readonly object[]): DataFrame {
    return new this.danfo.DataFrame(records as object[])
  }

  /**
   * Sums `value` over the pairs of two text columns. Rows and columns come in the order of their first appearance.
   * O(rows of the frame).
   */
  crossTab(frame: DataFrame, rowColumn: string, columnColumn: string, value: string): CrossTab {
    const [rowNames, columnNames] = [textsOf(frame, rowColumn), textsOf(frame, columnColumn)]
    const [rows, columns] = [[...new Set(rowNames)], [...new Set(columnNames)]]
    const cells = rows.map(() => new Array<number>(columns.length).fill(NaN))
    if (rows.length === 0) return { rows, columns, cells }
    // danfojs joins the keys of a group with '-', so ('a-b', 'c') and ('a', 'b-c') would be one: group by numbers.
    const [rowAt, columnAt] = [indexOf(rows), indexOf(columns)]
    const coded = new this.danfo.DataFrame({
      row: rowNames.map((name) => rowAt.get(name)!),
      column: columnNames.map((name) => columnAt.get(name)!),
      value: frame.column(value).values as number[],
    })
    const sums = coded.groupby(['row', 'column']).col(['value']).sum()
    for (const [row, column, total] of sums.values as [number, number, number][]) cells[Number(row)]![Number(column)] = Number(total)
    return { rows, columns, cells }
  }
}

function textsOf(frame: DataFrame, column: string): string[] {
  return (frame.column(column).values as (string | number)[]).map(String)
}

function indexOf(names: string[]): Map<string, number> {
  return new Map(names.map((name, i) => [name, i]))
}
