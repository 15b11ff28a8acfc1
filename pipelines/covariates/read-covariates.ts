/**
 * What does a daily table of covariates say? Rows become values of places and days; a row that cannot be used is kept aside
 * with its line, the column and the reason.
 */
import { BadInputError } from '../../core/errors.ts'
import type { CovariateValues } from '../../sql/covariates.ts'
import { dayOfCell } from '../ingest/dates.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from '../tables/csv-records.ts'

export interface CovariateReject { line: number, reason: string, column: string | null, value: string | null }

export interface CovariateTable {
  read: number
  kept: number
  rejects: CovariateReject[]
  /** Columns that hold numbers, and those that hold something else and are not looked at. */
  variables: string[]
  ignored: string[]
  /** Whether the file says from which night its values are known. */
  hasKnownOn: boolean
  values: CovariateValues
}

/** Id of the place that a cell names; undefined where it names none. An empty text asks for the place of a table without places. */
export type FindPlace = (cell: string) => number | undefined

const DAY_NAMES = ['date', 'day', '日期']
const PLACE_NAMES = ['place', 'area', '地点', '区域']
const KNOWN_NAMES = ['known_on', 'issued', 'issued_on', '发布日期', '获知日期']
const UNKNOWN = new Set(['', 'na', 'nan', 'null', '-', '—', '/', '无'])
/** A column in which fewer cells are numbers is words. */
const NUMERIC_SHARE = 0.5

interface Row { line: number, cells: string[] }

/** @throws {BadInputError} a file that is no table, has no day or no column of numbers, or not one usable row */
export async function readCovariateTable(path: string, findPlace: FindPlace): Promise<CovariateTable> {
  const rows: Row[] = []
  const rejects: CovariateReject[] = []
  let header: string[] = []
  await readRecords(path, (names) => {
    header = names.map((name) => name.normalize('NFKC').trim().toLowerCase())
    return (record) => {
      rows.push({ line: record.line, cells: header.map((_, c) => fieldText(record, c).normalize('NFKC').trim()) })
    }
  }, (line, reason) => rejects.push({ line, reason, column: null, value: null }))
  const column = (names: readonly string[]): number => header.findIndex((name) => names.includes(name))
  const dayColumn = column(DAY_NAMES)
  if (dayColumn < 0) throw new BadInputError('covariate_no_date', `${path} has no column date, but ${header.join(', ')}`, { path, header: header.join(', ') })
  const placeColumn = column(PLACE_NAMES)
  const knownColumn = column(KNOWN_NAMES)
  const rest = header.map((_, c) => c).filter((c) => c !== dayColumn && c !== placeColumn && c !== knownColumn && header[c] !== '')
  const numeric = rest.filter((c) => isNumeric(rows, c))
  if (numeric.length === 0) throw new BadInputError('covariate_no_numbers', `${path} has no column of numbers beside the date`, { path })
  const values: CovariateValues = { variable: [], placeId: [], day: [], knownOn: [], value: [] }
  const seen = new Map<string, number>()
  let kept = 0
  for (const { line, cells } of rows) {
    const reject = (reason: string, c: number): void => void rejects.push({ line, reason, column: header[c]!, value: cells[c]!.slice(0, 60) })
    const day = dayOfCell(cells[dayColumn]!)
    if (day === undefined) {
      reject(cells[dayColumn] === '' ? 'date_missing' : 'date_unreadable', dayColumn)
      continue
    }
    const placeId = findPlace(placeColumn < 0 ? '' : cells[placeColumn]!)
    if (placeId === undefined) {
      reject('place_unknown', placeColumn)
      continue
    }
    const knownOn = knownColumn < 0 || cells[knownColumn] === '' ? null : dayOfCell(cells[knownColumn]!)
    if (knownOn === undefined) {
      reject('known_on_unreadable', knownColumn)
      continue
    }
    const bad = numeric.find((c) => !isUnknown(cells[c]!) && numberOf(cells[c]!) === undefined)
    if (bad !== undefined) {
      reject('not_a_number', bad)
      continue
    }
    const key = `${placeId}/${day}/${knownOn}`
    if (seen.has(key)) {
      reject('day_repeated', dayColumn)
      continue
    }
    seen.set(key, line)
    kept++
    for (const c of numeric) {
      if (isUnknown(cells[c]!)) continue
      values.variable.push(header[c]!)
      values.placeId.push(placeId)
      values.day.push(day)
      values.knownOn.push(knownOn)
      values.value.push(numberOf(cells[c]!)!)
    }
  }
  rejects.sort((a, b) => a.line - b.line)
  if (kept === 0) throw new BadInputError('no_usable_row', `not one row of ${path} can be used`, { file: path, reasons: [...new Set(rejects.map((one) => one.reason))].join(', ') })
  return {
    read: rows.length + rejects.filter((one) => one.column === null).length, kept, rejects, hasKnownOn: knownColumn >= 0,
    variables: numeric.map((c) => header[c]!), ignored: rest.filter((c) => !numeric.includes(c)).map((c) => header[c]!), values,
  }
}

function isNumeric(rows: readonly Row[], c: number): boolean {
  const cells = rows.map(({ cells: all }) => all[c]!).filter((cell) => !isUnknown(cell))
  return cells.length > 0 && cells.filter((cell) => numberOf(cell) !== undefined).length >= NUMERIC_SHARE * cells.length
}

function isUnknown(cell: string): boolean {
  return UNKNOWN.has(cell.toLowerCase())
}

function numberOf(cell: string): number | undefined {
  const value = Number(cell)
  return cell !== '' && Number.isFinite(value) && /^[-+]?[\d.]/.test(cell) && !/^[-+]?0[xob]/i.test(cell) ? value : undefined
}
