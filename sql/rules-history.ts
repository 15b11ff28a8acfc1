/**
 * Row functions of what past nights told the level rules: for whoever asks other rules of them.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

/** Days and nights are day numbers. */
export interface PastNightRow {
  alertId: string
  night: number
  kind: string
  familyId: number
  placeId: number
  topicId: number
  unitId: number | null
  rank: number
  observed: number
  recurrenceDays: number
  verdict: 'alert' | 'watch'
  /** That gave the level of the night. */
  rule: string
  /** Decades by which the threshold was moved. */
  offset: number
  level: string
  withinBudget: boolean
  /** Nobody was told of it: silenced, or part of a larger alert; or it was told on this night because nothing held it any more. */
  held: boolean
  released: boolean
  facts: unknown
}

/** Seasonal alerts are left out: no signal is behind them. */
export async function readPastNights(db: Queryable, until: string): Promise<PastNightRow[]> {
  return (await db.query<PastNightRow & Record<string, unknown>>(statement('rules-history'), [until])).rows
}

export interface SpokenRow { alertId: string, rule: string, night: number, day: number, caller: string }

/** @param lists  words in lower case, by the id of their rule */
export async function readSpoken(db: Queryable, lists: { id: string, words: string[] }[], until: string): Promise<SpokenRow[]> {
  if (lists.length === 0) return []
  return (await db.query<SpokenRow & Record<string, unknown>>(statement('rules-spoken'), [JSON.stringify(lists), until])).rows
}

/** Alert nights before `until` of which nothing is kept that rules could be asked of. */
export async function countWithoutFacts(db: Queryable, until: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from alert_nights n join alerts a on a.id = n.alert_id
     where n.night < $1 and a.kind <> 'seasonal' and not exists (select 1 from alert_facts f where f.alert_id = n.alert_id and f.night = n.night)`, [until])
  return rows[0]!.n
}
