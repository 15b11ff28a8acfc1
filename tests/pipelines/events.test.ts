import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { parseDay } from '../../core/days.ts'
import { SILENT } from '../../core/log.ts'
import { addEvent, confirmAlert, excludedDays, listEvents, removeEvent } from '../../pipelines/events.ts'
import { runNight } from '../../pipelines/nightly.ts'
import { forgetNight } from '../../sql/alerts.ts'
import type { KnownEvent } from '../../sql/events.ts'
import { useDatabase } from '../support/database.ts'
import { addPlace, addTickets, addTopic } from '../support/tickets.ts'

const db = useDatabase()
const day = parseDay
const directory = mkdtempSync(join(tmpdir(), 'weisu-events-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const request = { place: 'City/North', from: day('2024-03-01'), until: day('2024-03-04'), knownOn: day('2024-03-10'), note: '' }

test('an event is added by paths as people type them, listed by names, and removed by its id', async () => {
  await addPlace(db(), 'City›North›Mill')
  await addTopic(db(), 'Water›Leak')
  const added = await addEvent(db(), { ...request, topic: 'leak', note: 'burst main' })
  expect(added).toEqual({
    id: expect.any(Number), place: ['City', 'North'], topic: ['Water', 'Leak'], from: '2024-03-01', until: '2024-03-04', known_on: '2024-03-10',
    note: 'burst main', alert_id: null,
  })
  const everything = await addEvent(db(), request)
  expect(everything.topic).toEqual([])
  expect(await listEvents(db())).toEqual([added, everything])
  expect(await removeEvent(db(), String(added.id))).toEqual(added)
  expect(await removeEvent(db(), String(everything.id))).toEqual(everything)
  expect(await listEvents(db())).toEqual([])
  for (const id of [String(added.id), 'x', '1e0']) await expect(removeEvent(db(), id)).rejects.toThrow(`no event has the id ${id}`)
})

test('an unknown place or topic is refused with near names, and nothing is added', async () => {
  await expect(addEvent(db(), { ...request, place: 'City/Nort' })).rejects.toMatchObject({ code: 'no_such_place', details: { near: expect.arrayContaining(['City›North']) as string[] } })
  await expect(addEvent(db(), { ...request, topic: 'Watr' })).rejects.toMatchObject({ code: 'no_such_topic', details: { near: expect.arrayContaining(['Water']) as string[] } })
  expect(await listEvents(db())).toEqual([])
})

/** An alert at Mill about Water, of the nights given, the first of which judged a week. */
async function alert(id: string, nights: string[]): Promise<void> {
  const place = await addPlace(db(), 'City›North›Mill')
  const leak = await addTopic(db(), 'Water›Leak')
  const family = await addTopic(db(), 'Water')
  await db().query(`insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night) values ($1, 'emerging', 'blue', 'open', $2, $3, $4, $5, $6)
    on conflict (id) do update set last_night = excluded.last_night`, [id, place, leak, family, nights[0], nights.at(-1)])
  for (const [i, night] of nights.entries()) {
    await db().query(`insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
      values ($1, $2, 'blue', $3, $4, 9, 9, 9, 1, 4, $5, -5, 200, 1) on conflict do nothing`, [id, night, place, leak, i === 0 ? 7 : 28])
  }
}

test('a confirmed alert is an event of its family from its first window to its last night, however often it is confirmed', async () => {
  await alert('a1', ['2024-04-10', '2024-04-12'])
  const event = await confirmAlert(db(), 'a1', day('2024-04-13'), 'true')
  expect(event).toMatchObject({ place: ['City', 'North', 'Mill'], topic: ['Water'], from: '2024-04-04', until: '2024-04-13', known_on: '2024-04-13', note: 'true', alert_id: 'a1' })
  expect(await confirmAlert(db(), 'a1', day('2024-04-20'), '')).toEqual(event)
  // What was known on the 13th stays as it was known; the days since then are another event.
  await alert('a1', ['2024-04-10', '2024-04-12', '2024-04-18'])
  expect(await confirmAlert(db(), 'a1', day('2024-04-20'), '')).toMatchObject({ from: '2024-04-04', until: '2024-04-19', known_on: '2024-04-20', alert_id: 'a1' })
  expect((await listEvents(db())).map(({ until }) => until)).toEqual(['2024-04-13', '2024-04-19'])
  await expect(confirmAlert(db(), 'nobody', day('2024-04-20'), '')).rejects.toMatchObject({ code: 'no_such_alert' })
})

test('an event outlives its alert, and finds it again', async () => {
  await db().query('delete from known_events')
  await alert('a2', ['2024-05-10'])
  const event = await confirmAlert(db(), 'a2', day('2024-05-11'), '')
  await forgetNight(db(), '2024-05-10')
  expect(await listEvents(db())).toEqual([{ ...event, alert_id: null }])
  await alert('a2', ['2024-05-10'])
  expect(await confirmAlert(db(), 'a2', day('2024-05-20'), '')).toEqual(event)
})

test('a night runs again when an event came to be known by it, and not for one that is known only later', async () => {
  await db().query('delete from known_events')
  await addTickets(db(), [{ no: 't1', at: '2024-06-01 08:00:00', place: 'City›North›Mill', topic: 'Water›Leak', caller: 'ann' }])
  const deps = { db: db(), config: loadConfig({ dataDir: directory }, {}), log: SILENT }
  const reused = async (): Promise<boolean> => (await runNight(deps, { date: '2024-06-01' })).reused
  expect([await reused(), await reused()]).toEqual([false, true])
  await addEvent(db(), { ...request, knownOn: day('2024-06-02') })
  expect(await reused()).toBe(true)
  const { id } = await addEvent(db(), { ...request, knownOn: day('2024-06-01') })
  expect([await reused(), await reused()]).toEqual([false, true])
  await addEvent(db(), { ...request, from: day('2024-06-02'), until: day('2024-07-01'), knownOn: day('2024-06-01') })
  expect(await reused()).toBe(true)
  await removeEvent(db(), String(id))
  expect(await reused()).toBe(false)
})

const TREE = new Map([[1, { rollup: [1] }], [2, { rollup: [1, 2] }], [3, { rollup: [1, 2, 3] }], [4, { rollup: [1, 4] }]])
const event = (placeId: number, topicId: number, from: number, until: number): KnownEvent => ({ id: 1, placeId, topicId, from, until, knownOn: 0, note: '', alertId: null })

test('an event covers the series at and below its place and topic, not those above or beside', () => {
  const excluded = excludedDays([event(2, 2, 10, 12)], TREE, TREE)
  for (const place of [2, 3]) for (const topic of [2, 3]) expect(excluded(place, topic)).toEqual([[10, 12]])
  for (const [place, topic] of [[1, 2], [2, 1], [4, 2], [2, 4], [1, 1]] as const) expect(excluded(place, topic)).toEqual([])
  expect(excludedDays([], TREE, TREE)(2, 2)).toEqual([])
})

test('days of several events are put together', () => {
  const excluded = excludedDays([event(2, 1, 30, 40), event(1, 1, 10, 20), event(2, 2, 20, 22), event(2, 2, 12, 15), event(3, 1, 50, 51)], TREE, TREE)
  expect(excluded(2, 2)).toEqual([[10, 22], [30, 40]])
  expect(excluded(2, 1)).toEqual([[10, 20], [30, 40]])
  expect(excluded(3, 4)).toEqual([[10, 20], [30, 40], [50, 51]])
})
