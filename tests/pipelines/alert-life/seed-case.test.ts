/** The case that the project began with, end to end but for the channels: a stalled housing project, told by the fifth caller, followed until it is handed over and for 90 days after. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { createRng } from '../../../core/rng.ts'
import { act } from '../../../pipelines/alert-life/act.ts'
import type { Acted, Actor, ActRequest } from '../../../pipelines/alert-life/act.ts'
import { readEvidenceFile, storeEvidence } from '../../../pipelines/alert-life/evidence.ts'
import { backSchedule } from '../../../pipelines/alert-life/milestones.ts'
import { readStrikeOffOutcomes } from '../../../pipelines/alert-life/outcome.ts'
import { readAlertLife } from '../../../pipelines/alert-life/timeline.ts'
import { listAlerts } from '../../../pipelines/alerts.ts'
import { runNight, runNights } from '../../../pipelines/nightly.ts'
import type { NightDeps } from '../../../pipelines/nightly.ts'
import { useDatabase } from '../../support/database.ts'
import { addDays } from '../../support/days.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-seed-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const deps = (): NightDeps => ({ db: db(), config: { ...loadConfig({ dataDir: directory }, {}), settings: loadConfig({}, {}).settings }, log: SILENT })

const FIRST = '2024-06-01'
const BEGINS = '2024-09-10'
const PROJECT = 'City›North›Mill Street›Phoenix'
/** Callers on each day from `BEGINS` on; the fifth calls on the third day. */
const CALLERS = [1, 2, 2, 3, 4, 3]

function town(): TicketSpec[] {
  const rng = createRng('seed-case')
  const tickets: TicketSpec[] = []
  const places = [PROJECT, 'City›North›Mill Street›Park', 'City›North›Lake Street›Shore', 'City›South›Quay›Port', 'City›South›Quay›Dock']
  const topics = ['Noise›Night', 'Noise›Day', 'Roads›Hole', 'Heat›Cold']
  for (let day = 0; day < 300; day++) {
    const date = addDays(FIRST, day)
    for (let i = rng.poisson(4); i > 0; i--) {
      tickets.push({ no: `n${tickets.length}`, at: `${date} ${String(8 + rng.below(10)).padStart(2, '0')}:00:00`, place: places[rng.below(5)]!, topic: topics[rng.below(4)]!, caller: `c${rng.below(100000)}`, unit: 'Works' })
    }
    // Handovers are asked about now and then, elsewhere.
    if (day % 9 === 0) tickets.push({ no: `q${day}`, at: `${date} 11:00:00`, place: places[1 + rng.below(4)]!, topic: 'Housing›Handover late', caller: `q${day}`, unit: 'Housing Bureau' })
  }
  CALLERS.forEach((n, day) => {
    for (let i = 0; i < n; i++) tickets.push({ no: `p${day}-${i}`, at: `${addDays(BEGINS, day)} 10:0${i}:00`, place: PROJECT, topic: 'Housing›Handover late', caller: `owner${day}-${i}`, unit: 'Housing Bureau' })
  })
  return tickets
}

const zhao: Actor = { name: 'Zhao', unit: 'Mill Street Office', role: 'territory_lead' }
const sun: Actor = { name: 'Sun', unit: 'Housing Bureau', role: 'unit_liaison' }
const wang: Actor = { name: 'Wang', unit: 'Hotline', role: 'supervisor' }

let id = ''
const does = (actor: Actor, name: ActRequest['act'], on: string, detail: NonNullable<ActRequest['detail']> = {}, why = 'as agreed'): Promise<Acted> =>
  db().transaction((client) => act(client, { alertId: id, act: name, actor, version: null, detail, why, on, desk: 'Hotline' }))

beforeAll(async () => {
  await addTickets(db(), town())
  await db().query(`insert into units (name, kind, territory_path) values ('Mill Street Office', 'street', 'City›North›Mill Street')`)
})

test('the project is told by its fifth caller, to the bureau and to the street', async () => {
  await runNights(deps(), { from: addDays(BEGINS, -1), until: addDays(BEGINS, 6) })
  const [alert] = (await listAlerts(db(), { all: true, locale: 'en' })).filter((row) => row.place.at(-1) === 'Phoenix')
  id = alert!.id
  const { rows } = await db().query<{ callers: number }>('select callers from alert_nights where alert_id = $1 order by night limit 1', [id])
  expect(rows[0]!.callers).toBeLessThanOrEqual(5)
  const told = await db().query<{ unit: string, reason: string }>('select distinct u.name as unit, n.reason from notices n join units u on u.id = n.unit_id where n.alert_id = $1 order by 2, 1', [id])
  expect(told.rows.filter((row) => row.reason === 'opened').map((row) => row.unit)).toEqual(['Housing Bureau', 'Mill Street Office'])
  expect([alert!.lead_unit, alert!.territory_unit]).toEqual(['Housing Bureau', 'Mill Street Office'])
})

