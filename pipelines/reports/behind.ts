/**
 * The tickets behind a number: only of numbers that the stored report shows, as known on its night, redacted as they were stored.
 */
import { PipelineError } from '../../core/errors.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { countBehind, readBehind } from '../../sql/reports.ts'
import type { BehindRow, Period } from '../../sql/reports.ts'
import { findDocument } from './compute.ts'
import type { ReportDocument } from './document.ts'
import type { DocumentShelf } from './shelf.ts'
import { numberOf } from './tables.ts'
import type { Behind } from './tables.ts'

export const PAGE_ROWS = 50

export interface BehindRequest { night: string, period: Period, where: Behind, window: 'now' | 'before' | 'year', /** From 0. */ page: number }

export interface TicketsBehind {
  tickets: number
  callers: number
  rows: BehindRow[]
  document: ReportDocument
  /** Names; empty for everywhere and for all topics. */
  place: string
  topic: string
  range: { from: string, last: string }
}

/**
 * The counts are those of the report: its night knew them, and tickets are not counted anew for each page of them.
 *
 * @throws {PipelineError} `no_such_night`; `not_in_report`: the report does not show this number
 */
export async function ticketsBehind(db: Queryable, { night, period, where, window, page }: BehindRequest, shelf?: DocumentShelf): Promise<TicketsBehind> {
  const document = await (shelf ? shelf.find(db, night, period) : findDocument(db, night, period))
  const shown = numberOf(document, where, window)
  const range = document[window]
  if (!shown || !range) throw new PipelineError('not_in_report', 'the report does not show this number', { ...where, window })
  const tickets = shown.tickets ?? await countBehind(db, night, range, where.area, where.topic)
  return {
    tickets, callers: shown.callers, rows: await readBehind(db, night, range, where.area, where.topic, page * PAGE_ROWS, PAGE_ROWS), document,
    place: document.places.find((place) => place.id === where.area)?.path.slice(-2).join(' › ') ?? '',
    topic: document.topics.find((topic) => topic.id === where.topic)?.path.at(-1) ?? '',
    range: { from: range.from, last: formatDay(parseDay(range.until) - 1) },
  }
}
