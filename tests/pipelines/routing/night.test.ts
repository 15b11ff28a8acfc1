import { beforeEach, expect, test } from 'vitest'
import { act } from '../../../pipelines/alert-life/act.ts'
import type { Actor } from '../../../pipelines/alert-life/act.ts'
import { SETTINGS_DEFAULTS } from '../../../core/config.ts'
import { initialRules } from '../../../pipelines/rules.ts'
import { explainRoute } from '../../../pipelines/routing/explain.ts'
import { hashRoutingRules } from '../../../pipelines/routing/rules.ts'
import type { RoutingRule } from '../../../pipelines/routing/rules.ts'
import { addSilence, expireSilence, listSilences } from '../../../pipelines/routing/silences.ts'
import { listUnmapped } from '../../../pipelines/routing/unmapped.ts'
import { listNear, listWithheld } from '../../../pipelines/routing/withheld.ts'
import { insertRoutingVersion } from '../../../sql/routing.ts'
import { alertNight } from '../../support/alert-night.ts'
import type { SignalSpec } from '../../support/alert-night.ts'
import { freshDatabase, useDatabase } from '../../support/database.ts'
import { dumpStore } from '../../support/dump.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const MILL = 'City›North›Street›Mill'
const PARK = 'City›North›Street›Park'
const PORT = 'City›South›Quay›Port'
const NIGHTS = ['2024-09-16', '2024-09-17', '2024-09-18', '2024-09-19', '2024-09-20', '2024-09-21'] as const
const [N1, N2, N3, N4] = NIGHTS
const desk: Actor = { name: 'Wang', unit: 'Hotline desk', role: 'supervisor' }
const duty = { by: 'Wang', unit: 'Hotline desk', role: 'supervisor' }

const rule = (given: Partial<RoutingRule> & { id: string, unit: string }): RoutingRule => ({
  place: null, topic: null, co: [], author: 'desk', source: 'meeting', effectiveFrom: null, effectiveUntil: null, note: '', ...given,
})
const version = async (from: string, ...rules: RoutingRule[]): Promise<number> =>
  insertRoutingVersion(db(), { rules, hash: hashRoutingRules(rules), author: 'desk', source: 'meeting', note: '', effectiveOn: from })
const liaison = (unit: string): Actor => ({ name: `Li of ${unit}`, unit, role: 'unit_liaison' })
const does = (id: string, actor: Actor, name: Parameters<typeof act>[1]['act'], more: Partial<Parameters<typeof act>[1]> = {}): Promise<unknown> =>
  db().transaction((client) => act(client, { alertId: id, act: name, actor, version: null, ...more }))

/** Callers of one place and topic, some a day on the days before and with the night. */
const calls = (place: string, topic: string, from: string, perDay: readonly number[], unit?: string): TicketSpec[] => perDay.flatMap((n, day) => Array.from({ length: n }, (_, i) => {
  const at = new Date(Date.parse(from) + day * 86400000).toISOString().slice(0, 10)
  return { no: `${place}-${topic}-${at}-${i}`, at: `${at} 12:00:${String(i).padStart(2, '0')}`, place, topic, caller: `${place}-${topic}-${at}-${i}`, ...(unit ? { unit } : {}) }
}))

interface Told { night: string, unit: string, reason: string, place: string, status: string, error: string | null }
const told = async (night?: string): Promise<Told[]> => (await db().query<Told & Record<string, unknown>>(
  `select n.night::text as night, u.name as unit, n.reason, n.payload->>'place' as place, n.status, n.error from notices n left join units u on u.id = n.unit_id
   where $1::date is null or n.night = $1 order by n.night, n.payload->>'place', u.name, n.reason`, [night ?? null])).rows
const leads = async (night: string): Promise<Record<string, string>> => Object.fromEntries((await db().query<{ place: string, lead: string }>(
  `select p.path as place, u.name || ' by ' || n.lead_reason as lead from alert_nights n join places p on p.id = n.place_id join units u on u.id = n.lead_unit_id where n.night = $1`, [night])).rows.map((row) => [row.place, row.lead]))
const idAt = async (place: string): Promise<string> => (await db().query<{ id: string }>('select a.id from alerts a join places p on p.id = a.place_id where p.path = $1 order by a.first_night limit 1', [place])).rows[0]!.id

