import { beforeEach, expect, test, vi } from 'vitest'
import { readAlertLife } from '../../../pipelines/alert-life/timeline.ts'
import { useDatabase } from '../../support/database.ts'
import { addToldAlert, cardNoticesOf, clocksOf, passHours, perform, SETTINGS, tell, tick, toldSteps } from '../../support/clocks.ts'

const db = useDatabase()
const DESK = SETTINGS.hotlineUnit
const ORANGE = { id: 'a1', level: 'orange', territory: 'Mill Street' } as const
const desk = { by: 'Wang', unit: DESK, role: 'analyst' } as const

beforeEach(async () => {
  if (db()) await db().query('truncate notices, alerts, alert_acts, clocks, clock_events, clock_marks, clock_sweeps cascade')
})

test('clocks begin when a unit is told, and stop with the acts that answer', async () => {
  await addToldAlert(db(), ORANGE)
  expect(await tick(db())).toMatchObject({ alerts: 1, started: 3, stopped: 0, notices: 0 })
  expect(await clocksOf(db(), 'a1')).toEqual([
    { clock: 'sign', subject: 'Heating', n: 1, stopped: null, next: 'yellow' }, { clock: 'sign', subject: 'Mill Street', n: 1, stopped: null, next: 'yellow' },
    { clock: 'verify', subject: '', n: 1, stopped: null, next: 'yellow' },
  ])
  expect(await tick(db())).toMatchObject({ alerts: 0 })
  await perform(db(), 'a1', 'sign')
  await perform(db(), 'a1', 'verify', {}, { detail: { finding: 'true' } })
  expect(await tick(db())).toMatchObject({ stopped: 2, started: 2 })
  const { rows } = await db().query(`select clock, unit, extract(epoch from due_at - started_at)::int / 3600 as hours from clocks where alert_id = 'a1' and clock in ('sign', 'verify') order by clock, unit`)
  expect(rows).toEqual([{ clock: 'sign', unit: 'Heating', hours: 4 }, { clock: 'sign', unit: 'Mill Street', hours: 4 }, { clock: 'verify', unit: 'Heating', hours: 24 }])
  expect((await clocksOf(db(), 'a1')).filter((clock) => clock.stopped === null).map((clock) => `${clock.clock} ${clock.subject}`)).toEqual(['close ', 'feedback ', 'sign Mill Street'])
})

test('an alert that nobody was told of has no clock', async () => {
  await addToldAlert(db(), ORANGE)
  await db().query(`update notices set status = 'withheld', error = 'over_budget'`)
  expect(await tick(db())).toMatchObject({ alerts: 0, started: 0 })
})

test('what is missed is a yellow card, a red card, the leaders, then 提级: each once, in order', async () => {
  await addToldAlert(db(), ORANGE)
  await tick(db())
  const seen: string[][] = []
  for (const hours of [3.2, 1, 2, 6, 24, 24]) {
    await passHours(db(), hours)
    await tick(db())
    await tick(db())
    seen.push((await toldSteps(db(), 'a1')).filter((step) => step.startsWith('sign')))
  }
  // Two units, yellow an hour before the four hours end, red at once, the leaders two hours later, the desk and 提级 eight hours later.
  expect(seen.map((steps) => steps.length)).toEqual([2, 4, 6, 8, 8, 8])
  expect(seen.at(-1)!.map((step) => step.slice(5))).toEqual(['yellow', 'yellow', 'red', 'red', '1', '1', '2', '2'])
  const { rows } = await db().query(`select act, by_whom, role, detail->>'rung' as rung from alert_acts where alert_id = 'a1' order by seq`)
  // The first reply is missed, too; 提级 goes a rung up then.
  expect(rows).toEqual([{ act: 'escalate', by_whom: 'weisu', role: 'system', rung: 'district' }, { act: 'escalate', by_whom: 'weisu', role: 'system', rung: 'city' }])
  expect((await cardNoticesOf(db(), 'a1')).filter((line) => line.startsWith('escalated'))).toEqual([
    `escalated ${DESK} supervisor`, `escalated ${DESK} supervisor`, `escalated ${DESK} supervisor`,
    'escalated Heating unit_lead', 'escalated Heating unit_lead', 'escalated Mill Street unit_lead',
  ])
})

