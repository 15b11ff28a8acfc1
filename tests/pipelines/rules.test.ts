import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { SILENT } from '../../core/log.ts'
import { createRng } from '../../core/rng.ts'
import { runNight, runNights } from '../../pipelines/nightly.ts'
import { activateRules, listVersions } from '../../pipelines/rules-activate.ts'
import { formatRules } from '../../pipelines/rules-file.ts'
import { readPast } from '../../pipelines/rules-history.ts'
import { rerunAlerts, shareReproduced } from '../../pipelines/rules-rerun.ts'
import type { RerunAlert } from '../../pipelines/rules-rerun.ts'
import { solveRules } from '../../pipelines/rules-solve.ts'
import { tryRules } from '../../pipelines/rules-try.ts'
import { readRulesInForce } from '../../pipelines/rules-in-force.ts'
import { initialRules } from '../../pipelines/rules.ts'
import type { Rules } from '../../pipelines/rules.ts'
import { scoreReplay } from '../../pipelines/scorecard/score-replay.ts'
import type { Db } from '../../sql/db.ts'
import { freshDatabase } from '../support/database.ts'
import type { FreshDatabase } from '../support/database.ts'
import { dumpStore } from '../support/dump.ts'
import { addTickets } from '../support/tickets.ts'
import type { TicketSpec } from '../support/tickets.ts'

const FIRST = parseDay('2024-09-01')
const NIGHTS = 21
const LAST = formatDay(FIRST + NIGHTS - 1)
const UNTIL = formatDay(FIRST + NIGHTS)
const directory = mkdtempSync(join(tmpdir(), 'weisu-rules-'))
const config = loadConfig({ dataDir: directory }, {})
const base = initialRules(config.settings)

const TROUBLES = [
  { from: 2, days: 6, aDay: 3, place: 0, topic: 0, unit: 'Heating' },
  { from: 3, days: 5, aDay: 3, place: 3, topic: 1, unit: 'Heating' },
  { from: 9, days: 4, aDay: 2, place: 2, topic: 2, unit: 'Police' },
  { from: 10, days: 8, aDay: 4, place: 4, topic: 4, unit: 'Roads' },
  { from: 15, days: 3, aDay: 2, place: 5, topic: 3, unit: 'Police' },
]

/** A quiet town for seven months, then five troubles of different size, two of them of one unit in one week. */
function town(): TicketSpec[] {
  const rng = createRng('rules-town')
  const tickets: TicketSpec[] = []
  const places = ['City›North›Mill', 'City›North›Park', 'City›North›Lake', 'City›South›Port', 'City›South›Hill', 'City›South›Dock']
  const topics = ['Heat›Cold', 'Heat›Leak', 'Noise›Night', 'Noise›Day', 'Roads›Hole']
  const add = (day: number, place: string, topic: string, unit: string, caller: string): void => {
    const n = tickets.length
    tickets.push({ no: `t${n}`, at: `${formatDay(day)} ${String(8 + (n % 10)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`, place, topic, unit, caller })
  }
  for (let day = FIRST - 210; day < FIRST + NIGHTS; day++) {
    for (let i = rng.poisson(4); i > 0; i--) add(day, places[rng.below(6)]!, topics[rng.below(5)]!, 'Works', `c${rng.below(100000)}`)
  }
  for (const { from, days, aDay, place, topic, unit } of TROUBLES) {
    for (let d = 0; d < days; d++) for (let i = 0; i < aDay; i++) add(FIRST + from + d, places[place]!, topics[topic]!, unit, `x${place}${topic}d${d}-${i}`)
  }
  return tickets
}

const labels = join(directory, 'labels.json')
writeFileSync(labels, TROUBLES.map(({ place, topic }, i) => {
  const own = town().filter(({ caller }) => caller?.startsWith(`x${place}${topic}d`))
  const days = own.map(({ at }) => at.slice(0, 10)).sort()
  return JSON.stringify({
    id: `e${i}`, kind: 'cluster', should_alert: true, from: days[0], until: formatDay(parseDay(days.at(-1)!) + 1), places: [own[0]!.place.split('›')],
    topics: [own[0]!.topic.split('›')], ticket_nos: own.map(({ no }) => no),
  })
}).join('\n'))

let ran: FreshDatabase
beforeAll(async () => {
  ran = await freshDatabase()
  await addTickets(ran.db, town())
  await runNights({ db: ran.db, config, log: SILENT }, { from: formatDay(FIRST), until: UNTIL })
  await ran.db.close()
})
afterAll(async () => {
  await ran.drop()
  rmSync(directory, { recursive: true, force: true })
})

async function withClone<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const { db, drop } = await freshDatabase(ran.name)
  try {
    return await work(db)
  } finally {
    await drop()
  }
}

const rowsOf = (alerts: readonly RerunAlert[]): string[] => alerts.flatMap(({ id, nights }) =>
  nights.map(({ night, level, rule, withinBudget }) => `${formatDay(night)} ${id} ${level} ${rule} ${withinBudget}`)).sort()

