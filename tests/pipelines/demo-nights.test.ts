/**
 * The seed's case, end to end on a demo city of a tenth of the size: known by its fifth caller, at the project, with the
 * street and the housing unit named; staff sweeps and a single insistent caller stay silent.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { SILENT } from '../../core/log.ts'
import { listAlerts } from '../../pipelines/alerts.ts'
import { loadDemo } from '../../pipelines/demo/load.ts'
import { runNights } from '../../pipelines/nightly.ts'
import { useDatabase } from '../support/database.ts'

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

test('the housing case is alerted by its fifth caller, with its street and the housing unit', async () => {
  const label = labels.find((one) => one.id === 'seed-case')!
  const callers = await nightsOfCallers(label)
  expect(callers.length).toBeGreaterThan(60)
  const fifth = callers[4]!
  await runNights({ db: db(), config, log: SILENT }, { from: formatDay(parseDay(callers[0]!) - 1), until: formatDay(parseDay(fifth) + 1) })
  const [city, district, street, project] = label.places[0]!
  const alert = (await listAlerts(db(), { date: fifth, all: true, locale: 'zh' })).find((one) => one.place.join() === [city, district, street, project].join())
  expect(alert).toBeDefined()
  expect(alert!.first_night <= fifth).toBe(true)
  expect(alert!.topic.join()).toMatch(/房地产|欠薪/)
  const named = [alert!.lead_unit, alert!.territory_unit, ...alert!.co_units]
  expect(named).toContain('市住房和城乡建设局')
  expect(named.some((unit) => unit?.startsWith(street!))).toBe(true)
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
