/**
 * The seed's case, end to end on a demo city of a tenth of the size: known by its fifth caller, at the project, with the
 * street and the housing unit named and reached by mail and by webhook, worked by them, struck off on evidence and looked back at; staff sweeps
 * and a single insistent caller stay silent.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { SILENT } from '../../core/log.ts'
import { act } from '../../pipelines/alert-life/act.ts'
import type { Actor, ActRequest } from '../../pipelines/alert-life/act.ts'
import { storeEvidence } from '../../pipelines/alert-life/evidence.ts'
import { backSchedule } from '../../pipelines/alert-life/milestones.ts'
import { readAlertLife } from '../../pipelines/alert-life/timeline.ts'
import { listAlerts } from '../../pipelines/alerts.ts'
import type { AlertRow } from '../../pipelines/alerts.ts'
import { loadDemo } from '../../pipelines/demo/load.ts'
import { runNights } from '../../pipelines/nightly.ts'
import { deliver, subscribe } from '../delivery/city.ts'
import { startMailbox } from '../delivery/mailbox.ts'
import { startReceiver } from '../delivery/receiver.ts'
import { useDatabase } from '../support/database.ts'
import { addDays } from '../support/days.ts'

interface Label { id: string, kind: string, should_alert: boolean, from: string, until: string, places: string[][], ticket_nos: string[] }

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-demo-'))
const config = loadConfig({ dataDir: directory }, {})
let labels: Label[]

beforeAll(async () => {
  await loadDemo({ db: db(), config, log: SILENT }, {
    seed: 11, params: { districts: 2, streets: 14, sites: 200, days: 420, ticketsPerDay: 220, housing: 1, sweeps: 3, campaigns: 2 },
  })
  labels = readFileSync(join(directory, 'labels.json'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Label)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Nights on which the n-th distinct caller of an episode became known. */
async function nightsOfCallers(label: Label): Promise<string[]> {
  const { rows } = await db().query<{ night: string }>(
    `select min(known_on) as night from tickets where ticket_no = any ($1) group by caller_key order by 1`, [label.ticket_nos])
  return rows.map((row) => row.night)
}

const HOUSING = '市住房和城乡建设局'
const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
let alert: AlertRow
let told = ''

test('the housing case is alerted by its fifth caller, and its street and the housing unit have it by mail and by webhook', async () => {
  const label = labels.find((one) => one.id === 'seed-case')!
  const callers = await nightsOfCallers(label)
  expect(callers.length).toBeGreaterThan(60)
  const fifth = callers[4]!
  const [city, district, street, project] = label.places[0]!
  const { rows: [office] } = await db().query<{ name: string }>(`select name from units where kind = 'street' and territory_path = $1`, [[city, district, street].join('›')])
  const mailbox = await startMailbox()
  const receiver = await startReceiver()
  process.env.WEISU_TEST_SMTP = mailbox.url
  writeFileSync(join(directory, 'hook.key'), KEY)
  await subscribe(db(), { id: 'street', channel: 'email', target: 'street@city.example', units: [office!.name], locale: 'zh' })
  await subscribe(db(), { id: 'housing', channel: 'webhook', target: receiver.url, secretRef: `file:${join(directory, 'hook.key')}`, units: [HOUSING], locale: 'zh' })
  try {
    for (let night = addDays(callers[0]!, -1); night <= fifth; night = addDays(night, 1)) {
      await runNights({ db: db(), config, log: SILENT }, { from: night, until: addDays(night, 1) })
      await deliver(db(), directory, { config: { smtpRef: 'env:WEISU_TEST_SMTP' } })
    }
  } finally {
    delete process.env.WEISU_TEST_SMTP
    await mailbox.close()
    await receiver.close()
  }
  told = fifth
  alert = (await listAlerts(db(), { date: fifth, all: true, locale: 'zh' })).find((one) => one.place.join() === [city, district, street, project].join())!
  expect(alert.first_night <= fifth).toBe(true)
  expect(alert.topic.join()).toMatch(/房地产|欠薪/)
  const named = [alert.lead_unit, alert.territory_unit, ...alert.co_units]
  expect(named).toContain(HOUSING)
  expect(named).toContain(office!.name)
  const [mail] = mailbox.mails.filter(({ text }) => text.includes(alert.id))
  expect(mail!.subject).toMatch(/^\[热线预警\]/)
  expect(mail!.text).toContain(project)
  const posts = receiver.posts.filter(({ body }) => body.includes(alert.id))
  expect(posts).toHaveLength(1)
  const { data } = new Webhook(KEY).verify(posts[0]!.body, posts[0]!.headers) as { data: { alerts: { alert: string, place: string[] }[] } }
  expect(data.alerts.find((one) => one.alert === alert.id)!.place.at(-1)).toBe(project)
})