const mill = (observed = 6): SignalSpec => ({ place: MILL, topic: 'Heat›Cold', observed })

beforeEach(async () => {
  await db().query('truncate alerts, alert_nights, alert_events, alert_tickets, alert_series, alert_facts, alert_routes, alert_places, signals, notices, tickets, silences, silence_ends, routing_versions, routing_counts, weekly_tables, alert_acts, unit_topics, rank_items, daily_counts cascade')
  await db().query(`update units set territory_path = null`)
  await addTickets(db(), [
    ...calls(MILL, 'Heat›Cold', '2024-09-13', [0, 1, 2, 3, 1, 1, 0, 1, 0], 'Heating'), ...calls(PARK, 'Heat›Cold', '2024-09-13', [0, 1, 2, 3, 1, 1, 0, 1, 0], 'Heating'),
    ...calls(PORT, 'Noise›Night', '2024-09-13', [0, 1, 2, 3, 1, 1, 0, 1, 0]),
  ])
  await db().query(`insert into units (name, kind, territory_path) values ('Street office', 'street', 'City›North›Street') on conflict (name) do update set territory_path = excluded.territory_path`)
  await db().query(`insert into units (name) values ('Property'), ('Works'), ('Trade') on conflict do nothing`)
})

test('without rules an alert goes where its tickets went, and one that nobody owns to the desk, told by nobody to nobody', async () => {
  await alertNight(db(), N1, [mill(), { place: PORT, topic: 'Noise›Night', observed: 6 }])
  expect(await leads(N1)).toEqual({ [MILL]: 'Heating by tickets', [PORT]: 'Hotline desk by hotline_desk' })
  expect((await told()).map(({ unit, place }) => [unit, place])).toEqual([['Heating', MILL], ['Street office', MILL], ['Hotline desk', PORT]])
  // F38: what has no owner is listed, not lost.
  expect((await listUnmapped(db(), N1)).map(({ place, family, alerts }) => [place.join('›'), family, alerts.length])).toEqual([[PORT, ['Noise'], 1]])
})

test('a version of rules holds from its night on, and a night that is run again goes by the rules that it went by', async () => {
  await alertNight(db(), N1, [mill()])
  await version(N2, rule({ id: 'mill', place: MILL, unit: 'Property' }))
  await alertNight(db(), N2, [mill()])
  await version(N3, rule({ id: 'heat', topic: 'Heat', unit: '@territory', co: ['Trade'] }), rule({ id: 'gone', place: PORT, unit: 'Abolished' }))
  await alertNight(db(), N3, [mill(), { place: PORT, topic: 'Noise›Night', observed: 6 }])
  expect([await leads(N1), await leads(N2), await leads(N3)]).toEqual([
    { [MILL]: 'Heating by tickets' }, { [MILL]: 'Property by direct' }, { [MILL]: 'Street office by territory', [PORT]: 'Hotline desk by hotline_desk' }])
  const { rows } = await db().query('select night::text as night, rule, version from alert_routes where rule is not null order by night')
  expect(rows).toEqual([{ night: N2, rule: 'mill', version: expect.any(Number) as number }, { night: N3, rule: 'heat', version: expect.any(Number) as number }])
  const all = await dumpStore(db())
  for (const [night, specs] of [[N1, [mill()]], [N3, [mill(), { place: PORT, topic: 'Noise›Night', observed: 6 }]], [N2, [mill()]]] as const) await alertNight(db(), night, specs)
  expect(await dumpStore(db())).toBe(all)
})

test('who gets an alert from another unit is told that it is theirs, once', async () => {
  await alertNight(db(), N1, [mill()])
  await version(N2, rule({ id: 'mill', place: MILL, unit: 'Property' }))
  await alertNight(db(), N2, [mill()])
  await version(N3, rule({ id: 'heat', topic: 'Heat', unit: 'Heating' }))
  await alertNight(db(), N3, [mill()])
  await version(N4, rule({ id: 'mill', place: MILL, unit: 'Property' }))
  await alertNight(db(), N4, [mill()])
  expect((await told()).filter(({ night }) => night > N1).map(({ night, unit, reason, status }) => [night, unit, reason, status])).toEqual([[N2, 'Property', 'assigned', 'pending']])
})