/** Stricter, with a smaller budget, other levels and exceptions both ways. */
const OTHER: Rules = {
  ...base, name: 'other', author: 'desk',
  detection: { ...base.detection, recurrenceDays: 3000 }, budget: { perUnitWeek: 1, units: { Roads: 5 } },
  levels: base.levels.map((rule) => (rule.id === 'callers_5_in_7_days' ? { ...rule, when: { beyondUsual: { days: 7 as const, atLeast: 4 } } } : rule)),
  exceptions: [
    { id: 'night_noise', author: 'desk', source: '', effectiveFrom: null, note: '', place: null, topic: 'Noise', recurrenceDays: 20, callersFactor: 0.5 },
    { id: 'hill', author: 'desk', source: '', effectiveFrom: formatDay(FIRST + 12), note: '', place: 'City›South›Hill', topic: null, highestLevel: 'orange' as const },
  ],
}

// A unit's week is counted by who led the alert then; by who leads it now, a night run again had room for others.
test('what nights kept gives their alerts again, and those of other rules as nights by other rules give them', async () => {
  const asRun = await withClone(async (db) => {
    const past = await readPast(db, config.settings, {})
    const again = rerunAlerts(past.nights, past.judgedBy, past.judgedBy, past.unitNames)
    expect(past.nights.length).toBeGreaterThan(25)
    expect(shareReproduced(past.nights, again)).toBe(1)
    expect(new Set(past.nights.map(({ level }) => level)).size).toBeGreaterThan(2)
    return {
      rows: rowsOf(rerunAlerts(past.nights, () => OTHER, past.judgedBy, past.unitNames)),
      card: (await tryRules({ db, config, log: SILENT }, OTHER, { file: '', labels })).score!.after,
    }
  })
  const judged = await withClone(async (db) => {
    await runNights({ db, config, log: SILENT, rules: OTHER }, { from: formatDay(FIRST), until: UNTIL, force: true })
    const { rows } = await db.query<{ line: string }>(
      `select n.night || ' ' || n.alert_id || ' ' || n.level || ' ' || (n.why ->> 'rule') || ' ' || n.within_budget as line from alert_nights n where n.night < $1`, [UNTIL])
    return { rows: rows.map(({ line }) => line).sort(), card: (await scoreReplay(db, { labels, quietNights: 14 })).card }
  })
  expect(asRun.rows).toEqual(judged.rows)
  expect(judged.card.surges.filter(({ found }) => found).length).toBeGreaterThan(1)
  expect(asRun.card).toEqual(judged.card)
})

test('the default rules, named or not, leave the same bytes', async () => {
  const tables = ['signals', 'alerts', 'alert_nights', 'alert_events', 'alert_tickets', 'notices', 'runs']
  await withClone(async (db) => {
    const before = await dumpStore(db, tables)
    expect((await runNight({ db, config, log: SILENT }, { date: LAST })).reused).toBe(true)
    const named = await runNight({ db, config, log: SILENT, rules: initialRules(config.settings) }, { date: LAST, force: true })
    expect(named.reused).toBe(false)
    expect(await dumpStore(db, tables)).toBe(before)
  })
})

test('a trial tells what changes for whom, and lets exactly these rules come into force', async () => {
  await withClone(async (db) => {
    const file = join(directory, 'other.json')
    writeFileSync(file, formatRules(OTHER))
    const next = { from: UNTIL, author: 'desk', note: 'less for Heating' }
    await expect(activateRules(db, OTHER, next)).rejects.toMatchObject({ code: 'rules_untried' })
    const result = await tryRules({ db, config, log: SILENT }, OTHER, { file, from: formatDay(FIRST + 1), until: LAST })
    expect(result).toMatchObject({ how: 'kept', because: [], replay: null, reproduced: 1, nights: NIGHTS - 1, score: null })
    const total = (side: { alerts: Record<string, number> }): number => Object.values(side.alerts).reduce((sum, n) => sum + n, 0)
    expect(total(result.before)).toBe(total(result.after))
    expect(result.changes.length).toBeGreaterThan(0)
    for (const { change, before, after } of result.changes) {
      expect(change === 'only_after').toBe(before === null)
      expect(change === 'only_before').toBe(after === null)
    }
    expect(result.after.sent).toBeLessThan(result.before.sent)
    await expect(activateRules(db, OTHER, { ...next, from: LAST })).rejects.toMatchObject({ code: 'rules_in_past' })
    await expect(activateRules(db, { ...OTHER, budget: { perUnitWeek: 2, units: {} } }, next)).rejects.toMatchObject({ code: 'rules_untried' })
    const version = await activateRules(db, OTHER, next)
    expect(version).toMatchObject({ name: 'other', from: UNTIL, until: null, tried: { from: formatDay(FIRST + 1), until: LAST, how: 'kept' }, untried_reason: null })
    const { rows } = await db.query<{ card: { changes: Record<string, number> } }>('select score_card as card from rule_versions')
    expect(Object.values(rows[0]!.card.changes).reduce((sum, n) => sum + n, 0)).toBe(result.changes.length)
    const later = await activateRules(db, base, { from: formatDay(FIRST + NIGHTS + 5), author: 'desk', note: 'back', untried: 'as before' })
    expect(later).toMatchObject({ tried: null, untried_reason: 'as before' })
    expect((await listVersions(db)).map(({ from, until }) => [from, until])).toEqual([[UNTIL, formatDay(FIRST + NIGHTS + 4)], [formatDay(FIRST + NIGHTS + 5), null]])
  })
})

