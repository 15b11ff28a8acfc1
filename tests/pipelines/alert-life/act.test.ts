import { beforeAll, expect, test } from 'vitest'
import { act, readLife } from '../../../pipelines/alert-life/act.ts'
import type { Acted, Actor, ActRequest } from '../../../pipelines/alert-life/act.ts'
import { partyOf } from '../../../pipelines/alert-life/fold.ts'
import { addAlert } from '../../support/alerts.ts'
import { useDatabase } from '../../support/database.ts'

const db = useDatabase()
const li: Actor = { name: 'Li', unit: 'Heating', role: 'unit_liaison' }
const wang: Actor = { name: 'Wang', unit: 'Supervision', role: 'supervisor' }
const street: Actor = { name: 'Zhao', unit: 'Mill Street', role: 'territory_lead' }

let made = 0
/** A new alert, and how to act on it. */
async function alert(spec: { co?: string[], territory?: string } = {}): Promise<{ id: string, does: (actor: Actor, name: ActRequest['act'], more?: Partial<ActRequest>) => Promise<Acted> }> {
  const id = `a${++made}`
  await addAlert(db(), { id, place: `City›North›P${made}`, ...spec })
  return { id, does: (actor, name, more = {}) => db().transaction((client) => act(client, { alertId: id, act: name, actor, version: null, ...more })) }
}

beforeAll(async () => {
  await addAlert(db(), { id: 'base', lead: 'Roads' })
})

test('an alert goes from its signature to its archive, each step by whom and with what it needs', async () => {
  const { id, does } = await alert()
  await does(li, 'sign', { on: '2024-09-02' })
  await expect(does(li, 'start', { on: '2024-09-02' })).rejects.toMatchObject({ code: 'act_not_now', details: { state: 'signed', version: 1 } })
  await expect(does(li, 'verify', { detail: { finding: 'true' }, on: '2024-09-02' })).rejects.toMatchObject({ code: 'act_needs_why' })
  await does(li, 'verify', { detail: { finding: 'true' }, why: 'boiler is cold', on: '2024-09-02' })
  await expect(does(wang, 'dismiss', { why: 'nothing', on: '2024-09-02' })).rejects.toMatchObject({ code: 'not_found_false' })
  await does(li, 'start', { on: '2024-09-03' })
  await does(li, 'request_strike_off', { why: 'boiler replaced', on: '2024-09-20' })
  await expect(does(li, 'strike_off', { why: 'done' })).rejects.toMatchObject({ code: 'role_may_not' })
  await expect(does({ ...wang, name: ' LI ' }, 'strike_off', { why: 'done' })).rejects.toMatchObject({ code: 'same_person' })
  await does(wang, 'take_review', { on: '2024-09-21' })
  const { life } = await does(wang, 'strike_off', { why: 'seen on the spot', on: '2024-09-21' })
  expect(life).toMatchObject({ state: 'struck_off', version: 6, struckOffOn: '2024-09-21', finding: 'true' })
  await expect(does(wang, 'look_back_30', { why: 'quiet', on: '2024-10-20' })).rejects.toMatchObject({ code: 'too_early', details: { left: 1 } })
  await does(wang, 'look_back_30', { why: 'quiet', on: '2024-10-21' })
  expect((await does(wang, 'look_back_90', { why: 'quiet', on: '2024-12-20' })).life.state).toBe('archived')
  const { rows } = await db().query('select verdict, known_on, by_whom from alert_verdicts where alert_id = $1', [id])
  expect(rows).toEqual([{ verdict: 'true', known_on: '2024-09-02', by_whom: 'Li (Heating)' }])
})

test('of two people who saw the same version one wins, the other is told the present state (F26)', async () => {
  const { id, does } = await alert()
  await does(li, 'sign')
  const tries: Parameters<typeof does>[] = [
    [wang, 'reassign', { version: 1, why: 'pipes are theirs', detail: { unit: 'Roads' } }],
    [li, 'verify', { version: 1, why: 'cold', detail: { finding: 'partly' } }],
    [wang, 'snooze', { version: 1, why: 'repair under way', detail: { until: '2999-01-01' } }],
    [wang, 'comment', { version: 1, why: 'seen' }],
  ]
  tries[2]![2]!.detail = { until: await inDays(10) }
  const results = await Promise.allSettled(tries.map((args) => does(...args)))
  const won = results.filter((result) => result.status === 'fulfilled')
  const lost = results.filter((result) => result.status === 'rejected').map((result) => result.reason as { code: string, details: Record<string, unknown> })
  expect(won).toHaveLength(1)
  const { life, events } = await readLife(db(), id)
  expect(lost.map(({ code, details }) => [code, details.state, details.version, details.seen])).toEqual(Array.from({ length: 3 }, () => ['conflict', life.state, 2, 1]))
  expect(events.map((event) => event.seq)).toEqual([1, 2])
})