test('the tester says what the night did, and passes over a unit that is no more', async () => {
  await version(N1, rule({ id: 'gone', place: PORT, unit: 'Abolished' }), rule({ id: 'mill', place: MILL, unit: 'Property', source: 'contract' }))
  await alertNight(db(), N1, [mill(), { place: PORT, topic: 'Noise›Night', observed: 6 }])
  const asked = await explainRoute(db(), 'Hotline desk', { alert: await idAt(PORT), date: N1 })
  expect(asked).toMatchObject({ unit: 'Hotline desk', step: 'hotline_desk', night: N1, version: expect.any(Number) as number })
  expect(asked.steps.find(({ rule: id }) => id === 'gone')).toMatchObject({ step: 'direct', outcome: 'unknown_unit', unit: 'Abolished' })
  const before = await explainRoute(db(), 'Hotline desk', { place: 'mill', topic: 'Cold', date: '2024-09-15' })
  expect([before.unit, before.version]).toEqual(['Hotline desk', null])
  expect(await explainRoute(db(), 'Hotline desk', { place: 'mill', topic: 'Cold' })).toMatchObject({ unit: 'Property', step: 'direct', rule: 'mill', territory_unit: 'Street office' })
  await expect(explainRoute(db(), 'Hotline desk', { place: 'Nowhere', topic: 'Cold' })).rejects.toMatchObject({ code: 'no_such_place' })
  await expect(explainRoute(db(), 'Hotline desk', { place: 'mill', topic: 'Unheard of' })).rejects.toMatchObject({ code: 'no_such_topic' })
})

test('of a silenced alert nobody is told, it is computed and listed as ever, and told when the silence is over', async () => {
  await alertNight(db(), N1, [mill()])
  const loud = await dumpStore(db(), ['alerts', 'alert_nights', 'alert_events', 'alert_tickets', 'alert_facts'])
  await db().query('truncate alerts, notices cascade')
  const { id } = await addSilence(db(), { place: 'Street', topic: 'Heat', level: 'orange', reason: 'boiler is replaced', knownOn: N1, until: N3 }, duty)
  await alertNight(db(), N1, [mill()])
  expect(await dumpStore(db(), ['alerts', 'alert_nights', 'alert_events', 'alert_tickets', 'alert_facts'])).toBe(loud)
  expect((await told()).map(({ status, error }) => [status, error])).toEqual([['withheld', 'silenced'], ['withheld', 'silenced']])
  expect(await listWithheld(db(), N1)).toMatchObject([{ reason: 'silenced', by: id, lead_unit: 'Heating', place: ['City', 'North', 'Street', 'Mill'] }])
  await alertNight(db(), N2, [mill()])
  expect(await told(N2)).toEqual([])
  await alertNight(db(), N3, [mill()])
  expect((await told(N3)).map(({ unit, reason, status }) => [unit, reason, status])).toEqual([['Heating', 'released', 'pending'], ['Street office', 'released', 'pending']])
  expect(await listWithheld(db(), N3)).toEqual([])
  await alertNight(db(), N4, [mill()])
  expect(await told(N4)).toEqual([])
  expect((await told()).filter(({ status }) => status === 'pending')).toHaveLength(2)
  const all = await dumpStore(db())
  await alertNight(db(), N3, [mill()])
  expect(await dumpStore(db())).toBe(all)
})

test('a silence says nothing of other places, topics, kinds, units, levels and nights', async () => {
  const heard = async (request: Partial<Parameters<typeof addSilence>[1]>, observed = 6): Promise<boolean> => {
    await db().query('truncate alerts, notices, silences, silence_ends cascade')
    await addSilence(db(), { place: 'Mill', level: 'orange', reason: 'r', knownOn: N1, until: N3, ...request }, duty)
    await alertNight(db(), N1, [mill(observed)])
    return (await told()).every(({ status }) => status === 'pending')
  }
  expect(await heard({})).toBe(false)
  expect(await heard({ place: 'City' })).toBe(false)
  expect(await heard({ place: 'Park' })).toBe(true)
  expect(await heard({ topic: 'Heat' })).toBe(false)
  expect(await heard({ topic: 'Noise' })).toBe(true)
  expect(await heard({ kind: 'emerging' })).toBe(false)
  expect(await heard({ kind: 'common' })).toBe(true)
  expect(await heard({ unit: 'Heating' })).toBe(false)
  expect(await heard({ unit: 'Works' })).toBe(true)
  expect(await heard({ level: 'blue' })).toBe(true)
  expect(await heard({ knownOn: N2 })).toBe(true)
  expect(await heard({ knownOn: '2024-09-10', until: N1 })).toBe(true)
})

