/** A night derives its rows of the inbox once at its end; they are those that the triggers write one by one. */
import { beforeAll, expect, test } from 'vitest'
import type { AlertCounts } from '../../pipelines/alert.ts'
import type { Queryable } from '../../sql/db.ts'
import { deriveInboxAfter } from '../../sql/inbox-refresh.ts'
import { alertNight } from '../support/alert-night.ts'
import type { SignalSpec } from '../support/alert-night.ts'
import { perform } from '../support/clocks.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'

const db = useDatabase()

class Undone extends Error {}

/** Everything but the instant of a change, of which it matters whether it was tonight. */
async function rows(client: Queryable): Promise<unknown[]> {
  return (await client.query(`select to_jsonb(i) - 'xact' - 'changed_at' as row, i.changed_at >= now() as changed from inbox_items i order by alert_id`)).rows
}

/** The inbox that the night would leave; the night is taken back. */
async function inboxAfter(date: string, signals: readonly SignalSpec[], way: 'at once' | 'by triggers'): Promise<unknown[]> {
  let found: unknown[] = []
  await alertNight(db(), date, signals, {
    around: async (client, work) => {
      const counts = way === 'at once' ? await deriveInboxAfter(client, date, work) : await work()
      if (way === 'by triggers') await client.query('set constraints all immediate')
      found = await rows(client)
      throw Object.assign(new Undone(), { counts })
    },
  }).catch((error: unknown): AlertCounts | undefined => {
    if (!(error instanceof Undone)) throw error
    return undefined
  })
  return found
}

const HEAT: SignalSpec = { place: 'City›North›Mill', topic: 'Heat', observed: 5, windowDays: 7 }
const NOISE: SignalSpec = { place: 'City›South›Port', topic: 'Noise', observed: 6, windowDays: 7 }
const WIDE: SignalSpec = { place: 'City›North', topic: 'Heat', observed: 9, windowDays: 7, score: 1 }

beforeAll(async () => {
  const spec = (place: string, topic: string, unit: string, k: number, day: number): Parameters<typeof addTickets>[1][number] =>
    ({ no: `${place}-${k}-${day}`, at: `2024-09-${String(day).padStart(2, '0')} 0${k}:00:00`, place, topic, unit, caller: `${place}-${k}-${day}`, content: 'again' })
  await addTickets(db(), [1, 3, 5, 7, 9, 11].flatMap((day) => [0, 1, 2, 3, 4, 5].flatMap((k) => [
    spec('City›North›Mill', 'Heat', 'Heating', k, day), spec('City›South›Port', 'Noise', 'Works', k, day), spec('City›North›Lake', 'Heat', 'Heating', k, day)])))
})

test('night by night the inbox at once is the inbox by triggers: new, going on, silenced, acted on, run again, ended, come back', async () => {
  let seen = 0
  const night = async (date: string, signals: readonly SignalSpec[]): Promise<void> => {
    const expected = await inboxAfter(date, signals, 'by triggers')
    expect(await inboxAfter(date, signals, 'at once'), date).toEqual(expected)
    await alertNight(db(), date, signals)
    expect((await rows(db())).map((row) => (row as { row: unknown }).row), date).toEqual(expected.map((row) => (row as { row: unknown }).row))
    seen += expected.filter((row) => (row as { changed: boolean }).changed).length
  }
  await night('2024-09-01', [HEAT])
  await night('2024-09-03', [HEAT, NOISE])
  await db().query(`insert into silences (place_path, level, reason, by_whom, known_on, until_on) values ('City›South', 'red', 'r', 'w', '2024-09-04', '2024-09-08')`)
  await night('2024-09-05', [{ ...HEAT, observed: 15 }, { ...NOISE, observed: 12 }, WIDE])
  const { rows: [heat] } = await db().query<{ id: string }>(`select a.id from alerts a join places p on p.id = a.place_id where p.path like 'City›North%' order by 1 limit 1`)
  await perform(db(), heat!.id, 'sign', { unit: 'Heating' }, { on: '2024-09-06' })
  await night('2024-09-07', [HEAT])
  await night('2024-09-07', [HEAT])
  for (const act of ['verify', 'start', 'request_strike_off'] as const) await perform(db(), heat!.id, act, { unit: 'Heating' }, { on: '2024-09-08', detail: { finding: 'true' } })
  await perform(db(), heat!.id, 'strike_off', { by: 'Wang', unit: 'Desk', role: 'supervisor' }, { on: '2024-09-08' })
  await night('2024-09-11', [{ ...HEAT, observed: 12 }])
  await night('2024-10-20', [])
  expect(seen).toBeGreaterThan(5)
  const { rows: kinds } = await db().query<{ kind: string }>('select distinct kind from alert_events')
  expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['opened', 'continued', 'raised', 'returned', 'split']))
  expect((await db().query(`select from inbox_items where status = 'ended'`)).rowCount).toBeGreaterThan(0)
  expect((await db().query(`select from inbox_items where withheld = 'silenced'`)).rowCount).toBeGreaterThan(0)
})

test('what the transaction writes after the night is noted as ever, and no other transaction is told to wait', async () => {
  await db().transaction(async (client) => {
    await deriveInboxAfter(client, '2024-09-01', () => client.query(`update alerts set level = 'red'`))
    expect((await client.query(`select from inbox_items where level <> 'red'`)).rowCount).toBe(0)
    await client.query(`update alerts set level = 'blue'`)
  })
  expect((await db().query(`select from inbox_items where level <> 'blue'`)).rowCount).toBe(0)
  await db().query(`update alerts set level = 'yellow'`)
  expect((await db().query(`select from inbox_items where level <> 'yellow'`)).rowCount).toBe(0)
})
