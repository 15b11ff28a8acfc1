/**
 * What does a list of promised dates say? Rows become promises; one that cannot be used is kept aside with its line, the column and
 * the reason.
 */
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { PromisedDate } from '../../sql/promised.ts'
import { dayOfCell } from '../ingest/dates.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from '../tables/csv-records.ts'

export interface PromiseReject { line: number, reason: string, column: string | null, value: string | null }

export interface PromiseTable { read: number, rejects: PromiseReject[], promises: PromisedDate[] }

/** Id of the place of a path or code; undefined where there is none or more than one. */
export type FindPlace = (cell: string) => number | undefined

const COLUMNS = {
  place: ['place', 'place_code', 'code', 'project', '地点', '项目', '小区', '地点编码'],
  promised: ['promised_on', 'promised', 'due_on', 'due', '承诺日期', '交付日期', '交房日期', '约定日期'],
  kind: ['kind', '类型', '事项'],
  households: ['households', '户数'],
  note: ['note', '备注', '说明'],
  known: ['known_on', '获知日期', '发布日期'],
} as const
const NEEDED = ['place', 'promised', 'kind'] as const

/** @throws {BadInputError} a file that is no table, lacks a needed column, or has not one usable row */
export async function readPromiseTable(path: string, findPlace: FindPlace, today: Day): Promise<PromiseTable> {
  const promises: PromisedDate[] = []
  const rejects: PromiseReject[] = []
  const seen = new Set<string>()
  let read = 0
  await readRecords(path, (names) => {
    const header = names.map((name) => name.normalize('NFKC').trim().toLowerCase())
    const at = (field: keyof typeof COLUMNS): number => header.findIndex((name) => (COLUMNS[field] as readonly string[]).includes(name))
    for (const field of NEEDED) {
      if (at(field) < 0) throw new BadInputError('promise_lacks_column', `${path} has no column ${COLUMNS[field][0]}, but ${header.join(', ')}`, { path, column: COLUMNS[field][0], header: header.join(', ') })
    }
    return (record) => {
      read++
      const cell = (field: keyof typeof COLUMNS): string => (at(field) < 0 ? '' : fieldText(record, at(field)).normalize('NFKC').trim())
      const reject = (reason: string, field: keyof typeof COLUMNS): void => void rejects.push({ line: record.line, reason, column: header[at(field)] ?? null, value: cell(field).slice(0, 60) })
      const placeId = findPlace(cell('place'))
      const promisedOn = dayOfCell(cell('promised'))
      const households = cell('households') === '' ? null : Number(cell('households'))
      const knownOn = cell('known') === '' ? today : dayOfCell(cell('known'))
      const kind = cell('kind')
      if (placeId === undefined) reject('place_unknown', 'place')
      else if (promisedOn === undefined) reject(cell('promised') === '' ? 'date_missing' : 'date_unreadable', 'promised')
      else if (kind === '') reject('kind_missing', 'kind')
      else if (households !== null && !(Number.isInteger(households) && households > 0 && households < 1e7)) reject('households_unreadable', 'households')
      else if (knownOn === undefined) reject('known_on_unreadable', 'known')
      else if (seen.has(`${placeId}/${kind}/${knownOn}`)) reject('promise_repeated', 'place')
      else {
        seen.add(`${placeId}/${kind}/${knownOn}`)
        promises.push({ placeId, kind, promisedOn, households, note: cell('note').slice(0, 500), knownOn })
      }
    }
  }, (line, reason) => {
    read++
    rejects.push({ line, reason, column: null, value: null })
  })
  rejects.sort((a, b) => a.line - b.line)
  if (promises.length === 0) throw new BadInputError('no_usable_row', `not one row of ${path} can be used`, { file: path, reasons: [...new Set(rejects.map((one) => one.reason))].join(', ') })
  return { read, rejects, promises }
}
