import { beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay, yearAndDay } from '../../../core/days.ts'
import { createRng } from '../../../core/rng.ts'
import { SETTINGS_DEFAULTS } from '../../../core/config.ts'
import { listAlerts } from '../../../pipelines/alerts.ts'
import { confirmAlert } from '../../../pipelines/events.ts'
import { explainAlert } from '../../../pipelines/explanation.ts'
import { DEFAULT_KINDS } from '../../../pipelines/rules-default.ts'
import { initialRules } from '../../../pipelines/rules.ts'
import type { Rules } from '../../../pipelines/rules.ts'
import { listCalendar, listLeads } from '../../../pipelines/season/calendar.ts'
import { lastSunday } from '../../../pipelines/season/sundays.ts'
import { createWeekly } from '../../../pipelines/season/weekly.ts'
import { raiseSeasonal } from '../../../pipelines/seasonal-alerts.ts'
import type { SeasonalCounts } from '../../../pipelines/seasonal-alerts.ts'
import { forgetNight, readOpenAlerts } from '../../../sql/alerts.ts'
import { readPlaces, readTopics } from '../../../sql/trees.ts'
import { readOutlook, saveOutlook } from '../../../sql/weekly-tables.ts'
import { useDatabase } from '../../support/database.ts'
import { addPlace, addSource, addTopic } from '../../support/tickets.ts'

const db = useDatabase()
const FROM = parseDay('2022-01-03')
const UNTIL = parseDay('2024-07-01')
/** Trebles around the first of July. */
const summer = (day: number): number => (Math.abs(yearAndDay(day).dayOfYear - 182) < 30 ? 3 : 1)

/** A city of two districts; 12 steady families and one that comes with the summer, twice as much in the north. Everything is known on its day. */
beforeAll(async () => {
  await addSource(db())
  const north = await addPlace(db(), 'City›North')
  const south = await addPlace(db(), 'City›South')
  const { rows: [city] } = await db().query<{ id: number }>(`select id from places where path = 'City'`)
  const families = await Promise.all(Array.from({ length: 12 }, (_, i) => addTopic(db(), `Family ${String(i).padStart(2, '0')}`)))
  const heat = await addTopic(db(), 'Heat')
  await db().query(`insert into units (name, kind, territory_path) values ('Health Bureau', 'bureau', null), ('North Office', 'district', 'City›North')`)
  await db().query(`insert into unit_topics select id, 'Heat' from units where name = 'Health Bureau'`)
  await db().query('select ensure_count_partitions($1, $2)', [formatDay(FROM), formatDay(UNTIL)])
  const rng = createRng('seasons')
  const cells: { day: string, place: number, topic: number, callers: number }[] = []
  for (let day = FROM; day < UNTIL; day++) {
    for (const [i, topic] of [...families, heat].entries()) {
      const level = (5 + i) * (topic === heat ? summer(day) : 1)
      const there = rng.poisson(level * (topic === heat && summer(day) > 1 ? 0.7 : 0.5))
      const here = rng.poisson(level * 0.3)
      for (const [place, callers] of [[north, there], [south, here], [city!.id, there + here]] as const) cells.push({ day: formatDay(day), place, topic, callers })
    }
  }
  await db().query(
    `insert into daily_counts (day, known_on, place_id, topic_id, tickets, callers, repeats, dissatisfied, overdue, sweeps)
     select c.day, c.day, c.place, c.topic, c.callers, c.callers, 0, 0, 0, 0 from jsonb_to_recordset($1::jsonb) as c (day date, place int, topic int, callers int)`, [JSON.stringify(cells)])
})

const rules = initialRules({ recurrenceDays: 100, minCallers: 3, quietNights: 14, alertBudgetPerUnitWeek: 3 })