test('an alert that rises above its silence is told, and a silence ended before its time holds on the nights before', async () => {
  await addSilence(db(), { place: 'Mill', level: 'blue', reason: 'r', knownOn: N1, until: N4 }, duty)
  await alertNight(db(), N1, [{ ...mill(3), verdict: 'watch' }])
  expect((await told()).map(({ error }) => error)).toEqual(['silenced', 'silenced'])
  await alertNight(db(), N2, [mill(12)])
  expect((await told(N2)).map(({ reason, status }) => [reason, status])).toEqual([['raised', 'pending'], ['raised', 'pending']])
  const { id } = await addSilence(db(), { topic: 'Noise', level: 'red', reason: 'r', knownOn: N1, until: '2024-12-01' }, duty)
  await expireSilence(db(), id, N3, 'works stopped', duty)
  await expect(expireSilence(db(), id, N3, 'again', duty)).rejects.toMatchObject({ code: 'silence_over' })
  expect((await listSilences(db(), N2)).find((one) => one.id === id)).toMatchObject({ status: 'active', ended: { on: N3, reason: 'works stopped' } })
  await alertNight(db(), N2, [mill(12), { place: PORT, topic: 'Noise›Night', observed: 6 }])
  expect((await told(N2)).filter(({ place }) => place === PORT).map(({ error }) => error)).toEqual(['silenced'])
  await alertNight(db(), N3, [mill(12), { place: PORT, topic: 'Noise›Night', observed: 6 }])
  expect((await told(N3)).filter(({ place }) => place === PORT).map(({ reason, status }) => [reason, status])).toEqual([['released', 'pending']])
})

test('a silence without an end in sight, without a subject or of somebody unknown is refused', async () => {
  const add = (request: Partial<Parameters<typeof addSilence>[1]>, actor = duty): Promise<unknown> => addSilence(db(), { place: 'Mill', level: 'orange', reason: 'r', knownOn: N1, until: N3, ...request }, actor)
  await expect(add({ until: N1 })).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(add({ until: '2026-01-01' })).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(addSilence(db(), { level: 'orange', reason: 'r', knownOn: N1, until: N3 }, duty)).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(add({ unit: 'Nobody' })).rejects.toMatchObject({ code: 'no_such_unit' })
  await expect(add({ place: 'Nowhere' })).rejects.toMatchObject({ code: 'no_such_place' })
  await expect(add({ reason: ' ' })).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(add({}, { ...duty, by: '' })).rejects.toMatchObject({ code: 'invalid_option' })
  await expect(expireSilence(db(), '999', N1, '', duty)).rejects.toMatchObject({ code: 'no_such_silence' })
  expect(await listSilences(db(), N1)).toEqual([])
})

/** Heating fails in the whole city: the city's series, and two compounds that rose even above it. */
const storm = (night: 1 | 2 = 1): SignalSpec[] => [
  { place: 'City', topic: 'Heat', observed: 12 + night, expected: 2, score: 100 }, { place: MILL, topic: 'Heat›Cold', observed: 6 }, { place: PARK, topic: 'Heat›Cold', observed: 6 },
]

test('a storm is one alert with a list of places: units of its parts are told of the whole, once', async () => {
  const counts = await alertNight(db(), N1, storm())
  expect(counts.new).toBe(3)
  const sent = (await told()).filter(({ status }) => status === 'pending')
  expect(sent.map(({ unit, reason, place }) => [unit, reason, place])).toEqual([['Heating', 'opened', 'City'], ['Street office', 'joined', 'City']])
  expect((await listWithheld(db(), N1)).map(({ reason, by }) => [reason, by])).toEqual([['inhibited', await idAt('City')], ['inhibited', await idAt('City')]])
  const { rows } = await db().query(
    `select p.path, x.callers, x.child_id is not null as part from alert_places x join places p on p.id = x.place_id where x.alert_id = $1 and x.night = $2 order by p.path`, [await idAt('City'), N1])
  expect(rows).toEqual([{ path: 'City›North›Street', callers: 12, part: false }, { path: MILL, callers: 6, part: true }, { path: PARK, callers: 6, part: true }])
  await alertNight(db(), N2, storm(2))
  expect((await told(N2)).filter(({ status }) => status === 'pending')).toEqual([])
  const all = await dumpStore(db())
  await alertNight(db(), N1, storm())
  expect(await dumpStore(db())).toBe(all)
})