test('a card has its notice in the same transaction, with what it is about', async () => {
  await addToldAlert(db(), ORANGE)
  await tick(db())
  await passHours(db(), 3.5)
  expect(await tick(db())).toMatchObject({ yellow: 2, notices: 2 })
  const { rows } = await db().query<{ reason: string, status: string, payload: Record<string, unknown> }>(`select reason, status, payload from notices where reason = 'card' order by id`)
  expect(rows.map((row) => row.payload.unit).sort()).toEqual(['Heating', 'Mill Street'])
  expect(rows[0]).toMatchObject({ reason: 'card', status: 'pending', payload: { alert: 'a1', card: 'yellow', clock: 'sign', level: 'orange', place: 'City›North›Mill', certain: true } })
})

test('after the service was down over everything, what nobody can be warned of any more is passed over and the rest is told once', async () => {
  await addToldAlert(db(), ORANGE)
  await tick(db())
  await passHours(db(), 200)
  await tick(db())
  expect(await toldSteps(db(), 'a1')).toEqual(expect.arrayContaining(['sign yellow passed over', 'sign red', 'sign 1', 'sign 2', 'verify yellow passed over', 'verify red', 'verify 1', 'verify 2']))
  expect(await toldSteps(db(), 'a1')).toHaveLength(12)
  const before = await cardNoticesOf(db(), 'a1')
  expect(await tick(db())).toMatchObject({ yellow: 0, red: 0, escalated: 0, notices: 0 })
  expect(await cardNoticesOf(db(), 'a1')).toEqual(before)
})

test('signed while the service was down, after the deadline: nobody is told, and the audit says how late it was', async () => {
  await addToldAlert(db(), { ...ORANGE, territory: undefined as never })
  await tick(db())
  await passHours(db(), 5)
  await perform(db(), 'a1', 'sign')
  expect(await tick(db())).toMatchObject({ red: 0, escalated: 0, stopped: 1 })
  const { rows } = await db().query<{ event: string, detail: { by: string, late_seconds: number } }>(`select e.event, e.detail from clock_events e join clocks c on c.id = e.clock_id where c.clock = 'sign' order by e.id`)
  expect(rows.map((row) => row.event)).toEqual(['started', 'stopped'])
  expect(rows[1]!.detail.by).toBe('sign')
  expect(Math.abs(rows[1]!.detail.late_seconds - 3600)).toBeLessThan(60)
})

test('a higher level makes a running clock due earlier, and the original deadline is kept', async () => {
  await addToldAlert(db(), { ...ORANGE, level: 'blue' })
  await tick(db())
  const read = async (): Promise<{ due: number, original: number, level: string }> => (await db().query<{ due: number, original: number, level: string }>(
    `select extract(epoch from due_at - clock_timestamp())::float8 / 3600 as due, extract(epoch from original_due_at - clock_timestamp())::float8 / 3600 as original, level from clocks where clock = 'verify'`)).rows[0]!
  const before = await read()
  expect(Math.abs(before.due - before.original)).toBeLessThan(0.1)
  await db().query(`update alerts set level = 'red'`)
  await tell(db(), 'a1', 'raised', 'red')
  expect(await tick(db())).toMatchObject({ tightened: 3 })
  const after = await read()
  expect([after.level, Math.abs(after.due - 2) < 0.1, Math.abs(after.original - before.original) < 0.1]).toEqual(['red', true, true])
})

test('feedback begins its clock anew, 申请改派 hands the clock to the desk, and a new unit gets a new one', async () => {
  await addToldAlert(db(), ORANGE)
  await db().query(`insert into units (name) values ('Water') on conflict do nothing`)
  await perform(db(), 'a1', 'sign')
  await perform(db(), 'a1', 'verify', {}, { detail: { finding: 'true' } })
  await perform(db(), 'a1', 'feedback')
  await tick(db())
  expect((await clocksOf(db(), 'a1')).filter(({ clock }) => clock === 'feedback')).toEqual([
    { clock: 'feedback', subject: '', n: 1, stopped: 'feedback', next: null }, { clock: 'feedback', subject: '', n: 2, stopped: null, next: 'yellow' }])
  await perform(db(), 'a1', 'request_reassign')
  await tick(db())
  const running = async (): Promise<string[]> => (await db().query<{ line: string }>(`select clock || ' ' || unit as line from clocks where stopped_at is null order by 1`)).rows.map((row) => row.line)
  expect(await running()).toEqual([`reassign ${DESK}`])
  await perform(db(), 'a1', 'reassign', desk, { detail: { unit: 'Water' } })
  await tick(db())
  expect(await running()).toEqual(['sign Mill Street', 'sign Water', 'verify Water'])
})

