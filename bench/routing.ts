/**
 * What 10,000 open alerts cost a night: the whole alert step of a night on which 100 of them have a signal, with and without the others; of one on which all of them
 * have a signal, with their rows of the inbox derived at once and by triggers; and routing by itself where all of them have one: owners, silences, inhibition, suggestions, routes and places, with 5,000 rules, 200
 * silences and 2,000 acts of people. Each part in the night's own transaction, taken back after each round. No peer does the same.
 */
import { mkdtempSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PoolClient } from 'pg'
import { loadConfig, SETTINGS_DEFAULTS } from '../core/config.ts'
import { formatDay, parseDay } from '../core/days.ts'
import { SILENT } from '../core/log.ts'
import { raiseAlerts } from '../pipelines/alert.ts'
import { loadDemo } from '../pipelines/demo/load.ts'
import { initialRules } from '../pipelines/rules.ts'
import { routeAlerts, settleNews, tellUnits } from '../pipelines/routing/night.ts'
import type { RoutingStep } from '../pipelines/routing/night.ts'
import { refreshRoutingCounts } from '../pipelines/routing/learned.ts'
import { parentsOf } from '../pipelines/routing/parents.ts'
import { createWeekly } from '../pipelines/season/weekly.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { deriveInboxAfter } from '../sql/inbox-refresh.ts'
import { ensureHotlineUnit } from '../sql/routing.ts'
import { readDataRange } from '../sql/runs.ts'
import { saveSignals } from '../sql/signals.ts'
import type { SignalRow } from '../sql/signals.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { removeOnceStopped, TOWN } from './store.ts'

const CITY = { days: 365, ticketsPerDay: 300 }
const ROUNDS = 3

/** @param quick a small city and 500 alerts */
export async function benchRouting(quick: boolean): Promise<object> {
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-routing-'))
  const db = await openDb(loadConfig({ dataDir }, {}), 'bench routing')
  try {
    const { tickets } = await loadDemo({ db, config: loadConfig({ dataDir }, {}), log: SILENT }, { seed: 1, params: quick ? TOWN : CITY })
    const night = parseDay((await readDataRange(db))!.last)
    const weeks = await timed(() => refreshRoutingCounts(db, night))
    await createWeekly(db).refresh(night + 1)
    const stepAlone = await alertStep(db, night + 1)
    await plant(db, formatDay(night), quick ? 500 : 10_000)
    const stepAmongMany = await alertStep(db, night + 1)
    const many = quick ? 500 : 10_000
    const stepOfMany = { atOnce: await alertStep(db, night + 1, many), byTriggers: await alertStep(db, night + 1, many, false) }
    const rounds: Record<string, number>[] = []
    for (let i = 0; i < ROUNDS; i++) rounds.push(await round(db, night))
    const best = rounds.toSorted((a, b) => a.total! - b.total!)[0]!
    const { rows: [count] } = await db.query<{ alerts: number, rules: number }>('select (select count(*)::int from alert_nights) as alerts, (select jsonb_array_length(rules) from routing_versions limit 1) as rules')
    return { tickets, ...count, firstWeeksSeconds: weeks / 1000, alertStep: { alone: stepAlone, amongMany: stepAmongMany, ofMany: stepOfMany }, milliseconds: best, load: loadavg()[0] }
  } finally {
    await db.close()
    await removeOnceStopped(dataDir)
  }
}

/** Alerts at places and topics all over the city with eight tickets each, rules for streets and families, silences, and acts of people. */
async function plant(db: Db, night: string, alerts: number): Promise<void> {
  await ensureHotlineUnit(db, SETTINGS_DEFAULTS.hotlineUnit)
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
     select 'a' || row_number() over (order by md5(p.path || o.path)), 'emerging', 'yellow', 'open', p.id, o.id, o.family_id, $1::date - 3, $1
     from places p cross join topics o where p.depth >= 2 and o.family_id is not null order by md5(p.path || o.path) limit $2`, [night, alerts])
  await db.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
     select id, n::date, 'yellow', place_id, topic_id, 8, 8, 8, 1, 3, 7, -6, 500, 1 from alerts cross join generate_series($1::date - 3, $1::date, interval '1 day') as n`, [night])
  await db.query(
    `insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
     select a.id, t.source_id, t.ticket_no, $1::date - 3
     from (select id, row_number() over (order by id) as at from alerts) as a
     join (select source_id, ticket_no, row_number() over (order by md5(ticket_no)) as at from tickets where lead_unit_id is not null) as t on t.at between a.at * 8 - 7 and a.at * 8`, [night])
  await db.query(
    `insert into routing_versions (rules, hash, author, source, effective_on)
     select jsonb_agg(jsonb_build_object('id', 'r' || at, 'place', place, 'topic', topic, 'unit', unit, 'co', '[]'::jsonb, 'author', 'a', 'source', 's', 'effectiveFrom', null, 'effectiveUntil', null, 'note', '')), 'h', 'a', 's', $1
     from (
       select row_number() over (order by md5(p.path || o.path)) as at, p.path as place, o.path as topic, (select u.name from units u where u.kind <> 'hotline' order by md5(u.name || p.path || o.path) limit 1) as unit
       from places p cross join topics o where p.depth in (1, 2, 3) and o.is_family order by md5(p.path || o.path) limit 5000) as r`, [night])
  await db.query(
    `insert into silences (place_path, topic_path, level, reason, by_whom, known_on, until_on)
     select p.path, o.path, 'orange', 'r', 'w', $1, $1::date + 9 from places p cross join topics o where p.depth = 2 and o.is_family order by md5(o.path || p.path) limit 200`, [night])
  await db.query(
    `insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, known_on)
     select a.id, 1, case when md5(a.id || 'x') < '5' then 'request_reassign' else 'sign' end, 'unsigned', 'signed', 'w', u.name, 'unit_liaison', 'lead', $1
     from (select id from alerts order by md5(id) limit 2000) as a cross join lateral (select name from units order by md5(name || a.id) limit 1) as u`, [night])
  await db.query('analyze')
}