test('it is signed, verified, led by a task force, reported weekly, struck off on evidence by another person, and looked back at', async () => {
  const bureau: Actor = { name: 'Sun', unit: alert.lead_unit!, role: 'unit_lead' }
  const desk: Actor = { name: 'Wang', unit: 'Hotline', role: 'supervisor' }
  const does = (actor: Actor, name: ActRequest['act'], on: string, detail: NonNullable<ActRequest['detail']> = {}, why = 'as agreed') =>
    db().transaction((client) => act(client, { alertId: alert.id, act: name, actor, version: null, detail, why, on, desk: 'Hotline' }))
  let day = addDays(told, 1)
  await does(bureau, 'sign', day)
  await does(bureau, 'verify', day, { finding: 'true' }, 'the site stands still')
  await does(bureau, 'start', day)
  await does(bureau, 'set_task_force', day, { text: 'hand over', lead: 'Director Sun', members: ['Street: Zhao', 'Justice: Ma'] })
  const steps: string[] = []
  for (const detail of await backSchedule(db(), 'funds released; handover', addDays(day, 28), day)) steps.push(String((await does(bureau, 'set_milestone', day, detail)).event.seq))
  for (let week = 1; week <= 4; week++) {
    day = addDays(day, 7)
    await does(bureau, 'feedback', day, {}, `week ${week}: on plan`)
    if (week % 2 === 0) await does(bureau, 'reach_milestone', day, { task: steps[week / 2 - 1]! })
  }
  writeFileSync(join(directory, 'handover.txt'), '520 keys')
  await does(bureau, 'add_evidence', day, { file: storeEvidence(directory, join(directory, 'handover.txt')) }, '520 keys handed over')
  await does(bureau, 'request_strike_off', day, {}, 'handed over')
  await does(desk, 'take_review', day)
  await does(desk, 'strike_off', day, {}, 'ten residents called back')
  await does(desk, 'look_back_30', addDays(day, 31), {}, 'quiet')
  const { life } = await does(desk, 'look_back_90', addDays(day, 91), {}, 'quiet')
  expect(life.state).toBe('archived')
  const { work, progress } = await readAlertLife(db(), alert.id)
  expect([work.feedback.length, progress]).toEqual([4, { planned: 2, reached: 2, of: 2 }])
})

test('sweeps and one-caller campaigns make no alert', async () => {
  const silent = labels.filter((label) => !label.should_alert)
  expect(silent.map((label) => label.kind)).toEqual(expect.arrayContaining(['sweep', 'campaign']))
  for (const label of silent) {
    const last = formatDay(parseDay(label.until) - 1)
    const from = label.kind === 'sweep' ? formatDay(parseDay(label.from) - 1) : formatDay(parseDay(last) - 3)
    await runNights({ db: db(), config, log: SILENT }, { from, until: label.until })
    const { rows } = await db().query<{ id: string }>(
      `select alert_id as id from alert_tickets join alert_nights n using (alert_id) where n.night between $1 and $2
       group by 1 having count(*) filter (where ticket_no = any ($3)) > 0.5 * count(*)`, [from, last, label.ticket_nos])
    expect(rows, label.id).toEqual([])
  }
})