test('the clock of this machine is not asked: a day ahead or a year behind, the same is told', async () => {
  for (const [id, skewMs] of [['a1', 86_400_000], ['a2', -365 * 86_400_000]] as const) {
    await addToldAlert(db(), { ...ORANGE, id })
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + skewMs)
    try {
      expect(await tick(db())).toMatchObject({ started: 3, yellow: 0, red: 0 })
      await passHours(db(), 4.5)
      expect(await tick(db())).toMatchObject({ red: 2, passedOver: 2 })
    } finally {
      vi.restoreAllMocks()
    }
    await db().query(`delete from notices where reason <> 'card'; update clocks set next_step = null, next_at = null`)
  }
})

test('a snooze keeps cards back, not the deadline', async () => {
  await addToldAlert(db(), { ...ORANGE, territory: undefined as never })
  await tick(db())
  const { rows: [today] } = await db().query<{ until: string }>(`select (clock_timestamp() at time zone 'UTC')::date + 2 as until`)
  await perform(db(), 'a1', 'snooze', { ...desk, role: 'supervisor' }, { detail: { until: today!.until } })
  await tick(db())
  const { rows } = await db().query<{ at: string, held: boolean }>(`select next_at = held_until as held, next_step from clocks where clock = 'sign'`)
  expect(rows[0]).toMatchObject({ held: true, next_step: 'yellow' })
  expect((await db().query(`select due_at = original_due_at as same from clocks`)).rows.every((row) => row.same)).toBe(true)
})

test('an alert that a night took back takes its clocks with it', async () => {
  await addToldAlert(db(), ORANGE)
  await tick(db())
  await db().query('delete from alert_events; delete from alert_nights; delete from alerts')
  await passHours(db(), 5)
  expect(await tick(db())).toMatchObject({ stopped: 3, red: 0, notices: 0 })
})

test('tasks, commitments and milestones have the clock of their own date', async () => {
  await addToldAlert(db(), { ...ORANGE, territory: undefined as never })
  await perform(db(), 'a1', 'sign')
  const { rows: [day] } = await db().query<{ due: string }>(`select (clock_timestamp() at time zone 'UTC')::date + 20 as due`)
  await perform(db(), 'a1', 'add_task', {}, { detail: { unit: 'Heating', text: 'repair the pump', due: day!.due } })
  await perform(db(), 'a1', 'set_milestone', {}, { detail: { text: 'heating on', due: day!.due } })
  await tick(db())
  const { rows } = await db().query(`select clock, subject, due_on, due_at = (due_on + 1)::timestamp at time zone 'UTC' as midnight from clocks where clock in ('task', 'milestone') order by 1`)
  expect(rows).toEqual([{ clock: 'milestone', subject: '3', due_on: day!.due, midnight: true }, { clock: 'task', subject: '2', due_on: day!.due, midnight: true }])
  await perform(db(), 'a1', 'finish_task', {}, { detail: { task: '2' } })
  expect(await tick(db())).toMatchObject({ stopped: 1 })
})

test('cards and escalations stand in the timeline of the alert, between the acts', async () => {
  await addToldAlert(db(), { ...ORANGE, territory: undefined as never, night: '2024-09-01' })
  await tick(db())
  await passHours(db(), 3.5)
  await tick(db())
  await perform(db(), 'a1', 'comment')
  await passHours(db(), 1)
  await tick(db())
  const { timeline } = await readAlertLife(db(), 'a1')
  expect(timeline.map((entry) => (entry.kind === 'night' ? entry.event : entry.kind === 'act' ? entry.act : `${entry.clock} ${entry.event} ${entry.step} ${entry.owner}`))).toEqual([
    'opened', 'sign card yellow Heating', 'comment', 'sign card red Heating'])
})

test('what happened to a clock is never changed', async () => {
  await addToldAlert(db(), ORANGE)
  await tick(db())
  await expect(db().query('delete from clock_events')).rejects.toThrow(/append-only/)
  await expect(db().query(`update clock_events set why = 'x'`)).rejects.toThrow(/append-only/)
})
