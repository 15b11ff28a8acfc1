/**
 * Series of counts from a table: columns that name the series, then one of dates, ISO weeks or indices, then `count`. Columns
 * behind it are not looked at.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { formatIsoWeek, parseIsoWeek } from '../../core/iso-week.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from './csv-records.ts'

/** What the column before the counts holds; a week is its Monday. */
export type TimeKind = 'date' | 'week' | 'index'

export interface SeriesTable {
  path: string
  /** Names of the columns that tell the series apart; none where there is one series. */
  labelNames: readonly string[]
  /** Name of the column of times. */
  timeName: string
  timeKind: TimeKind
  /** Labels of each series, in the order in which the series appear. */
  labels: readonly (readonly string[])[]
  /** n rows, as they stand in the file: their series, day number or index, count (NaN where the cell is empty or NA), and line. */
  series: Int32Array
  times: Float64Array
  counts: Float64Array
  lines: Int32Array
}

const COUNT_NAMES = ['count', 'counts', 'cases', '计数', '数量', '件数']

/**
 * Reads the whole table; about 100 bytes a row.
 *
 * @throws {BadInputError} no such columns, no rows; with its line a time of another kind than the first, a count that is no whole
 *   number or is negative
 */
export async function readSeriesTable(path: string): Promise<SeriesTable> {
  let names: readonly string[] = []
  let timeAt = 0
  let timeKind: TimeKind | undefined
  const ids = new Map<string, number>()
  const labels: string[][] = []
  const known = new Map<string, number>()
  const series: number[] = []
  const times: number[] = []
  const counts: number[] = []
  const lines: number[] = []
  await readRecords(path, (header) => {
    names = header
    timeAt = header.findIndex((name) => COUNT_NAMES.includes(name.toLowerCase())) - 1
    if (timeAt < 0) throw new BadInputError('counts_lack_column', `${path} has no column count behind one of dates or indices, but ${header.join(', ')}`, { path, header: header.join(', ') })
    return (record) => {
      const { line } = record
      // The labels are the beginning of the record: one text for all of them.
      const key = timeAt === 0 ? '' : record.data.toString('utf8', record.from, record.ends[timeAt - 1])
      let id = ids.get(key)
      if (id === undefined) {
        id = labels.length
        ids.set(key, id)
        labels.push(Array.from({ length: timeAt }, (_, i) => fieldText(record, i).trim()))
      }
      const text = fieldText(record, timeAt).trim()
      timeKind ??= kindOf(text)
      let time = known.get(text)
      if (time === undefined) {
        time = timeKind && timeOf(text, timeKind)
        if (time === undefined) throw new BadInputError('counts_bad_time', `line ${line} of ${path}: ${text} is no ${timeKind ?? 'date'}`, { path, line, value: text })
        known.set(text, time)
      }
      series.push(id)
      times.push(time)
      counts.push(countOf(fieldText(record, timeAt + 1).trim(), path, line))
      lines.push(line)
    }
  })
  if (!timeKind) throw new BadInputError('no_rows', `${path} has a header and no rows`, { file: path })
  return {
    path, timeKind, labels, labelNames: names.slice(0, timeAt), timeName: names[timeAt]!,
    series: Int32Array.from(series), times: Float64Array.from(times), counts: Float64Array.from(counts), lines: Int32Array.from(lines),
  }
}

/** A time of the table as it is written. */
export function formatTime(kind: TimeKind, time: number): string {
  return kind === 'index' ? String(time) : kind === 'week' ? formatIsoWeek(time) : formatDay(time)
}

/** Day number or index; undefined where the text is none. Eight digits are no index: they are a date without its hyphens. */
export function timeOf(text: string, kind: TimeKind): Day | number | undefined {
  if (kind === 'week') return parseIsoWeek(text)
  if (kind === 'index') return /^-?\d{1,7}$/.test(text) ? Number(text) : undefined
  try {
    return parseDay(text)
  } catch {
    return undefined
  }
}

function kindOf(text: string): TimeKind | undefined {
  return (['date', 'week', 'index'] as const).find((kind) => timeOf(text, kind) !== undefined)
}

function countOf(text: string, path: string, line: number): number {
  if (text === '' || text === 'NA') return NaN
  const count = Number(text)
  if (Number.isInteger(count) && count >= 0) return count
  throw new BadInputError('counts_bad_count', `line ${line} of ${path}: ${text} is no count, a whole number of 0 or more is needed`, { path, line, value: text })
}
