/**
 * The files of a scan as columns: places with coordinates, cases by place and day, and what else a model asks for.
 */
import { BadInputError, InvalidOptionError } from '../core/errors.ts'
import { parseDay, weekday } from '../core/days.ts'
import type { Points } from '../models/scan/geometry.ts'
import { openCsv } from './tables/text-csv.ts'
import type { TextCsv } from './tables/text-csv.ts'

export interface ScanFiles {
  /** id, date, count; several files are several topics. */
  cases: readonly string[]
  /** id, x_km, y_km or id, lat, lon. */
  geo: string
  /** id, date, baseline. */
  baseline?: string | undefined
  /** id, population. */
  population?: string | undefined
  /** id, date: places and days without a feed; an empty id or * is all places. */
  missing?: string | undefined
  /** id, neighbour: places that touch, for irregular windows. */
  adjacency?: string | undefined
}

/** First and last day to look at, both included; default those of the cases. */
export interface Period { from?: string | undefined, until?: string | undefined }

/** n places × d days. Cell (place, day) is at place * days + day. */
export interface ScanTable {
  ids: string[]
  points: Points
  /** Number of the first day: days since 1970-01-01, or as in the files where they have numbers for dates. */
  firstDay: number
  days: number
  dated: boolean
  /** Counts of each topic; NaN is a place and day without a feed. */
  topics: Float64Array[]
  /** Cells without a baseline are NaN. */
  baselines?: Float64Array
  population?: Float64Array
  /** Places a0, b0, a1, b1, … that touch. */
  adjacentPairs?: number[]
}

/** Longer studies are a mistyped year. */
const MOST_DAYS = 36_525

/** @throws {BadInputError} with file and line: an unknown or repeated id, a bad date, a number that is none or negative */
export function readScanTable(files: ScanFiles, period: Period = {}): ScanTable {
  const { ids, points } = readPlaces(openCsv(files.geo))
  const placeOf = new Map(ids.map((id, place) => [id, place]))
  const cases = files.cases.map((path) => readCells(openCsv(path), 'count', placeOf))
  const dated = cases.every((cells) => cells.dated)
  const { firstDay, days } = daysOf(files.cases, cases, period, dated)
  const fill = (cells: Cells, empty: number): Float64Array => {
    const table = new Float64Array(ids.length * days).fill(empty)
    for (let i = 0; i < cells.place.length; i++) {
      const day = cells.day[i] - firstDay
      if (day < 0 || day >= days) continue
      const at = cells.place[i] * days + day
      table[at] = (Number.isNaN(table[at]) ? 0 : table[at]) + cells.value[i]
    }
    return table
  }
  const table: ScanTable = { ids, points, firstDay, days, dated, topics: cases.map((cells) => fill(cells, 0)) }
  if (files.missing !== undefined) for (const topic of table.topics) markMissing(openCsv(files.missing), placeOf, firstDay, days, topic)
  if (files.baseline !== undefined) table.baselines = fill(readCells(openCsv(files.baseline), 'baseline', placeOf), NaN)
  if (files.population !== undefined) table.population = readPopulation(openCsv(files.population), placeOf)
  if (files.adjacency !== undefined) table.adjacentPairs = readPairs(openCsv(files.adjacency), placeOf)
  return table
}

/** ISO weekdays of the days, for files with dates; of the numbers modulo 7 for others. */
export function weekdaysOf({ firstDay, days }: ScanTable): Uint8Array {
  return Uint8Array.from({ length: days }, (_, day) => weekday(firstDay + day))
}

function readPlaces(file: TextCsv): { ids: string[], points: Points } {
  const kinds = [['plane', 'x_km', 'y_km'], ['plane', 'x', 'y'], ['earth', 'lon', 'lat'], ['earth', 'longitude', 'latitude']] as const
  const [kind, x, y] = kinds.find(([, x, y]) => file.header.includes(x) && file.header.includes(y)) ?? kinds[0]
  const ids: string[] = []
  const [xs, ys]: number[][] = [[], []]
  const known = new Set<string>()
  file.eachRow(['id', x, y], ([id, east, north], line) => {
    if (known.has(id)) throw badRow(file, line, 'scan_repeated_id', `${id} is there twice`, { id })
    known.add(id)
    ids.push(id)
    xs.push(numberOf(file, line, x, east, kind === 'earth' ? 180 : Infinity))
    ys.push(numberOf(file, line, y, north, kind === 'earth' ? 90 : Infinity))
  })
  if (ids.length === 0) throw new BadInputError('no_rows', `${file.path} has a header and no rows`, { file: file.path })
  return { ids, points: { kind, x: Float64Array.from(xs), y: Float64Array.from(ys) } }
}

interface Cells { dated: boolean, place: number[], day: number[], value: number[] }