test('what the nights did not keep is judged again', async () => {
  await withClone(async (db) => {
    const file = join(directory, 'two.json')
    const two: Rules = { ...base, name: 'two', detection: { ...base.detection, minCallers: 2 } }
    writeFileSync(file, formatRules(two))
    const before = await dumpStore(db, ['alert_nights', 'signals'])
    const result = await tryRules({ db, config, log: SILENT }, two, { file, from: formatDay(FIRST + 4), until: formatDay(FIRST + 5), warmUpNights: 2, threads: 1 })
    expect(result).toMatchObject({ how: 'replay', because: ['detection.minCallers'], reproduced: null, nights: 2 })
    expect(Object.values(result.after.alerts).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0)
    expect(await dumpStore(db, ['alert_nights', 'signals'])).toBe(before)
    expect((await activateRules(db, two, { from: UNTIL, author: 'desk', note: '' })).tried).toMatchObject({ how: 'replay' })
  })
})

test('a night goes by the rules in force on it, also when it is run again', async () => {
  await withClone(async (db) => {
    await db.query('delete from runs where night >= $1', [formatDay(FIRST + 19)])
    await activateRules(db, OTHER, { from: formatDay(FIRST + 20), author: 'desk', note: '', untried: 'a test' })
    expect((await readRulesInForce(db, formatDay(FIRST + 19), config.settings)).version).toBe(0)
    expect((await readRulesInForce(db, formatDay(FIRST + 20), config.settings)).rules.budget.perUnitWeek).toBe(1)
    await runNights({ db, config, log: SILENT }, { from: formatDay(FIRST + 18), until: UNTIL })
    const marks = async (): Promise<string[]> => (await db.query<{ hash: string }>('select config_hash as hash from runs where night >= $1 order by night', [formatDay(FIRST + 18)])).rows.map(({ hash }) => hash)
    const [before, still, after] = await marks()
    expect(still).toBe(before)
    expect(after).not.toBe(before)
    const rated = async (): Promise<string[]> => (await db.query<{ line: string }>(
      `select concat_ws(' ', alert_id, night, level, why ->> 'rule', why ->> 'verdict', within_budget, rank) as line from alert_nights order by 1`)).rows.map(({ line }) => line)
    const alerts = await rated()
    expect((await runNight({ db, config, log: SILENT }, { date: formatDay(FIRST + 19) })).reused).toBe(true)
    await runNight({ db, config, log: SILENT }, { date: formatDay(FIRST + 19), force: true })
    expect(await rated()).toEqual(alerts)
    expect(await marks()).toEqual([before, still, after])
  })
})

test('a solved interval keeps the budget, and the curve falls', async () => {
  await withClone(async (db) => {
    const solve = (budget: number, more: { unit?: string, dial?: 'interval' | 'callers' } = {}): ReturnType<typeof solveRules> =>
      solveRules(db, config.settings, base, { budget, dial: 'interval', ...more })
    const loose = await solve(5)
    expect(loose.solved!.at).toBe(10)
    const weekly = loose.curve.map(({ per_week }) => per_week)
    expect(weekly).toEqual([...weekly].sort((a, b) => b - a))
    // All troubles here are beyond any interval; more callers than they have turn them away.
    const byCallers = (await solve(5, { dial: 'callers' })).curve.map(({ per_week }) => per_week)
    expect(byCallers[0]).toBeGreaterThan(byCallers.at(-1)!)
    const unit = await solve(1, { unit: 'Heating' })
    const fullest = unit.curve[0]!
    expect(fullest.p95).toBe(2)
    if (unit.solved) expect(unit.solved.p95).toBeLessThanOrEqual(1)
    // Some clusters are beyond any interval: that cannot be turned away, and is said.
    const never = await solve(0)
    expect(never.solved).toBeNull()
    expect(never.unreachable_because.length).toBeGreaterThan(0)
    const callers = await solve(1, { unit: 'Heating', dial: 'callers' })
    expect(callers.solved!.at).toBeGreaterThan(1)
    expect(callers.solved!.p95).toBeLessThanOrEqual(1)
    await expect(solve(1, { unit: 'Nobody' })).rejects.toMatchObject({ code: 'no_such_unit' })
  })
})