async function round(db: Db, night: number): Promise<Record<string, number>> {
  const date = formatDay(night)
  const [places, topics] = [await readPlaces(db, date), await readTopics(db, date)]
  const { rows } = await db.query<{ id: string, placeId: number, topicId: number, familyId: number }>('select id, place_id as "placeId", topic_id as "topicId", family_id as "familyId" from alerts order by id')
  const step: RoutingStep = { night, places, topics, rules: initialRules(SETTINGS_DEFAULTS), hotlineUnit: SETTINGS_DEFAULTS.hotlineUnit, notify: true, withheldAs: 'past_night' }
  const ms: Record<string, number> = {}
  await withRollback(db, async (client) => {
    let at = performance.now()
    const lap = (name: string): void => {
      ms[name] = Math.round(performance.now() - at)
      at = performance.now()
    }
    const routing = await routeAlerts(client, step, rows)
    lap('owners')
    const parents = parentsOf(rows, places, topics)
    const rated = rows.map((row) => ({
      ...row, kind: 'emerging' as const, level: 'yellow' as const, tell: null, silent: null, units: routing.units(row.id), begins: night - 6, parentId: parents.get(row.id) ?? null,
    }))
    const news = await settleNews(client, step, routing, rated)
    lap('news')
    await tellUnits(client, step, routing, news, rated.map((row) => ({
      ...row, version: '', signal: { topicId: row.topicId, windowDays: 7, observed: 8, expected: 1 } as SignalRow, cell: [], place: places.get(row.placeId)!, family: topics.get(row.familyId)!.path, withinBudget: true,
    })), { length: 0, day: new Int32Array(), known: new Int32Array(), place: new Int32Array(), topic: new Int32Array(), caller: new Int32Array(), anonymous: new Uint8Array(), ticket: () => '', cell: () => [] })
    lap('written')
  })
  return { ...ms, total: Object.values(ms).reduce((sum, one) => sum + one, 0) }
}

/**
 * Milliseconds of the alert step with so many signals, at the places of the first alerts where there are any, with what is left to the end of its transaction; best of the
 * rounds. `inbox` are those of the rows of the inbox.
 */
async function alertStep(db: Db, night: number, signals = 100, atOnce = true): Promise<{ total: number, inbox: number }> {
  const date = formatDay(night)
  const [places, topics] = [await readPlaces(db, date), await readTopics(db, date)]
  const { rows: cells } = await db.query<{ placeId: number, topicId: number }>(
    `select p.id as "placeId", o.id as "topicId" from places p cross join topics o where p.depth >= 2 and o.family_id is not null order by md5(p.path || o.path) limit $1`, [signals])
  await saveSignals(db, date, cells.map((cell, i) => signal(cell, i, night)), [])
  let best = { total: Infinity, inbox: 0 }
  for (let i = 0; i < (signals > 100 ? 1 : ROUNDS); i++) {
    await withRollback(db, async (client) => {
      const began = performance.now()
      let raised = began
      const work = async (): Promise<unknown> => {
        const counts = await raiseAlerts(client, {
          night, places, topics, rules: initialRules(SETTINGS_DEFAULTS), hotlineUnit: SETTINGS_DEFAULTS.hotlineUnit, countries: new Map(), notify: true, withheldAs: 'past_night', lastNight: date,
        })
        raised = performance.now()
        return counts
      }
      await (atOnce ? deriveInboxAfter(client, date, work) : work())
      await client.query('set constraints all immediate')
      const ended = performance.now()
      if (ended - began < best.total) best = { total: Math.round(ended - began), inbox: Math.round(ended - raised) }
    })
  }
  await saveSignals(db, date, [], [])
  return best
}

function signal(cell: { placeId: number, topicId: number }, i: number, night: number): SignalRow {
  return {
    ...cell, detector: 'weisu', verdict: 'alert', windowDays: 7, observed: 6, expected: 1, upper: 3, log10P: -6, recurrenceDays: 1000, callers: 6,
    evidence: {
      score: 100 - i / 10, surroundingRatio: 1, logOdds: 5, neighbours: [], baseline: { days: 300, callers: 30, prior: 0.1, expected: 0.1, cv: 0.1, dispersion: 1, complete: 1 },
      windows: [7, 14, 28].map((days) => ({ days, callers: 6, expected: 1, usual: 1 })), detectors: [],
      series: { from: formatDay(night - 89), observed: Array(90).fill(1), expected: Array(90).fill(1), upper: Array(90).fill(3) }, forecast: [],
    },
  }
}

async function withRollback(db: Db, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await db.pool.connect()
  try {
    await client.query('begin')
    await work(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began)
}
