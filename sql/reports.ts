/**
 * Row functions of the hotspot reports: counts of areas and topics in three windows, weeks for the classes of places, the quality of what came
 * in, the tickets behind a number, and the finished documents.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Days [from, until). */
export interface DayRange { from: string, until: string }

/** Area 0 is everything, -1 what was located no closer than a city; topic 1 is all topics. */
export interface CellRow {
  area: number
  topic: number
  tickets: number
  callers: number
  ticketsBefore: number
  callersBefore: number
  ticketsYear: number
  callersYear: number
  /** Tickets with an answer to whether the matter was solved, and those that say no. */
  judged: number
  unsolved: number
}

export interface WeekRow { place: number, topic: number, week: number, callers: number }
export interface MonthRow { topic: number, month: string, callers: number }

export interface QualityRow {
  source: string
  tickets: number
  unplaced: number
  unclassified: number
  withoutCaller: number
  sweeps: number
  repeats: number
  /** Tickets whose arrival is known, those of them that came more than two days after the call, and the median delay. */
  arrived: number
  late: number
  medianHours: number | null
  emptyDays: number
  read: number
  rejected: number
  duplicate: number
  differing: number
  reasons: Record<string, number>
}

export interface BehindRow {
  sourceId: number
  source: string
  ticketNo: string
  day: string
  place: string
  topic: string
  channel: string | null
  status: string | null
  unit: string | null
  /** Secret, or a report of wrongdoing: its text is not shown. */
  withheld: boolean
  title: string | null
  content: string | null
}

export type Period = 'night' | 'week' | 'month'

/** @param fewest below depth 2, areas with fewer callers in the period are absent */
export async function readReportCells(db: Queryable, night: string, now: DayRange, before: DayRange, year: DayRange, fewest: number): Promise<CellRow[]> {
  return (await db.query<CellRow & Record<string, unknown>>(statement('reports-cells'), [night, now.from, now.until, before.from, before.until, year.from, year.until, fewest])).rows
}

export async function readReportWeeks(db: Queryable, night: string, depth: number, weeks: number, topics: readonly number[]): Promise<WeekRow[]> {
  return (await db.query<WeekRow & Record<string, unknown>>(statement('reports-weeks'), [night, depth, weeks, topics])).rows
}

export async function readReportMonths(db: Queryable, night: string, months: number, topics: readonly number[]): Promise<MonthRow[]> {
  return (await db.query<MonthRow & Record<string, unknown>>(statement('reports-months'), [night, months, topics])).rows
}

export async function readReportQuality(db: Queryable, night: string, { from, until }: DayRange): Promise<QualityRow[]> {
  return (await db.query<QualityRow & Record<string, unknown>>(statement('reports-quality'), [night, from, until])).rows
}

/** Latest first, from row `skip` on. */
export async function readBehind(db: Queryable, night: string, { from, until }: DayRange, area: number, topic: number, skip: number, most: number): Promise<BehindRow[]> {
  return (await db.query<BehindRow & Record<string, unknown>>(statement('reports-tickets'), [night, from, until, area, topic, skip, most])).rows
}

/** How many there are. */
export async function countBehind(db: Queryable, night: string, { from, until }: DayRange, area: number, topic: number): Promise<number> {
  return (await db.query<{ n: number }>(statement('reports-tickets-count'), [night, from, until, area, topic])).rows[0]!.n
}

export async function readReturns(db: Queryable, night: string): Promise<{ ended: number, returned: number }> {
  return (await db.query<{ ended: number, returned: number }>(statement('reports-returns'), [night])).rows[0]!
}

/** The stored document of a night and period; undefined where there is none of this version. */
export async function readDocument(db: Queryable, night: string, period: Period, version: number): Promise<unknown> {
  const { rows } = await db.query<{ document: unknown }>('select document from report_documents where night = $1 and period = $2 and version = $3', [night, period, version])
  return rows[0]?.document
}

export async function saveDocument(db: Queryable, night: string, period: Period, version: number, document: object): Promise<void> {
  await db.query(
    `insert into report_documents (night, period, version, document) values ($1, $2, $3, $4)
     on conflict (night, period) do update set version = excluded.version, document = excluded.document`, [night, period, version, JSON.stringify(document)])
}

/** What changes with the stored document, and is read without it; undefined where there is none, or not for who asks. */
export async function readDocumentMark(db: Queryable, night: string, period: Period, version: number): Promise<string | undefined> {
  const { rows } = await db.query<{ mark: string }>('select xmin::text || ctid::text as mark from report_documents where night = $1 and period = $2 and version = $3', [night, period, version])
  return rows[0]?.mark
}

/** Nights with a document of the period, latest first. */
export async function listDocuments(db: Queryable, period: Period, version: number, most: number): Promise<string[]> {
  return (await db.query<{ night: string }>('select night from report_documents where period = $1 and version = $2 order by night desc limit $3', [period, version, most])).rows.map((row) => row.night)
}

/** Places whose centre is the mean of tickets. */
export async function readUnregisteredCentres(db: Queryable): Promise<Set<number>> {
  return new Set((await db.query<{ id: number }>('select id from places where centre_from_tickets')).rows.map((row) => row.id))
}

/** First local day with tickets that the night knew; null for an empty store. */
export async function readFirstDay(db: Queryable, night: string): Promise<string | null> {
  return (await db.query<{ day: string | null }>('select min(day) as day from tickets where day <= $1 and known_on <= $1', [night])).rows[0]!.day
}