test('what was done cannot be changed or taken back', async () => {
  const { id, does } = await alert()
  await does(li, 'sign')
  await expect(db().query(`update alert_acts set why = 'other' where alert_id = $1`, [id])).rejects.toThrow('append-only')
  await expect(db().query('delete from alert_acts where alert_id = $1', [id])).rejects.toThrow('append-only')
})

test('a unit that refuses is replaced; the new lead begins anew, and the old one is out', async () => {
  const { does } = await alert()
  expect((await does(li, 'request_reassign', { why: 'not our pipes' })).life).toMatchObject({ state: 'reassign_requested', refusals: 1 })
  await expect(does(li, 'sign')).rejects.toMatchObject({ code: 'act_not_now' })
  expect((await does(wang, 'refuse_reassign', { why: 'they are' })).life.state).toBe('unsigned')
  await does(li, 'request_reassign', { why: 'truly not' })
  await expect(does(wang, 'reassign', { why: 'so be it', detail: { unit: 'Nobody' } })).rejects.toMatchObject({ code: 'no_such_unit' })
  const { life } = await does(wang, 'reassign', { why: 'so be it', detail: { unit: 'Roads' } })
  expect(life.parties).toEqual([{ unit: 'Heating', kind: 'lead', state: 'released' }, { unit: 'Roads', kind: 'lead', state: 'unsigned' }])
  await expect(does(li, 'sign')).rejects.toMatchObject({ code: 'not_a_party' })
  expect((await does({ ...li, name: 'Chen', unit: 'Roads' }, 'sign')).life.state).toBe('signed')
})

test('a joint unit signs, refuses and is replaced without moving the alert', async () => {
  const { does } = await alert({ territory: 'Mill Street', co: ['Roads'] })
  await does(li, 'sign')
  await expect(does(street, 'verify', { why: 'x', detail: { finding: 'true' } })).rejects.toMatchObject({ code: 'not_lead_unit' })
  expect((await does(street, 'sign')).life.state).toBe('signed')
  const refused = await does({ name: 'Chen', unit: 'Roads', role: 'unit_liaison' }, 'request_reassign', { why: 'not ours' })
  expect(refused.life.state).toBe('signed')
  expect(partyOf(refused.life, 'Roads')).toEqual({ unit: 'Roads', kind: 'co', state: 'refused' })
  await db().query(`insert into units (name) values ('Water') on conflict do nothing`)
  const { life } = await does(wang, 'reassign', { why: 'water then', detail: { unit: 'Water', from: 'Roads' } })
  expect(life.parties.map((party) => `${party.unit} ${party.kind} ${party.state}`)).toEqual(['Heating lead signed', 'Mill Street territory signed', 'Roads co released', 'Water co unsigned'])
})

test('a merged alert is split off again where it was, and the other one knows', async () => {
  const one = await alert()
  const other = await alert()
  await one.does(li, 'sign')
  await expect(one.does(wang, 'merge', { why: 'same boiler', detail: { into: one.id } })).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(one.does(wang, 'merge', { why: 'same boiler', detail: { into: 'none' } })).rejects.toMatchObject({ code: 'no_such_alert' })
  expect((await one.does(wang, 'merge', { why: 'same boiler', detail: { into: other.id } })).life).toMatchObject({ state: 'merged', mergedInto: other.id })
  await expect(other.does(wang, 'merge', { why: 'back', detail: { into: one.id } })).rejects.toMatchObject({ code: 'target_not_live' })
  expect((await readLife(db(), other.id)).events.map((event) => [event.act, event.detail.from_alert])).toEqual([['absorb', one.id]])
  expect((await one.does(wang, 'split', { why: 'two boilers' })).life).toMatchObject({ state: 'signed', mergedInto: null })
})