test('a part that outlives its whole is told then, one that rises above it at once, and one that began long before it speaks for itself', async () => {
  await alertNight(db(), N1, storm())
  await alertNight(db(), N2, [{ place: MILL, topic: 'Heat›Cold', observed: 6 }])
  expect((await told(N2)).map(({ unit, reason, place, status }) => [unit, reason, place, status])).toEqual([['Heating', 'released', MILL, 'pending'], ['Street office', 'released', MILL, 'pending']])
  await db().query('truncate alerts, notices cascade')
  // The city is only above its usual: yellow; ten callers at a compound are orange.
  await alertNight(db(), N1, [{ place: 'City', topic: 'Heat', observed: 12, expected: 8, score: 100 }, { place: MILL, topic: 'Heat›Cold', observed: 6 }, { place: PARK, topic: 'Heat›Cold', observed: 6, windowDays: 20 }])
  const levels = (await db().query<{ path: string, level: string, held: string | null }>(
    `select p.path, n.level, r.held from alert_nights n join alert_routes r on r.alert_id = n.alert_id and r.night = n.night join places p on p.id = n.place_id where n.night = $1 order by p.path`, [N1])).rows
  expect(levels).toEqual([{ path: 'City', level: 'yellow', held: null }, { path: MILL, level: 'yellow', held: 'inhibited' }, { path: PARK, level: 'yellow', held: null }])
  await addTickets(db(), calls(MILL, 'Heat›Cold', N2, [14], 'Heating').map((ticket) => ({ ...ticket, no: `more-${ticket.no}`, caller: `more-${ticket.caller}` })))
  await alertNight(db(), N2, [{ place: 'City', topic: 'Heat', observed: 12, expected: 8, score: 100 }, { place: MILL, topic: 'Heat›Cold', observed: 20 }])
  expect((await told(N2)).filter(({ place }) => place === MILL).map(({ reason, status }) => [reason, status])).toEqual([['raised', 'pending'], ['raised', 'pending']])
})

test('an area most of whose callers are those of an alert within it opens none, and its callers are that alert\'s', async () => {
  await addTickets(db(), calls(MILL, 'Heat›Cold', N1, [3], 'Heating').map((ticket) => ({ ...ticket, no: `more-${ticket.no}`, caller: `more-${ticket.caller}` })))
  const street: SignalSpec = { place: 'City›North›Street', topic: 'Heat', observed: 14, expected: 1, windowDays: 6, score: 100 }
  await alertNight(db(), N1, [mill()])
  const id = await idAt(MILL)
  expect(await alertNight(db(), N2, [street, mill()])).toMatchObject({ new: 0, continued: 1 })
  expect((await told(N2)).filter(({ place }) => place !== MILL)).toEqual([])
  const { rows } = await db().query<{ n: number }>(`select count(*)::int as n from alert_tickets where alert_id = $1 and ticket_no like '%Park%'`, [id])
  expect(rows[0]!.n).toBeGreaterThan(0)
  const all = await dumpStore(db())
  await alertNight(db(), N2, [street, mill()])
  expect(await dumpStore(db())).toBe(all)
  // The place is quiet: the alert goes on as the area's. What a person silenced speaks for nothing but itself.
  expect(await alertNight(db(), N3, [street])).toMatchObject({ new: 0, continued: 1 })
  await alertNight(db(), N3, [mill()])
  await does(id, desk, 'snooze', { why: 'known', detail: { until: '2024-10-10' }, on: N3 })
  expect(await alertNight(db(), N4, [street, mill()])).toMatchObject({ new: 1, continued: 1 })
})

test('a whole that is silenced holds back nothing of its parts', async () => {
  await addSilence(db(), { unit: 'Heating', kind: 'emerging', level: 'red', reason: 'r', knownOn: N1, until: N3 }, duty)
  await version(N1, rule({ id: 'mill', place: MILL, unit: 'Property' }))
  await alertNight(db(), N1, storm())
  expect((await told()).filter(({ status }) => status === 'pending').map(({ unit, place }) => [unit, place])).toEqual([['Property', MILL], ['Street office', MILL]])
})

