/**
 * What a score card reads: nights and alerts of whatever schema the connection looks at first, tickets of the store. Days and nights
 * are day numbers.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface ScoredAlertNight {
  id: string
  night: number
  level: string
  observed: number
  expected: number
  windowDays: number
  recurrenceDays: number
  withinBudget: boolean
  rank: number
  placeId: number
  topicId: number
  /** Why it has its level. */
  rule: string
  /** As of the night. */
  leadUnit: number | null
  /** The alert had a night before the range. */
  earlier: boolean
}

/** Alert by alert, night by night. */
export async function readScoredNights(db: Queryable, from: string, until: string): Promise<ScoredAlertNight[]> {
  return (await db.query<ScoredAlertNight>(statement('score-alert-nights'), [from, until])).rows
}

export interface ScoredAlert {
  id: string
  kind: string
  familyId: number
  leadUnit: number | null
  /** First alert of its lineage: a cause that comes back after a quiet end has a new alert that names the one before. */
  root: string
}

/** Alerts of signals with a night in [from, until). What a season is expected to bring is no detection. */
export async function readScoredAlerts(db: Queryable, from: string, until: string): Promise<ScoredAlert[]> {
  const { rows } = await db.query<ScoredAlert>(
    `with recursive back as (
       select alert_id as id, before as earlier from alert_events where kind = 'returned' and after is null
     ), chain as (
       select id, id as root from alerts
       union
       select c.id, b.earlier from chain c join back b on b.id = c.root
     )
     select id, kind, family_id as "familyId", lead_unit_id as "leadUnit",
            (select min(c.root collate "C") from chain c where c.id = alerts.id and not exists (select 1 from back b where b.id = c.root)) as root
     from alerts
     where kind <> 'seasonal' and id in (select alert_id from alert_nights where night >= $1 and night < $2) order by id`, [from, until])
  return rows
}

export interface ScoredTicket { id: string, ticketNo: string, day: number, night: number }

export async function readScoredTickets(db: Queryable, from: string, until: string): Promise<ScoredTicket[]> {
  return (await db.query<ScoredTicket>(statement('score-alert-tickets'), [from, until])).rows
}

/** Nights of [from, until) that ran to their end. */
export async function readScoredRange(db: Queryable, from: string, until: string): Promise<number[]> {
  const { rows } = await db.query<{ night: number }>(
    `select night - date '1970-01-01' as night from runs where status = 'succeeded' and night >= $1 and night < $2 order by 1`, [from, until])
  return rows.map((row) => row.night)
}

/** First and last night that ran to its end, as dates; undefined where none did. */
export async function readRunRange(db: Queryable): Promise<{ first: string, last: string } | undefined> {
  const { rows } = await db.query<{ first: string | null, last: string | null }>(
    `select min(night)::text as first, max(night)::text as last from runs where status = 'succeeded'`)
  const { first, last } = rows[0]!
  return first === null || last === null ? undefined : { first, last }
}

export interface EpisodeTicketRow { ticketNo: string, day: number, known: number, caller: string | null, placeId: number, topicId: number, sweep: boolean }

export async function readTicketsByNumber(db: Queryable, numbers: readonly string[]): Promise<EpisodeTicketRow[]> {
  return (await db.query<EpisodeTicketRow>(statement('score-tickets-by-number'), [numbers])).rows
}

/** A place, a topic and the days [from, until) of which all tickets are wanted, under a number of the caller's. */
export interface TicketSpan { i: number, placeId: number, topicId: number, from: string, until: string }

export async function readTicketsBySpan(db: Queryable, spans: readonly TicketSpan[]): Promise<(EpisodeTicketRow & { i: number })[]> {
  if (spans.length === 0) return []
  const { rows } = await db.query<EpisodeTicketRow & { i: number }>(statement('score-tickets-by-cell'), [
    spans.map((span) => span.i), spans.map((span) => span.placeId), spans.map((span) => span.topicId), spans.map((span) => span.from), spans.map((span) => span.until)])
  return rows
}

export interface SignalSeen {
  i: number
  night: string
  /** Paths. */
  place: string
  topic: string
  callers: number
  expected: number
  windowDays: number
  verdict: string
  recurrenceDays: number
}

/** The strongest signal near each span's place, of the span's family, on its nights [from, until); absent where there was none. */
export async function readStrongestSignals(db: Queryable, spans: readonly TicketSpan[]): Promise<SignalSeen[]> {
  if (spans.length === 0) return []
  const { rows } = await db.query<SignalSeen & Record<string, unknown>>(statement('score-strongest-signals'), [
    spans.map((span) => span.i), spans.map((span) => span.placeId), spans.map((span) => span.topicId), spans.map((span) => span.from), spans.map((span) => span.until)])
  return rows
}

export interface CoverageTotal { verdict: string, reason: string, series: number }

/** Verdicts over all nights of [from, until). */
export async function readCoverageTotals(db: Queryable, from: string, until: string): Promise<CoverageTotal[]> {
  const { rows } = await db.query<{ verdict: string, reason: string, series: number }>(
    `select verdict, reason, sum(series)::float8 as series from night_coverage where night >= $1 and night < $2 group by 1, 2 order by 1, 2`, [from, until])
  return rows
}

/** Units that tickets known on the nights [from, until) were sent to. */
export async function readBusyUnits(db: Queryable, from: string, until: string): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select distinct lead_unit_id as id from tickets where lead_unit_id is not null and known_on >= $1 and known_on < $2 order by 1`, [from, until])
  return rows.map((row) => row.id)
}

/** Names of units by their ids. */
export async function readUnitNames(db: Queryable): Promise<Map<number, string>> {
  const { rows } = await db.query<{ id: number, name: string }>('select id, name from units')
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** Places and topics of the tickets known before `until`, bulk entries left out: each pair once. */
export async function readCells(db: Queryable, until: string): Promise<{ placeId: number, topicId: number }[]> {
  const { rows } = await db.query<{ placeId: number, topicId: number }>(
    `select place_id as "placeId", topic_id as "topicId" from tickets where sweep is null and known_on < $1 group by 1, 2 order by 1, 2`, [until])
  return rows
}