function readCells(file: TextCsv, column: string, placeOf: ReadonlyMap<string, number>): Cells {
  const cells: Cells = { dated: dayColumn(file) === 'date', place: [], day: [], value: [] }
  const dayOf = dayReader(file)
  file.eachRow(['id', dayColumn(file), column], ([id, date, value], line) => {
    const number = numberOf(file, line, column, value, Infinity)
    if (number < 0 || (column === 'count' && !Number.isInteger(number))) {
      throw badRow(file, line, column === 'count' ? 'scan_bad_count' : 'scan_negative', `${column} ${value}`, { column, value })
    }
    cells.place.push(placeNumber(file, line, id, placeOf))
    cells.day.push(dayOf(date, line))
    cells.value.push(number)
  })
  return cells
}

function readPopulation(file: TextCsv, placeOf: ReadonlyMap<string, number>): Float64Array {
  const population = new Float64Array(placeOf.size)
  file.eachRow(['id', 'population'], ([id, value], line) => {
    const people = numberOf(file, line, 'population', value, Infinity)
    if (people < 0) throw badRow(file, line, 'scan_negative', `population ${value}`, { column: 'population', value })
    population[placeNumber(file, line, id, placeOf)] += people
  })
  return population
}

function readPairs(file: TextCsv, placeOf: ReadonlyMap<string, number>): number[] {
  const pairs: number[] = []
  file.eachRow(['id', 'neighbour'], ([id, neighbour], line) => {
    pairs.push(placeNumber(file, line, id, placeOf), placeNumber(file, line, neighbour, placeOf))
  })
  return pairs
}

function markMissing(file: TextCsv, placeOf: ReadonlyMap<string, number>, firstDay: number, days: number, counts: Float64Array): void {
  const dayOf = dayReader(file)
  file.eachRow(['id', dayColumn(file)], ([id, date], line) => {
    const day = dayOf(date, line) - firstDay
    if (day < 0 || day >= days) return
    const places = id === '' || id === '*' ? placeOf.values() : [placeNumber(file, line, id, placeOf)]
    for (const place of places) counts[place * days + day] = NaN
  })
}

/** Days are dates, or whole numbers where the column is called `day`. */
function dayColumn({ header }: TextCsv): 'date' | 'day' {
  return header.includes('day') && !header.includes('date') ? 'day' : 'date'
}

/** Reads each spelling once: a file has many rows a day. */
function dayReader(file: TextCsv): (text: string, line: number) => number {
  const column = dayColumn(file)
  const known = new Map<string, number>()
  return (text, line) => {
    let day = known.get(text)
    if (day === undefined) {
      try {
        day = readDay(text, column === 'date')
      } catch (cause) {
        if (column === 'date') throw badRow(file, line, 'scan_bad_date', `${text} is no date as YYYY-MM-DD`, { value: text }, { cause })
        throw badRow(file, line, 'scan_bad_day', `${text} is no whole number`, { value: text }, { cause })
      }
      known.set(text, day)
    }
    return day
  }
}

/** @throws {InvalidOptionError} */
function readDay(text: string, dated: boolean, name?: string): number {
  if (dated) return parseDay(text, name)
  if (!/^[+-]?\d{1,9}$/.test(text)) throw new InvalidOptionError(name ?? 'day', text, 'a whole number')
  return Number(text)
}

function daysOf(paths: readonly string[], cases: readonly Cells[], { from, until }: Period, dated: boolean): { firstDay: number, days: number } {
  let first = Infinity
  let last = -Infinity
  for (const { day } of cases) {
    for (let i = 0; i < day.length; i++) {
      if (day[i] < first) first = day[i]
      if (day[i] > last) last = day[i]
    }
  }
  if (from !== undefined) first = readDay(from, dated, '--from')
  if (until !== undefined) last = readDay(until, dated, '--until')
  if (from !== undefined && until !== undefined && last < first) throw new InvalidOptionError('--until', until, `a day not before --from ${from}`)
  if (!(last >= first) || last - first >= MOST_DAYS) {
    throw new BadInputError('scan_no_days', `no days to look at in ${paths.join(', ')}`, { path: paths.join(', '), most: MOST_DAYS })
  }
  return { firstDay: first, days: last - first + 1 }
}

function placeNumber(file: TextCsv, line: number, id: string, placeOf: ReadonlyMap<string, number>): number {
  const place = placeOf.get(id)
  if (place === undefined) throw badRow(file, line, 'scan_unknown_id', `${id} is not among the places`, { id })
  return place
}

function numberOf(file: TextCsv, line: number, column: string, text: string, most: number): number {
  const value = text === '' ? NaN : Number(text)
  if (!(Math.abs(value) <= most) || !Number.isFinite(value)) throw badRow(file, line, 'scan_bad_number', `${column} is no number: ${text}`, { column, value: text })
  return value
}

function badRow({ path }: TextCsv, line: number, code: string, what: string, details: Record<string, unknown>, options?: ErrorOptions): BadInputError {
  return new BadInputError(code, `line ${line} of ${path}: ${what}`, { path, line, ...details }, options)
}
