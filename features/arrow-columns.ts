/**
 * A small table as an Arrow IPC file: named columns with their units in the metadata, null where there is no value.
 */
import { Bool, DateDay, Field, Float64, Int32, Schema, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import type { DataType, Vector } from 'apache-arrow'

export type ColumnKind = 'text' | 'whole' | 'number' | 'flag' | 'date'
export type Cell = string | number | boolean | null

export interface TableColumn {
  name: string
  kind: ColumnKind
  /** What a reader should know: the unit, or what the text is. */
  unit: string
  /** Dates as YYYY-MM-DD. */
  values: readonly Cell[]
}

const TYPES: Readonly<Record<ColumnKind, () => DataType>> = {
  text: () => new Utf8(), whole: () => new Int32(), number: () => new Float64(), flag: () => new Bool(), date: () => new DateDay(),
}

/** @param meta  source, range and method, as text */
export function encodeColumns(columns: readonly TableColumn[], meta: Readonly<Record<string, string>>): Uint8Array {
  const fields = columns.map(({ name, kind, unit }) => new Field(name, TYPES[kind](), true, new Map([['unit', unit]])))
  const vectors = Object.fromEntries(columns.map(({ kind, values }, i) => [fields[i]!.name, vectorOf(fields[i]!.type, kind, values)]))
  const made = new Table(vectors as Record<string, Vector>)
  return tableToIPC(new Table(new Schema(fields, new Map(Object.entries(meta))), made.batches.map((batch) => batch)), 'file')
}

function vectorOf(type: DataType, kind: ColumnKind, values: readonly Cell[]): Vector {
  return vectorFromArray(kind === 'date' ? values.map((value) => (value === null ? null : new Date(`${String(value)}T00:00:00Z`))) : values, type) as Vector
}