test('a level goes down a step at a time, by the desk, seven quiet nights after the last rise', async () => {
  const { does } = await alert()
  await expect(does(wang, 'lower_level', { why: 'calm', detail: { level: 'blue' }, on: '2024-09-08' })).rejects.toMatchObject({ code: 'not_quiet' })
  await expect(does(wang, 'lower_level', { why: 'calm', detail: { level: 'orange' }, on: '2024-09-09' })).rejects.toMatchObject({ code: 'invalid_option' })
  expect((await does(wang, 'lower_level', { why: 'calm', detail: { level: 'blue' }, on: '2024-09-09' })).life.lowered).toEqual({ level: 'blue', knownOn: '2024-09-09' })
})

test('a strike-off waits for open tasks, and a task is finished by its own unit', async () => {
  const { does } = await alert({ co: ['Roads'] })
  const chen: Actor = { name: 'Chen', unit: 'Roads', role: 'unit_liaison' }
  for (const step of ['sign', 'verify', 'start'] as const) await does(li, step, { why: 'cold', detail: { finding: 'true' } })
  await expect(does(chen, 'add_task', { detail: { unit: 'Roads', text: 'open the road' } })).rejects.toMatchObject({ code: 'not_lead_unit' })
  const { event } = await does(li, 'add_task', { detail: { unit: 'Roads', text: 'open the road', due: '2024-10-01' } })
  const task = String(event.seq)
  await expect(does(li, 'request_strike_off', { why: 'repaired' })).rejects.toMatchObject({ code: 'tasks_open', details: { tasks: [task] } })
  await expect(does(li, 'finish_task', { why: 'ok', detail: { task } })).rejects.toMatchObject({ code: 'task_of_another' })
  await does(chen, 'finish_task', { why: 'opened', detail: { task } })
  expect((await does(li, 'request_strike_off', { why: 'repaired' })).life.state).toBe('strike_off_requested')
})

test('an alert that was never seen, a day to come and an empty name are refused', async () => {
  const { does } = await alert()
  await expect(db().transaction((client) => act(client, { alertId: 'none', act: 'sign', actor: li, version: null }))).rejects.toMatchObject({ code: 'no_such_alert' })
  await expect(does(li, 'sign', { on: await inDays(1) })).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(does({ ...li, name: ' ' }, 'sign')).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(does(li, 'sing' as 'sign')).rejects.toMatchObject({ code: 'invalid_option' })
})

/** A day so many days after today by the database. */
async function inDays(days: number): Promise<string> {
  return (await db().query<{ day: string }>(`select ((clock_timestamp() at time zone 'UTC')::date + $1::int)::date as day`, [days])).rows[0]!.day
}

test('an act tells whom it concerns in its own transaction, and nobody where it is entered later or refused', async () => {
  const { id, does } = await alert({ co: ['Roads'], territory: 'Mill Street' })
  await db().query(`insert into units (name, kind) values ('Hotline', 'hotline') on conflict do nothing`)
  const desk = { desk: 'Hotline' }
  const told = async (): Promise<string[]> => (await db().query<{ line: string }>(
    `select concat_ws(' ', n.reason, u.name, n.status) as line from notices n join units u on u.id = n.unit_id where n.alert_id = $1 order by n.night, n.payload->>'note', 1`, [id])).rows.map((row) => row.line).sort()
  await does(li, 'sign', { ...desk, on: '2024-09-02' })
  await does(li, 'add_task', { ...desk, why: '', detail: { unit: 'Roads', text: 'open the road', due: '2024-09-10' }, on: '2024-09-02' })
  expect(await told()).toEqual(['task Roads withheld'])
  await does(li, 'add_task', { ...desk, detail: { unit: 'Roads', text: 'close it', due: '2027-09-10' } })
  await expect(db().transaction(async (client) => {
    await act(client, { alertId: id, act: 'request_reassign', actor: li, version: null, why: 'no', ...desk })
    throw new Error('the caller gives up')
  })).rejects.toThrow('gives up')
  expect(await told()).toEqual(['task Roads pending', 'task Roads withheld'])
  await does(li, 'request_reassign', { ...desk, why: 'not ours' })
  await does(wang, 'reassign', { ...desk, why: 'then theirs', detail: { unit: 'Roads' } })
  await does(wang, 'escalate', { ...desk, why: 'late', detail: { rung: 'street' } })
  expect(await told()).toEqual(['escalated Hotline pending', 'escalated Mill Street pending', 'escalated Roads pending', 'reassigned Roads pending', 'refused Hotline pending', 'task Roads pending', 'task Roads withheld'])
})