test('it goes to the street by the desk\'s word, is verified, led by a task force, reported weekly, and built back from its last day', async () => {
  let day = addDays(BEGINS, 6)
  await does(sun, 'request_reassign', day, {}, 'the street leads, we assist')
  await does(wang, 'reassign', day, { unit: 'Mill Street Office' })
  await does(wang, 'add_unit', day, { unit: 'Housing Bureau', kind: 'co' })
  await does(zhao, 'sign', day)
  await does(sun, 'sign', day)
  await does(zhao, 'verify', addDays(day, 1), { finding: 'true' }, 'site stands still')
  await does(zhao, 'start', addDays(day, 1))
  await does(zhao, 'set_task_force', addDays(day, 1), { text: 'hand over', lead: 'Director Zhao', members: ['Housing: Sun', 'Justice: Ma'] })
  const steps = await backSchedule(db(), 'funds released; roof closed; handover', addDays(day, 43), addDays(day, 1))
  const numbers: string[] = []
  for (const detail of steps) numbers.push(String((await does(zhao, 'set_milestone', addDays(day, 1), detail)).event.seq))
  expect(steps.at(-1)).toEqual({ text: 'handover', due: addDays(day, 43) })
  const task = String((await does(zhao, 'add_task', addDays(day, 1), { unit: 'Housing Bureau', text: 'watch the escrow account', due: addDays(day, 30) })).event.seq)
  const promise = String((await does(zhao, 'commit', addDays(day, 1), { party: 'Developer', text: 'crane back on site', due: addDays(day, 14) })).event.seq)
  for (let week = 1; week <= 6; week++) {
    day = addDays(day, 7)
    await does(zhao, 'hold_meeting', day, { text: `week ${week}`, present: ['Developer', 'Builder', 'Residents\' representative', 'Housing Bureau'] })
    await does(zhao, 'feedback', day, {}, `week ${week}: on plan`)
    if (week === 2) await does(zhao, 'settle_commitment', day, { task: promise, kept: true })
    if (week === 4) await does(sun, 'finish_task', day, { task })
    if (week % 2 === 0) await does(zhao, 'reach_milestone', day, { task: numbers[week / 2 - 1]! })
  }
  const { work, progress, state } = await readAlertLife(db(), id)
  expect([state, progress]).toEqual(['handling', { planned: 3, reached: 3, of: 3 }])
  expect([work.meetings.length, work.feedback.length, work.tasks[0]!.state, work.commitments[0]!.state]).toEqual([6, 6, 'done', 'kept'])
})

test('it is struck off by another person on evidence, looked back at, and nothing came after', async () => {
  const day = addDays(BEGINS, 50)
  const path = join(directory, 'handover.txt')
  writeFileSync(path, '520 keys')
  const file = storeEvidence(directory, path)
  await does(zhao, 'add_evidence', day, { file }, '520 keys handed over')
  await does(zhao, 'request_strike_off', day, {}, 'handed over')
  await expect(does({ ...wang, name: 'Zhao' }, 'strike_off', day)).rejects.toMatchObject({ code: 'same_person' })
  await does(wang, 'take_review', addDays(day, 1))
  await does(wang, 'strike_off', addDays(day, 1), {}, 'ten residents called back')
  expect(readEvidenceFile(directory, file.sha256).toString()).toBe('520 keys')
  await does(wang, 'look_back_30', addDays(day, 31), {}, 'quiet')
  const { life } = await does(wang, 'look_back_90', addDays(day, 91), {}, 'quiet')
  expect([life.state, life.round]).toEqual(['archived', 1])
  await runNight(deps(), { date: addDays(day, 92) })
  const [outcome] = await readStrikeOffOutcomes(db(), addDays(day, 92), id)
  expect(outcome).toMatchObject({ alert_id: id, struck_off_on: addDays(day, 1), returned_on: null })
  expect(outcome!.after.map(({ days, tickets, callers }) => [days, tickets, callers])).toEqual([[30, 0, 0], [90, 0, 0]])
  const { timeline } = await readAlertLife(db(), id)
  expect(timeline.filter((line) => line.kind === 'act').map((line) => line.act)).toEqual(expect.arrayContaining(['sign', 'verify', 'set_task_force', 'strike_off', 'look_back_30', 'look_back_90']))
  // Entered later: the acts are told to nobody, the nights' notices stay as they were.
  const { rows } = await db().query<{ n: number }>(`select count(*)::int as n from notices where status = 'pending' and alert_id = $1 and reason not in ('opened', 'raised', 'widened')`, [id])
  expect(rows[0]!.n).toBe(0)
})
