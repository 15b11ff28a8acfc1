import { beforeEach, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { INITIAL_DEADLINES } from '../../../pipelines/clocks/rules.ts'
import { activateDeadlines, listDeadlineVersions, parseDeadlinesOver, readDeadlines, tryDeadlinesAsNow } from '../../../pipelines/clocks/activate.ts'
import { askExtension, ruleExtension } from '../../../pipelines/clocks/extend.ts'
import { listClocks, showClock } from '../../../pipelines/clocks/list.ts'
import { readCalendars } from '../../../pipelines/clocks/in-force.ts'
import { whenDue } from '../../../pipelines/clocks/when.ts'
import { useDatabase } from '../../support/database.ts'
import { addToldAlert, passHours, perform, SETTINGS, tick } from '../../support/clocks.ts'

const db = useDatabase()
const DESK = SETTINGS.hotlineUnit
const unit = { name: 'Li', unit: 'Heating', role: 'unit_liaison' } as const
const desk = { name: 'Wang', unit: DESK, role: 'analyst' } as const

beforeEach(async () => {
  if (db()) await db().query('truncate notices, alerts, alert_acts, clocks, clock_events, clock_marks, clock_sweeps, deadline_versions, deadline_trials cascade')
})

/** The close clock (15 working days, one extension of at most 7) of an alert that is being handled. */
async function closeClock(id = 'a1'): Promise<string> {
  await addToldAlert(db(), { id, level: 'yellow' })
  await perform(db(), id, 'sign')
  await perform(db(), id, 'verify', {}, { detail: { finding: 'true' } })
  await tick(db())
  return (await listClocks(db(), { alert: id }, 'UTC')).find(({ clock }) => clock === 'close')!.id
}

test('more time is asked for by the unit, granted by the desk, and the original deadline is kept', async () => {
  const id = await closeClock()
  const before = (await showClock(db(), id)).clock
  await askExtension(db(), { clockId: id, amount: 5, actor: unit, why: 'parts are late', version: null })
  expect((await showClock(db(), id)).clock).toMatchObject({ due_at: before.due_at, extension_asked: true, extensions: 0 })
  await ruleExtension(db(), { clockId: id, grant: true, actor: desk, why: 'as agreed', version: null })
  const { clock, events } = await showClock(db(), id)
  expect(clock).toMatchObject({ original_due_at: before.due_at, extension_asked: false, extensions: 1, extended: 5 })
  expect(clock.due_at > before.due_at).toBe(true)
  expect(clock.due_on).toBe((await whenDue(db(), { unit: 'working_day', amount: 20, start: 'next_day', inclusive: true })).due_on)
  expect(events.map(({ event, by }) => `${event} ${by}`)).toEqual(['started weisu', 'extension_asked Li', 'extension_granted Wang'])
  const { rows } = await db().query(`select act, by_whom, detail->>'clock' as clock from alert_acts where act = 'extend'`)
  expect(rows).toEqual([{ act: 'extend', by_whom: 'Wang', clock: 'close' }])
  // The sweep that follows leaves it so.
  await tick(db())
  expect((await showClock(db(), id)).clock.due_at).toBe(clock.due_at)
})

test('limits, persons, roles and units of extensions are checked', async () => {
  const id = await closeClock()
  const ask = (amount: number, actor: typeof unit | typeof desk = unit, why = 'late') => askExtension(db(), { clockId: id, amount, actor, why, version: null })
  const rule = (grant: boolean, actor: object = desk) => ruleExtension(db(), { clockId: id, grant, actor: { ...desk, ...actor }, why: 'so', version: null })
  await expect(ask(8)).rejects.toMatchObject({ code: 'extension_limit', details: { count: 1, most: 7 } })
  await expect(ask(0)).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(ask(2, unit, ' ')).rejects.toMatchObject({ code: 'act_needs_why' })
  await expect(ask(2, { ...unit, unit: 'Water' } as never)).rejects.toMatchObject({ code: 'clock_of_another' })
  await expect(rule(true)).rejects.toMatchObject({ code: 'no_extension_asked' })
  await ask(2)
  await expect(ask(2)).rejects.toMatchObject({ code: 'extension_asked' })
  await expect(rule(true, { role: 'unit_lead' })).rejects.toMatchObject({ code: 'role_may_not' })
  await expect(rule(true, { name: ' ｌｉ ' })).rejects.toMatchObject({ code: 'same_person' })
  await expect(askExtension(db(), { clockId: id, amount: 1, actor: unit, why: 'x', version: 99 })).rejects.toMatchObject({ code: 'conflict' })
  await expect(askExtension(db(), { clockId: '999999', amount: 1, actor: unit, why: 'x', version: null })).rejects.toMatchObject({ code: 'no_such_clock' })
  await rule(false)
  await ask(7)
  await rule(true)
  await expect(ask(1)).rejects.toMatchObject({ code: 'extension_limit' })
})

test('an overdue deadline cannot be moved, nor that of a clock that has stopped', async () => {
  const id = await closeClock()
  await askExtension(db(), { clockId: id, amount: 5, actor: unit, why: 'late', version: null })
  await passHours(db(), 24 * 60)
  await expect(ruleExtension(db(), { clockId: id, grant: true, actor: desk, why: 'so', version: null })).rejects.toMatchObject({ code: 'clock_overdue' })
  await perform(db(), 'a1', 'start')
  await perform(db(), 'a1', 'request_strike_off', {}, { why: 'done, see photo' })
  await tick(db())
  await expect(askExtension(db(), { clockId: id, amount: 1, actor: unit, why: 'x', version: null })).rejects.toMatchObject({ code: 'clock_not_running' })
})

test('rules come into force for the clocks that start from then on, with a trial or a reason', async () => {
  const id = await closeClock()
  const rules = await parseDeadlinesOver(db(), JSON.stringify({
    name: 'short', author: 'desk', source: 'meeting of 2026-11-20', clocks: [{ id: 'close_5', clock: 'close', limit: { unit: 'working_day', amount: 5 } }],
  }))
  const today = (await db().query<{ day: string }>(`select (clock_timestamp() at time zone 'UTC')::date as day`)).rows[0]!.day
  const how = { from: today, author: 'Zhang', note: 'faster' }
  await expect(activateDeadlines(db(), rules, how)).rejects.toMatchObject({ code: 'deadlines_untried' })
  await expect(activateDeadlines(db(), rules, { ...how, from: '2020-01-01' })).rejects.toMatchObject({ code: 'deadlines_in_past' })
  const trial = await tryDeadlinesAsNow(db(), SETTINGS, rules, {})
  expect(trial).toMatchObject({ clocks: 3, earlier: 1, later: 0, without: 2 })
  expect(await activateDeadlines(db(), rules, how)).toMatchObject({ version: 1, from: today, until: null, author: 'Zhang', source: 'meeting of 2026-11-20', tried: { clocks: 3 } })
  expect((await listDeadlineVersions(db())).map((one) => one.name)).toEqual(['short'])
  expect((await readDeadlines(db())).rules.clocks).toHaveLength(1)
  expect((await readDeadlines(db(), 0)).rules).toEqual(INITIAL_DEADLINES)
  await tick(db())
  expect((await showClock(db(), id)).clock.rule).toMatchObject({ id: 'close', version: 0, amount: 15 })
  const other = await closeClock('a2')
  expect((await showClock(db(), other)).clock.rule).toMatchObject({ id: 'close_5', version: 1, amount: 5 })
  expect((await listClocks(db(), { alert: 'a2', all: true }, 'UTC')).map(({ clock }) => clock)).toEqual(['close'])
})

test('a notice of working days given as data makes deadlines of that year certain', async () => {
  const ask = { unit: 'working_day', amount: 5, start: 'next_day', inclusive: true, from: '2027-09-29', country: 'CN' } as const
  expect(await whenDue(db(), ask)).toMatchObject({ due_on: '2027-10-06', certain: false, known_until: '2026-12-31', calendar: 'state_council' })
  const rules = await parseDeadlinesOver(db(), JSON.stringify({
    calendars: [{ country: 'CN', from: '2027-01-01', until: '2028-01-01', holidays: ['2027-10-01', '2027-10-04', '2027-10-05', '2027-10-06', '2027-10-07'], workdays: ['2027-10-09'], source: 'an invented notice' }],
  }))
  const today = (await db().query<{ day: string }>(`select (clock_timestamp() at time zone 'UTC')::date as day`)).rows[0]!.day
  await activateDeadlines(db(), rules, { from: today, author: 'Zhang', note: 'notice of 2027', untried: 'nothing but days' })
  expect(await whenDue(db(), ask)).toMatchObject({ due_on: '2027-10-12', certain: true, known_until: '2027-12-31' })
  // A night knows what was in force on it, whenever it is run again.
  const kindOn = async (night: string): Promise<string> => (await readCalendars(db(), night))('CN').kind(parseDay('2027-10-01'))
  expect([await kindOn(formatDay(parseDay(today) - 1)), await kindOn(today)]).toEqual(['working', 'holiday'])
})

test.each([
  [{ clocks: [{ id: 'x', clock: 'sing', limit: { unit: 'hour', amount: 1 } }] }, 'clocks[0].clock'],
  [{ clocks: [{ id: 'x', clock: 'sign', limit: { unit: 'day', amount: 0.5 } }] }, 'clocks[0].limit.amount'],
  [{ clocks: [{ id: 'x', clock: 'sign', limit: { unit: 'day', amount: 1 }, basis: 'date' }] }, 'clocks[0].basis'],
  [{ clocks: [{ id: 'x', clock: 'close', limit: { unit: 'day', amount: 1 }, basis: 'reply' }] }, 'clocks[0].basis'],
  [{ clocks: [{ id: 'x', clock: 'sign', limit: { unit: 'day', amount: 1, start: 'receipt', inclusive: false } }] }, 'clocks[0].limit.amount'],
  [{ clocks: [{ id: 'x', clock: 'sign', limit: { unit: 'hour', amount: 1 }, cards: { yelow: null } }] }, 'clocks[0].cards.yelow'],
  [{ clocks: [{ id: 'x', clock: 'sign', limit: { unit: 'hour', amount: 1 }, escalate: [{ after: { unit: 'hour', amount: 1 }, to: 'king' }] }] }, 'clocks[0].escalate[0].to'],
  [{ clocks: [{ id: 'x', clock: 'sign', limit: { unit: 'hour', amount: 1 } }, { id: 'x', clock: 'sign', limit: { unit: 'hour', amount: 1 } }] }, 'clocks[1].id'],
  [{ calendars: [{ country: 'CN', from: '2027-01-01', until: '2027-01-01' }] }, 'calendars[0].until'],
  [{ calendars: [{ country: 'CN', from: '2027-01-01', until: '2028-01-01', holidays: ['2026-10-01'] }] }, 'calendars[0].holidays[0]'],
  [{ opens: '25:00' }, 'opens'], [{ clock: [] }, 'clock'],
])('the file %j is refused at %s', async (file, path) => {
  await expect(parseDeadlinesOver(db(), JSON.stringify(file))).rejects.toMatchObject({ code: 'bad_rules', details: { path } })
})

test('a file of the rules in force changes nothing', async () => {
  expect(await parseDeadlinesOver(db(), JSON.stringify(INITIAL_DEADLINES))).toEqual(INITIAL_DEADLINES)
})
