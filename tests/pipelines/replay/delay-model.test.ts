import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { createRng } from '../../../core/rng.ts'
import { readDelayModel } from '../../../pipelines/replay/delay-model.ts'
import { replay } from '../../../pipelines/replay/replay.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-delays-'))
const config = loadConfig({ dataDir: directory }, {})
const FROM = '2024-03-14'
const LAST = '2024-03-18'

beforeAll(async () => {
  const rng = createRng('delays')
  const tickets: TicketSpec[] = []
  for (let day = parseDay('2024-01-01'); day <= parseDay(LAST); day++) {
    for (let i = 0; i < 6; i++) {
      tickets.push({
        no: `n${tickets.length}`, at: `${formatDay(day)} 1${i}:00:00`, place: ['City›North', 'City›South'][rng.below(2)]!,
        topic: ['Heat›Cold', 'Noise›Night'][rng.below(2)]!, caller: `c${tickets.length}`, unit: 'Works',
      })
    }
    for (let i = 0; i < 6 && day >= parseDay(FROM); i++) tickets.push({ no: `b${day}-${i}`, at: `${formatDay(day)} 09:0${i}:00`, place: 'City›North', topic: 'Heat›Cold', caller: `b${day}-${i}` })
  }
  await addTickets(db(), tickets)
  await db().query('update tickets set recorded_assumed = true')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = (name: string, delayModel: string) => replay({ db: db(), config, log: SILENT }, {
  name, from: parseDay(FROM), until: parseDay(LAST) + 1, warmUpNights: 0, threads: 1, delayModel,
})
const lags = async (schema: string): Promise<Record<string, number>> => Object.fromEntries((await db().query<{ lag: number, n: number }>(
  `select known_on - day as lag, sum(tickets)::int as n from ${schema}.daily_counts c join places p on p.id = c.place_id
   where p.depth = 0 and c.topic_id = 1 group by 1 order by 1`)).rows.map((row) => [String(row.lag), row.n]))
const firstAlert = async (schema: string): Promise<string | null> => (await db().query<{ night: string | null }>(`select min(first_night)::text as night from ${schema}.alerts`)).rows[0]!.night

test('at once, and as many days late as asked for: counts, alerts, and the live counts as they were', async () => {
  expect((await run('none', 'none')).delay_model).toEqual({ model: 'none' })
  const live = await lags('public')
  const total = Object.values(live).reduce((sum, n) => sum + n, 0)
  expect(live).toEqual({ 0: total })
  const late = await run('late', '2')
  expect(late).toMatchObject({ assumed_arrivals: 1, delay_model: { model: 'fixed', steps: [{ days: 2, share: 1 }] } })
  expect(await lags('replay_late')).toEqual({ 2: total })
  expect(await lags('public')).toEqual(live)
  expect((await firstAlert('replay_none'))! < (await firstAlert('replay_late') ?? 'never')).toBe(true)
})

test('shares are drawn ticket by ticket, the same each time', async () => {
  await run('shares', '0:0.6,1:0.9,7:1')
  const first = await lags('replay_shares')
  const total = Object.values(first).reduce((sum, n) => sum + n, 0)
  expect(Object.keys(first)).toEqual(['0', '1', '7'])
  // 498 tickets: four standard deviations are 0.09.
  expect(Math.abs(first['0']! / total - 0.6)).toBeLessThan(0.09)
  expect(Math.abs(first['7']! / total - 0.1)).toBeLessThan(0.06)
  await run('again', '0:0.6,1:0.9,7:1')
  expect(await lags('replay_again')).toEqual(first)
})

test('another model is another replay', async () => {
  await expect(run('late', '3')).rejects.toMatchObject({ code: 'replay_changed', details: { changed: ['delay_model'] } })
})

test('a delay is learned where arrivals were recorded, and nowhere else', async () => {
  await expect(readDelayModel(db(), 'learned:test')).rejects.toMatchObject({ code: 'no_delays' })
  await db().query(`insert into sources (name, preset, city, country, time_zone) values ('feed', 'test', 'Other', 'US', 'UTC')`)
  await db().query(
    `insert into tickets select (select id from sources where name = 'feed'), ticket_no, accepted_at, recorded_at, day, day + (right(ticket_no, 1) in ('1', '2'))::int * 3,
     batch_id, row_hash, place_id, topic_id, caller_key, lead_unit_id, false from tickets where ticket_no like 'n%'`)
  const { rows } = await db().query<{ share: number }>(`select avg((known_on = day)::int)::float8 as share from tickets where not recorded_assumed`)
  const learned = await readDelayModel(db(), 'learned:feed')
  expect(learned).toMatchObject({ model: 'learned', source: 'feed', steps: [{ days: 0 }, { days: 3, share: 1 }] })
  if (learned.model === 'none') throw new Error('a model')
  expect(Math.abs(learned.steps[0]!.share - rows[0]!.share)).toBeLessThan(1e-5)
})

test('what is no model is refused', async () => {
  for (const given of ['', 'soon', '91', '0:0.5', '0:0.5,1:0.4', '1:0.5,0:1', '0:0.5,1:1.2', '-1']) {
    await expect(readDelayModel(db(), given)).rejects.toMatchObject({ code: 'invalid_option' })
  }
})
