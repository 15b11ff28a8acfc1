/**
 * What analysts look at by hand: the tables of a night as danfojs data frames, and a place to run code on them.
 */
import { createContext, runInContext } from 'node:vm'
import type { Context } from 'node:vm'
import type { DataFrame } from 'danfojs-node'
import type { Config, Locale } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import { loadFrames } from '../../features/frames.ts'
import type { Db } from '../../sql/db.ts'
import { listAlerts } from '../alerts.ts'
import { loadDocument } from './compute.ts'
import type { ReportDocument } from './document.ts'
import { tablesOf } from './tables.ts'
import type { ReportTable } from './tables.ts'

export interface Exploration {
  night: string
  /** Names of the frames, in order, with their size. */
  tables: { name: string, rows: number, columns: string[] }[]
  /** Everything that code sees. */
  values: Record<string, unknown>
}

/** Reads the night's alerts and the tables of its week as frames; `hidden` counts are null. */
export async function openExploration(db: Db, config: Config, night: string, locale: Locale): Promise<Exploration> {
  const frames = await loadFrames()
  const documents: Record<'night' | 'week' | 'month', ReportDocument> = {
    night: await loadDocument(db, config, night, 'night'), week: await loadDocument(db, config, night, 'week'), month: await loadDocument(db, config, night, 'month'),
  }
  const records: [string, Record<string, unknown>[]][] = [
    ['alerts', (await listAlerts(db, { date: night, locale })).map((row) => ({
      id: row.id, level: row.level, kind: row.kind, place: row.place.join('›'), topic: row.topic.join('›'), observed: row.observed, expected: row.expected, callers: row.callers,
      tickets: row.tickets, recurrence_days: row.recurrence_days, first_night: row.first_night, lead_unit: row.lead_unit ?? '', title: row.title,
    }))],
    ...tablesOf(documents.week).map((table): [string, Record<string, unknown>[]] => [table.name, recordsOf(table)]),
  ]
  const filled = records.filter(([, rows]) => rows.length > 0)
  const made = filled.map(([name, rows]) => [name, frames.fromRecords(rows)] as const)
  return {
    night, tables: filled.map(([name, rows]) => ({ name, rows: rows.length, columns: Object.keys(rows[0]!) })),
    values: { dfd: frames.danfo, ...documents, ...Object.fromEntries(made) },
  }
}

function recordsOf(table: ReportTable): Record<string, unknown>[] {
  return table.rows.map((row) => Object.fromEntries(table.columns.map((column, j) => {
    const value = row.values[j]!
    return [column.name ? `${column.key}_${column.name}` : column.key, column.kind === 'count' && typeof value !== 'number' ? null : value]
  })))
}

/** A context of its own: code sees the frames and nothing of this program. */
export function contextOf(values: Record<string, unknown>): Context {
  return createContext({ ...values, console })
}

/** @throws {BadInputError} the code throws, or is no code */
export async function evaluate(context: Context, code: string): Promise<unknown> {
  try {
    return await (runInContext(code, context, { filename: 'eval' }) as unknown)
  } catch (cause) {
    const reason = (cause as Error)?.message ?? String(cause)
    throw new BadInputError('explore_failed', `the code failed: ${reason}`, { reason }, { cause })
  }
}

export function isFrame(value: unknown): value is DataFrame {
  return typeof value === 'object' && value !== null && 'columns' in value && 'values' in value && 'shape' in value
}

/** Rows of a frame as records, other values as they are. */
export function plainOf(value: unknown): unknown {
  if (!isFrame(value)) return value
  const columns = value.columns as string[]
  return (value.values as unknown[][]).map((row) => Object.fromEntries(columns.map((column, j) => [column, row[j]])))
}