test('who signed keeps the alert; a refusal passes it on, three bring it to the desk, which names the last one for good', async () => {
  await version(N1, rule({ id: 'mill', place: MILL, unit: 'Property' }))
  await alertNight(db(), N1, [mill()])
  const id = await idAt(MILL)
  const refuses = (unit: string, on: string): Promise<unknown> => does(id, liaison(unit), 'request_reassign', { why: 'not our pipes', on })
  const names = (unit: string, on: string): Promise<unknown> => does(id, desk, 'reassign', { why: 'named', detail: { unit }, on })
  await refuses('Property', N2)
  await alertNight(db(), N2, [mill()])
  expect(await leads(N2)).toEqual({ [MILL]: 'Heating by tickets' })
  expect((await told(N2)).filter(({ reason }) => reason === 'assigned').map(({ unit }) => unit)).toEqual(['Heating'])
  const { rows } = await db().query<{ refused: number }>('select array_length(refused, 1) as refused from alert_routes where night = $1', [N2])
  expect(rows[0]!.refused).toBe(1)
  await names('Works', N2)
  await alertNight(db(), N2, [mill()])
  expect(await leads(N2)).toEqual({ [MILL]: 'Works by designated' })
  await does(id, liaison('Works'), 'sign', { on: N3 })
  await refuses('Works', N3)
  await names('Trade', N3)
  await refuses('Trade', N3)
  await alertNight(db(), N3, [mill()])
  expect(await leads(N3)).toEqual({ [MILL]: 'Hotline desk by hotline_desk' })
  // Nights before know nothing of it, and nights of the past run again see nobody's acts.
  await alertNight(db(), N1, [mill()])
  expect(await leads(N1)).toEqual({ [MILL]: 'Property by direct' })
  await alertNight(db(), N4, [mill()], { replay: true })
  expect(await leads(N4)).toEqual({ [MILL]: 'Property by direct' })
  await alertNight(db(), N4, [mill()])
  // Back to a unit that refused: for good, and a rung higher.
  await names('Works', N4)
  await alertNight(db(), N4, [mill()])
  expect(await leads(N4)).toEqual({ [MILL]: 'Works by designated' })
  await expect(refuses('Works', N4)).rejects.toMatchObject({ code: 'reassign_final', details: { n: 3, unit: 'Works' } })
  const acts = (await db().query<{ act: string, role: string, why: string, rung: string }>(`select act, role, why, detail->>'rung' as rung from alert_acts where alert_id = $1 and act = 'escalate'`, [id])).rows
  expect(acts).toEqual([{ act: 'escalate', role: 'system', why: 'Property → Works → Trade → Works', rung: 'unit_lead' }])
})

test('a refusal that the desk does not accept counts nothing', async () => {
  await alertNight(db(), N1, [mill()])
  const id = await idAt(MILL)
  await does(id, liaison('Heating'), 'request_reassign', { why: 'not ours', on: N2 })
  await does(id, desk, 'refuse_reassign', { why: 'it is', on: N2 })
  await alertNight(db(), N2, [mill()])
  expect(await leads(N2)).toEqual({ [MILL]: 'Heating by designated' })
})

test('near misses: one caller short, close to the interval, and what the rules let fall', async () => {
  const rules = initialRules(SETTINGS_DEFAULTS)
  const given = { ...rules, exceptions: [{ id: 'works', place: PORT, topic: null, minCallers: 9, author: '', source: '', effectiveFrom: null, note: '' }] }
  await alertNight(db(), N1, [
    { place: MILL, topic: 'Heat›Cold', observed: 6, expected: 2 }, { place: PARK, topic: 'Heat›Cold', observed: 4, verdict: 'watch', recurrenceDays: 60 }, { place: PORT, topic: 'Noise›Night', observed: 6 },
  ], { rules: given })
  await db().query(`insert into rule_versions (rules, hash, author, effective_on, untried_reason) values ($1, 'h', 'a', $2, 'test')`, [JSON.stringify(given), N1])
  const near = await listNear(db(), SETTINGS_DEFAULTS, N1)
  await db().query('delete from rule_versions')
  expect(near.map(({ reason, place, level, next_level, rule: by, limit }) => [reason, place.at(-1), level, next_level, by, limit])).toEqual([
    ['one_caller_short', 'Mill', 'blue', 'yellow', 'callers_5_in_7_days', null], ['below_interval', 'Park', 'blue', null, null, 100], ['below_min_callers', 'Port', null, null, 'works', 9]])
  expect((await listNear(db(), SETTINGS_DEFAULTS, N1, 'Heating')).map(({ place }) => place.at(-1))).toEqual(['Mill', 'Park'])
})

