import { beforeAll, expect, test } from 'vitest'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { ticketsBehind } from '../../../pipelines/reports/behind.ts'
import { countBehind } from '../../../sql/reports.ts'
import { computeDocument, listReportNights, loadDocument, saveDocuments, storedDocument } from '../../../pipelines/reports/compute.ts'
import { shown } from '../../../pipelines/reports/document.ts'
import type { PlaceEntry, ReportDocument } from '../../../pipelines/reports/document.ts'
import { isShown } from '../../../pipelines/reports/tables.ts'
import { addDays } from '../../support/days.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { cityTickets, FEW, NIGHT, seedReportCity, testConfig } from './store.ts'

const db = useDatabase()
const config = testConfig()
let week: ReportDocument

beforeAll(async () => {
  await seedReportCity(db())
  week = await computeDocument(db(), config, NIGHT, 'week')
})

const place = (document: ReportDocument, path: string): PlaceEntry => document.places.find((entry) => entry.path.join('›') === path)!

/** Distinct callers and tickets at a place or below, counted from the tickets themselves. */
function byHand(path: string, from: string, until: string): { callers: number, tickets: number } {
  const at = cityTickets().filter((ticket) => `${ticket.place}›`.startsWith(`${path}›`) && ticket.at.slice(0, 10) >= from && ticket.at.slice(0, 10) < until)
  return { callers: new Set(at.map((ticket) => ticket.caller)).size, tickets: at.length }
}

test('callers are distinct over the whole period, and the period before has as many days', () => {
  for (const path of ['City', 'City›North', 'City›North›N1', 'City›South›S2']) {
    const { now, before } = place(week, path)
    expect({ path, now, before }).toEqual({ path, now: byHand(path, week.now.from, week.now.until), before: byHand(path, week.before.from, week.before.until) })
  }
  expect(week.total.now).toEqual(byHand('City', '2024-09-16', '2024-09-23'))
  // Nine tickets of one person are one caller more.
  const south = place(week, 'City›South›S2').now
  expect(shown(south.tickets)! - shown(south.callers)!).toBeGreaterThanOrEqual(8)
})

test('a year that the store does not hold is unknown, not zero', () => {
  expect(place(week, 'City').year).toBeNull()
  expect(place(week, 'City').before).not.toBeNull()
})

test('a street of two callers is hidden, and one beside it, and neither is in the pivot or leads to tickets', async () => {
  const few = place(week, FEW)
  expect(few.now).toEqual({ callers: 'few', tickets: 'few' })
  const beside = week.places.filter((entry) => entry.path[1] === 'East' && entry.depth === 2 && entry.now.callers === 'extra')
  expect(beside.length).toBe(1)
  for (const hidden of [few, ...beside]) {
    expect(isShown(week, { area: hidden.id, topic: 1 }, 'now')).toBe(false)
    await saveDocuments(db(), config, NIGHT)
    await expect(ticketsBehind(db(), { night: NIGHT, period: 'week', where: { area: hidden.id, topic: 1 }, window: 'now', page: 0 })).rejects.toThrow(/does not show/)
  }
})

test('streets at zero are listed, at zero', () => {
  // West 3 never had a ticket, and is a place all the same.
  expect(place(week, 'City›West›W3').now).toEqual({ callers: 0, tickets: 0 })
})

test('no count of one or two callers is in any table of any period', async () => {
  for (const period of ['night', 'week', 'month'] as const) {
    const document = await computeDocument(db(), config, NIGHT, period)
    const counts = [...document.places, ...document.topics].flatMap((entry) => [entry.now, entry.before, entry.year]).filter((of) => of !== null).map((of) => of.callers)
    const all = [...counts, ...document.pivot.callers.flat(), ...document.candidates.map((entry) => entry.callers), ...document.places.flatMap((entry) => (entry.topic ? [entry.topic.callers] : []))]
    expect(all.length).toBeGreaterThan(30)
    expect(all.filter((count) => count === 1 || count === 2)).toEqual([])
  }
})

test('totals of the pivot are those of the lists, and hidden where these are', () => {
  week.pivot.districts.forEach((district, j) => {
    const total = week.pivot.callers.at(-1)![j]!
    const listed = district.id === 0 ? week.total : week.places.find((entry) => entry.id === district.id)!
    expect(typeof total === 'number' ? total : 'hidden').toBe(shown(listed.now.callers) ?? 'hidden')
  })
  week.pivot.topics.slice(0, -1).forEach((topic, i) => {
    expect(shown(week.pivot.callers[i]!.at(-1)!)).toBe(shown(week.topics.find((entry) => entry.id === topic.id)!.now.callers))
  })
})