async function seasonalNight(date: string, given: Rules = rules, notify = true): Promise<SeasonalCounts> {
  const night = parseDay(date)
  await createWeekly(db()).refresh(night)
  const [places, topics] = [await readPlaces(db()), await readTopics(db())]
  return db().transaction(async (client) => {
    await forgetNight(client, date)
    return raiseSeasonal(client, { night, places, topics, rules: given, hotlineUnit: 'Hotline', countries: new Map([['City', 'US']]), notify, withheldAs: 'past_night' }, 7)
  })
}

/** A month after the Sunday that first saw it coming: the first night of a deployment tells what stands. */
const OPENED = '2024-05-05'
const SEEN = '2024-04-07'

test('long before, nothing is told; then the season is, once, to the bureau of the topic and where it was strongest', async () => {
  for (const early of ['2024-03-03', '2024-04-06']) expect(await seasonalNight(early)).toEqual({ new: 0, continued: 0, ended: 0, notices: 0 })
  expect(await seasonalNight(OPENED)).toEqual({ new: 1, continued: 0, ended: 0, notices: 2 })
  const [alert] = await listAlerts(db(), { date: OPENED, locale: 'en' })
  expect(alert).toMatchObject({
    kind: 'seasonal', level: 'blue', place: ['City'], topic: ['Heat'], lead_unit: 'Health Bureau', territory_unit: 'North Office', rank: 8, within_budget: true, tickets: 0, callers: 0,
  })
  const { why } = alert!
  expect(String(why.begins_on) >= '2024-05-20' && String(why.begins_on) <= '2024-06-10').toBe(true)
  expect(why).toMatchObject({ rule: 'season_ahead', sunday: SEEN, once: false })
  expect((why.years as unknown[]).length).toBe(2)
  expect((why.areas as { place: string[], lift: number }[])[0]).toMatchObject({ place: ['City', 'North'] })
  expect((why.areas as { lift: number }[])[0]!.lift).toBeGreaterThan(1.05)
  expect(Number(why.factor)).toBeGreaterThan(1.8)
  expect(alert!.title).toContain(String(why.begins_on))
  expect(alert!.why_text).toMatch(/past years: from 2023-\d\d-\d\d, .*; from 2022.*strongest then: North \d+%/)
  // A week to be ready before it begins.
  expect(parseDay(String(why.begins_on)) - parseDay(alert!.due_on!)).toBeGreaterThanOrEqual(7)
  expect(alert!.due_on! > OPENED).toBe(true)
  const { rows } = await db().query<{ unit: string, status: string, payload: Record<string, unknown> }>('select u.name as unit, n.status, n.payload from notices n join units u on u.id = n.unit_id order by 1')
  expect(rows.map(({ unit, status }) => [unit, status])).toEqual([['Health Bureau', 'pending'], ['North Office', 'pending']])
  expect(rows[0]!.payload).toMatchObject({ kind: 'seasonal', season: why.begins_on, checklist: expect.arrayContaining(['City›North']) as string[] })
})

test('it stands until it begins, ends then, and is not told again in that season', async () => {
  const [opened] = await listAlerts(db(), { date: OPENED, locale: 'en' })
  const begins = String(opened!.why.begins_on)
  let night = parseDay(OPENED) + 1
  for (; formatDay(night) < begins; night++) expect(await seasonalNight(formatDay(night))).toMatchObject({ new: 0, continued: 1, ended: 0, notices: 0 })
  expect(await seasonalNight(begins)).toEqual({ new: 0, continued: 0, ended: 1, notices: 0 })
  expect(await seasonalNight(formatDay(night + 1))).toEqual({ new: 0, continued: 0, ended: 0, notices: 0 })
  const { rows } = await db().query<{ n: number }>(`select count(*)::int as n from alerts where kind = 'seasonal'`)
  expect(rows[0]!.n).toBe(1)
})

test('run again, the night is the same, and nobody is told twice', async () => {
  const before = await listAlerts(db(), { date: OPENED, locale: 'en' })
  // The later nights are still there, so the alert keeps its first night and its text.
  expect(await seasonalNight(OPENED)).toMatchObject({ new: 1, notices: 0 })
  expect(await listAlerts(db(), { date: OPENED, locale: 'en' })).toEqual(before)
})

