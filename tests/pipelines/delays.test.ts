/**
 * A store of twenty weeks: each day has twenty tickets of Noise, four of them known a night late, and five of Water on time.
 */
import { beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { MAX_LAG, readDelays } from '../../pipelines/delays.ts'
import type { Completeness } from '../../models/detect/reporting-delay.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import type { TicketSpec } from '../support/tickets.ts'

const db = useDatabase()
const NIGHT = parseDay('2026-05-20')
const FIRST = NIGHT - 140

function ticketsOf(day: Day): TicketSpec[] {
  return Array.from({ length: 25 }, (_, i) => ({
    no: `${day}-${i}`, at: `${formatDay(day)} 10:00:00`, place: 'City›North›Mill', topic: i < 20 ? 'Noise›Night' : 'Water›Leak',
    known: formatDay(i < 4 ? day + 1 : day),
  }))
}

async function load(tickets: TicketSpec[]): Promise<void> {
  await addTickets(db(), tickets)
  await countDirtyDays(db())
}

beforeAll(() => load(Array.from({ length: NIGHT - FIRST + 1 }, (_, d) => ticketsOf(FIRST + d)).flat()))

async function delaysOf(path: string): Promise<Completeness> {
  const places = await readPlaces(db())
  const topics = await readTopics(db())
  const city = [...places.values()].find((place) => place.depth === 0)!
  return (await readDelays(db(), NIGHT, places, topics)).of(city.id, [...topics.values()].find((topic) => topic.path === path)!)
}

test('a family has its own delays, and so have the topics below it', async () => {
  const noise = await delaysOf('Noise')
  expect(noise.share).toHaveLength(MAX_LAG + 1)
  // Its own 0.8, drawn to the city's 0.84 by 50 of some 170 tickets.
  expect(Math.abs(noise.share[0]! - 0.813)).toBeLessThan(0.005)
  expect([...noise.share.subarray(1)]).toEqual(new Array(MAX_LAG).fill(1))
  expect(await delaysOf('Noise›Night')).toEqual(noise)
})

test('the city has what all its tickets have, a punctual family is drawn to it a little', async () => {
  expect(Math.abs((await delaysOf('')).share[0]! - 21 / 25)).toBeLessThan(0.01)
  const water = (await delaysOf('Water')).share[0]!
  expect(water).toBeGreaterThan(0.86)
  expect(water).toBeLessThan(1)
})

test('what became known after the night does not matter', async () => {
  const before = await delaysOf('Noise')
  await load(Array.from({ length: 60 }, (_, i) => ({
    no: `late-${i}`, at: `${formatDay(NIGHT - 1 - (i % 20))} 11:00:00`, place: 'City›North›Mill', topic: 'Noise›Night', known: formatDay(NIGHT + 1 + (i % 3)),
  })))
  expect(await delaysOf('Noise')).toEqual(before)
})

test('a state that is replaced after the night still counts as it was', async () => {
  const before = await delaysOf('Noise')
  await load(ticketsOf(NIGHT - 3).map((ticket) => ({ ...ticket, topic: 'Water›Leak', known: formatDay(NIGHT + 2) })))
  expect(await delaysOf('Noise')).toEqual(before)
})

test('days before the arrival times were recorded say nothing of delays', async () => {
  // The older half was one import of history: all of it seems to be known on its day.
  const live = NIGHT - 50
  await db().query('update tickets set known_on = day, recorded_assumed = true where day < $1', [formatDay(live)])
  await db().query('insert into dirty_days select distinct day from tickets where day < $1 on conflict do nothing', [formatDay(live)])
  await countDirtyDays(db())
  expect(Math.abs((await delaysOf('Noise')).share[0]! - 0.815)).toBeLessThan(0.01)
})

test('a feed without arrival times does not hide the delays of another', async () => {
  const before = await delaysOf('Noise')
  await db().query(`insert into sources (name, preset, city, country, time_zone) values ('second', 'test', 'City', 'US', 'UTC')`)
  await db().query(`update tickets set source_id = (select id from sources where name = 'second'), recorded_assumed = true
    where topic_id in (select id from topics where path = 'Water›Leak') and day > $1`, [formatDay(NIGHT - 50)])
  expect(await delaysOf('Noise')).toEqual(before)
})

test('a city whose arrival times are all assumed is complete', async () => {
  await db().query('update tickets set recorded_assumed = true')
  expect([...(await delaysOf('Noise')).share]).toEqual(new Array(MAX_LAG + 1).fill(1))
})
