/**
 * Row functions of the words of tickets and of the bursts that nights found. Words are packed: features/word-entries.ts.
 */
import type { PoolClient } from 'pg'
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Days of [from, until) whose words are still to be counted, oldest first; those that no night has counted yet are among them. */
export async function listWordDirtyDays(db: Queryable, from: string, until: string): Promise<string[]> {
  return (await db.query<{ day: string }>(
    'select day from word_dirty_days where day >= $1 and day < $2 union select day from dirty_days where day >= $1 and day < $2 order by day', [from, until])).rows.map((row) => row.day)
}

export interface WordStateRow {
  source: number
  no: string
  knownOn: string
  supersededOn: string | null
  /** Whether it was known as a bulk entry of staff. */
  sweep: boolean
  place: number
  topic: number
  caller: number | null
  hash: number
  /** Null for a bulk entry and where the hash was known. */
  text: string | null
}

/** @param known hashes of texts that need not be read */
export async function readWordStates(db: Queryable, day: string, known: readonly number[]): Promise<WordStateRow[]> {
  return (await db.query<WordStateRow & Record<string, unknown>>(statement('word-states'), [day, known])).rows
}

export interface WordDayRow { day: string, knownOn: string, entries: Buffer }

/** What night `night` knew of the days of [from, until), by day and the order in which it became known. */
export async function readWordDays(db: Queryable, from: string, until: string, night: string): Promise<WordDayRow[]> {
  const { rows } = await db.query<WordDayRow & Record<string, unknown>>(
    'select day, known_on as "knownOn", entries from word_days where day >= $1 and day < $2 and known_on <= $3 order by day, known_on', [from, until, night])
  return rows
}

/** Puts the day's rows in place of those that were there, and takes it off the list. */
export async function saveWordDay(client: PoolClient, day: string, rows: readonly { knownOn: string, tickets: number, entries: Buffer }[]): Promise<void> {
  await client.query('delete from word_days where day = $1', [day])
  for (const { knownOn, tickets, entries } of rows) await client.query('insert into word_days (day, known_on, tickets, entries) values ($1, $2, $3, $4)', [day, knownOn, tickets, entries])
  await client.query('delete from word_dirty_days where day = $1', [day])
}

export interface WordTextRow { source: number, no: string, day: number, place: number, topic: number, caller: string | null, text: string, quotable: boolean }

/** @param tickets 'source/number' */
export async function readWordTexts(db: Queryable, night: string, tickets: readonly string[]): Promise<WordTextRow[]> {
  const cuts = tickets.map((ticket) => ticket.indexOf('/'))
  const sources = tickets.map((ticket, i) => Number(ticket.slice(0, cuts[i])))
  const numbers = tickets.map((ticket, i) => ticket.slice(cuts[i]! + 1))
  return (await db.query<WordTextRow & Record<string, unknown>>(statement('word-texts'), [night, sources, numbers])).rows
}

export interface WordPhrase { text: string, callers: number }

export interface WordBurstRow {
  rank: number
  placeId: number
  topicId: number
  verdict: 'alert' | 'watch'
  windowDays: number
  /** Distinct callers of all its tickets. */
  callers: number
  /** Distinct callers who say its strongest word in the window, how many are usual, and the fewest that would have been watched. */
  observed: number
  expected: number
  upper: number
  log10P: number
  recurrenceDays: number
  phrases: WordPhrase[]
  /** 'source/number', oldest first. */
  tickets: string[]
}

/** Rewrites the night's bursts. */
export async function saveWordBursts(db: Queryable, night: string, bursts: readonly WordBurstRow[]): Promise<void> {
  await db.query('delete from word_bursts where night = $1', [night])
  await db.query(
    `insert into word_bursts (night, rank, place_id, topic_id, verdict, window_days, callers, observed, expected, upper, log10_p, recurrence_days, phrases, tickets)
     select $1, b.rank, b."placeId", b."topicId", b.verdict, b."windowDays", b.callers, b.observed, b.expected, b.upper, b."log10P", b."recurrenceDays", b.phrases, b.tickets
     from jsonb_to_recordset($2::jsonb) as b (rank int, "placeId" int, "topicId" int, verdict text, "windowDays" int, callers int, observed int, expected float8, upper float8,
       "log10P" float8, "recurrenceDays" float8, phrases jsonb, tickets text[])`, [night, JSON.stringify(bursts)])
}

/** Strongest first. */
export async function readWordBursts(db: Queryable, night: string): Promise<WordBurstRow[]> {
  const { rows } = await db.query<WordBurstRow & Record<string, unknown>>(
    `select rank, place_id as "placeId", topic_id as "topicId", verdict, window_days as "windowDays", callers, observed, expected, upper, log10_p as "log10P",
            recurrence_days as "recurrenceDays", phrases, tickets
     from word_bursts where night = $1 order by rank`, [night])
  return rows
}

/** 'source/number' of the tickets of [from, until), whatever was known of them when. */
export async function readTicketNumbers(db: Queryable, from: string, until: string): Promise<string[]> {
  const { rows } = await db.query<{ ticket: string }>(
    `select source_id || '/' || ticket_no as ticket from tickets where day >= $1 and day < $2
     union select source_id || '/' || ticket_no from ticket_versions where day >= $1 and day < $2 order by 1`, [from, until])
  return rows.map((row) => row.ticket)
}