test('what exceeds a budget is ranked and listed, and what is held takes nothing of it', async () => {
  const rules = initialRules({ ...SETTINGS_DEFAULTS, alertBudgetPerUnitWeek: 1 })
  await addSilence(db(), { place: 'Mill', level: 'orange', reason: 'r', knownOn: N1, until: N2 }, duty)
  const specs = [{ ...mill(), score: 50 }, { place: PARK, topic: 'Heat›Cold', observed: 6, score: 40 }]
  await alertNight(db(), N1, specs, { rules })
  expect((await told(N1)).map(({ place, status, error }) => [place, status, error])).toEqual([
    [MILL, 'withheld', 'silenced'], [MILL, 'withheld', 'silenced'], [PARK, 'pending', null], [PARK, 'pending', null]])
  await alertNight(db(), N2, specs, { rules })
  expect((await told(N2)).map(({ reason, error }) => [reason, error])).toEqual([['released', 'over_budget'], ['released', 'over_budget']])
  expect((await listWithheld(db(), N2)).map(({ reason, place }) => [reason, place.at(-1)])).toEqual([['over_budget', 'Mill']])
})

test('what is learned later changes no night, and a Sunday counts a week once', async () => {
  const closed = (n: number, unit: string, week: string, known?: string): TicketSpec[] => Array.from({ length: n }, (_, i) => ({
    no: `${unit}-${week}-${i}`, at: `${week} 10:${String(i % 60).padStart(2, '0')}:${String(Math.floor(i / 60)).padStart(2, '0')}`, place: PARK, topic: 'Heat›Cold', unit, caller: `${unit}${i}`, closed: `${week} 18:00:00`, ...(known ? { known } : {}),
  }))
  // Closed in July, as known four weeks later: 24 by one unit, 8 by another, of a year.
  await addTickets(db(), [...closed(24, 'Heating', '2024-07-10'), ...closed(8, 'Works', '2024-07-11'), ...closed(5, 'Trade', '2024-09-12')])
  await alertNight(db(), N1, [mill()], { weekly: true })
  const suggestion = async (night: string): Promise<unknown> => (await db().query('select suggestion from alert_routes where night = $1', [night])).rows[0]!.suggestion
  const first = await suggestion(N1)
  expect(first).toMatchObject({ unit: 'Heating', closed: 24, of: 32, confidence: 'high', place: 'City›North›Street', family: 'Heat', refusals: 0, low: 0.5789, high: 0.8675 })
  // Recorded later, closed later, returned later: the Sunday's table stands.
  await addTickets(db(), closed(90, 'Property', '2024-07-12', N4))
  await alertNight(db(), N1, [mill()], { weekly: true })
  expect(await suggestion(N1)).toEqual(first)
  const fresh = await freshDatabase()
  try {
    await addTickets(fresh.db, [...calls(MILL, 'Heat›Cold', '2024-09-13', [0, 1, 2, 3], 'Heating'), ...closed(24, 'Heating', '2024-07-10'), ...closed(8, 'Works', '2024-07-11'), ...closed(90, 'Property', '2024-07-12', N4)])
    await alertNight(fresh.db, N1, [mill()], { weekly: true })
    // A store that learns of it all at once computes the same as of the night.
    expect((await fresh.db.query('select suggestion from alert_routes where night = $1', [N1])).rows[0]!.suggestion).toEqual(first)
  } finally {
    await fresh.drop()
  }
  // A refusal counts as ten tickets that others closed, from the night on that knows of it.
  const id = await idAt(MILL)
  await does(id, liaison('Heating'), 'request_reassign', { why: 'not ours', on: N2 })
  await alertNight(db(), N1, [mill()], { weekly: true })
  expect(await suggestion(N1)).toEqual(first)
  await alertNight(db(), N2, [mill()], { weekly: true })
  expect(await suggestion(N2)).toMatchObject({ unit: 'Heating', closed: 24, of: 42, refusals: 1, confidence: 'low' })
})