test('it is shown, and refused where a signal is to be explained or confirmed', async () => {
  const [alert] = await listAlerts(db(), { date: OPENED, locale: 'en' })
  await expect(explainAlert(db(), alert!.id, { night: OPENED, locale: 'en', settings: SETTINGS_DEFAULTS })).rejects.toMatchObject({ code: 'seasonal_alert' })
  await expect(confirmAlert(db(), alert!.id, parseDay(OPENED), '')).rejects.toMatchObject({ code: 'no_such_alert' })
})

test('it is no open alert of signals, so that no signal continues it', async () => {
  expect(await readOpenAlerts(db(), '2024-04-01', '2024-06-30')).toEqual([])
})

test('switched off by the rules, or out of their weeks, nothing is told', async () => {
  await db().query('truncate alerts, notices cascade')
  const off: Rules = { ...rules, kinds: { ...DEFAULT_KINDS, seasonal: { ...DEFAULT_KINDS.seasonal, enabled: false } } }
  expect(await seasonalNight(OPENED, off)).toMatchObject({ new: 0 })
  const near: Rules = { ...rules, kinds: { ...DEFAULT_KINDS, seasonal: { ...DEFAULT_KINDS.seasonal, weeksAhead: { from: 2, until: 2 } } } }
  expect(await seasonalNight(OPENED, near)).toMatchObject({ new: 0 })
  expect(await seasonalNight(OPENED, rules, false)).toMatchObject({ new: 1, notices: 2 })
  expect((await db().query<{ error: string }>('select distinct error from notices')).rows).toEqual([{ error: 'past_night' }])
})

test('a Sunday has the same tables whichever night asks for them first, and later news do not change them', async () => {
  const sunday = '2024-05-12'
  const tables = async (): Promise<unknown> => [await readOutlook(db(), sunday), (await listLeads(db(), sunday))?.tested]
  await createWeekly(db()).refresh(parseDay(sunday))
  const own = await tables()
  await db().query('truncate weekly_tables, seasonal_outlook, topic_leads')
  // Learnt on Monday of a day in the spring: the Sunday did not know it.
  await db().query(`insert into daily_counts (day, known_on, place_id, topic_id, tickets, callers, repeats, dissatisfied, overdue, sweeps)
    select day, date '2024-05-13', place_id, topic_id, 400, 400, 0, 0, 0, 0 from daily_counts where day between '2024-04-20' and '2024-05-10'`)
  const weekly = createWeekly(db())
  expect(await weekly.refresh(parseDay('2024-05-16'))).toEqual({ sunday, rebuilt: 19 })
  expect(await weekly.refresh(parseDay('2024-05-17'))).toEqual({ sunday, rebuilt: 0 })
  expect(await tables()).toEqual(own)
  expect((await listCalendar(db(), '2024-05-17', 8))!.rows.some((row) => row.family[0] === 'Heat' && row.place.length === 1)).toBe(true)
  expect((await listCalendar(db(), '2024-05-17', 1))!.rows).toEqual([])
  expect(await listCalendar(db(), '2020-01-01', 8)).toBeNull()
  await db().query(`delete from daily_counts where known_on = '2024-05-13' and callers = 400`)
})

test('a row written before is written over by its Sunday alone', async () => {
  await saveOutlook(db(), '2024-05-12', [], 3)
  await createWeekly(db()).refresh(parseDay('2024-05-15'))
  expect(await readOutlook(db(), '2024-05-12')).toEqual([])
  await createWeekly(db()).refresh(parseDay('2024-05-12'))
  expect((await readOutlook(db(), '2024-05-12')).length).toBeGreaterThan(0)
  expect([0, 1, 6, 7].map((days) => formatDay(lastSunday(parseDay('2024-05-12') + days)))).toEqual(['2024-05-12', '2024-05-12', '2024-05-12', '2024-05-19'])
})