test('a street with twice its callers in the last week is a new hot spot of heating', () => {
  const hot = week.hot.find((entry) => entry.path.join('›') === 'City›North›N1' && entry.topicPath[0] === 'Heat')
  expect(hot).toMatchObject({ class: expect.stringMatching(/^(new|consecutive|sporadic)$/) })
  expect(week.classified).toMatchObject({ depth: 2, places: 12 })
})

test('the tickets behind a number are as many as the number says', async () => {
  await saveDocuments(db(), config, NIGHT)
  const north = place(week, 'City›North')
  const found = await ticketsBehind(db(), { night: NIGHT, period: 'week', where: { area: north.id, topic: 1 }, window: 'now', page: 0 })
  expect({ callers: found.callers, tickets: found.tickets }).toEqual(north.now)
  expect(found.rows.length).toBe(Math.min(50, found.tickets))
  expect(found.rows.every((row) => row.place.startsWith('City›North') && row.day >= week.now.from && row.day < week.now.until)).toBe(true)
  expect(Object.keys(found.rows[0]!)).not.toContain('caller_key')
  const before = await ticketsBehind(db(), { night: NIGHT, period: 'week', where: { area: north.id, topic: 1 }, window: 'before', page: 0 })
  expect({ callers: before.callers, tickets: before.tickets }).toEqual(north.before)
})

test('all pages together list each ticket of a number once, latest first, whatever number it is', async () => {
  const topic = week.topics.find(({ now, kind }) => kind === 'family' && typeof now.tickets === 'number' && now.tickets > 0)!
  for (const [area, of, window] of [[0, 1, 'now'], [0, 1, 'before'], [place(week, 'City›North').id, 1, 'now'], [0, topic.id, 'now']] as const) {
    const listed: { ticketNo: string, day: string }[] = []
    let tickets = 1
    for (let page = 0; listed.length < tickets; page++) {
      const found = await ticketsBehind(db(), { night: NIGHT, period: 'week', where: { area, topic: of }, window, page })
      expect(found.rows.length).toBeGreaterThan(0)
      listed.push(...found.rows)
      tickets = found.tickets
    }
    expect(new Set(listed.map(({ ticketNo }) => ticketNo)).size).toBe(tickets)
    expect(await countBehind(db(), NIGHT, week[window]!, area, of)).toBe(tickets)
    expect(listed.map(({ day }) => day)).toEqual(listed.map(({ day }) => day).sort().reverse())
  }
})

test('text of secret tickets and of reports of wrongdoing is withheld', async () => {
  const north = place(week, 'City›North')
  await db().query(`update tickets set title = 'plain title', is_secret = ticket_no in (select ticket_no from tickets where day >= '2024-09-16' order by ticket_no limit 40) where day >= '2024-09-16'`)
  const { rows } = await ticketsBehind(db(), { night: NIGHT, period: 'week', where: { area: north.id, topic: 1 }, window: 'now', page: 0 })
  expect(rows.filter((row) => row.withheld).length).toBeGreaterThan(0)
  expect(rows.every((row) => row.withheld === (row.title === null))).toBe(true)
})

test('the same night gives the same document, and the stored one is it', async () => {
  const again = await computeDocument(db(), config, NIGHT, 'week')
  expect(JSON.stringify(again)).toBe(JSON.stringify(week))
  await saveDocuments(db(), config, NIGHT)
  expect(await storedDocument(db(), NIGHT, 'week')).toEqual(week)
  expect(await loadDocument(db(), config, NIGHT, 'week')).toEqual(week)
  expect(await listReportNights(db(), 'month')).toEqual([NIGHT])
})

test('what came to be known later changes no report of the night', async () => {
  await addTickets(db(), Array.from({ length: 8 }, (_, n) => ({ no: `late ${n}`, at: `${addDays(NIGHT, -1)} 09:00:00`, place: 'City›North›N2', topic: 'Heat›Cold', caller: `late ${n}`, known: addDays(NIGHT, 2) })))
  await countDirtyDays(db())
  const then = await computeDocument(db(), config, NIGHT, 'week')
  expect(then.places).toEqual(week.places)
  expect(then.hot).toEqual(week.hot)
  const later = await computeDocument(db(), config, addDays(NIGHT, 2), 'night')
  expect(later.night).toBe('2024-09-24')
})
