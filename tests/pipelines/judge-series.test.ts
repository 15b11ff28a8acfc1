import { expect, test } from 'vitest'
import { parseDay } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { createHistoryReader } from '../../features/history.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { createCities } from '../../pipelines/city-profiles.ts'
import { readDelays } from '../../pipelines/delays.ts'
import { excludedDays } from '../../pipelines/events.ts'
import { judgeSeries } from '../../pipelines/judge-series.ts'
import type { SeriesVerdict } from '../../pipelines/judge-series.ts'
import { createTreeBaseline } from '../../pipelines/tree-baseline.ts'
import { readCallerCounts } from '../../sql/counts.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import type { TicketSpec } from '../support/tickets.ts'

const db = useDatabase()
const OPTIONS = { tests: 100, watchDays: 10, alertDays: 100, minCallers: 3 }

/** Eight calls a day over the city for `days` days up to 2024-06-30. */
function background(city: string, days: number, skip: (day: number) => boolean = () => false): TicketSpec[] {
  const rng = createRng(city)
  const tickets: TicketSpec[] = []
  const last = parseDay('2024-06-30')
  for (let day = last + 1 - days; day <= last; day++) {
    if (skip(last - day)) continue
    const date = new Date(day * 86400000).toISOString().slice(0, 10)
    for (let i = rng.poisson(8); i > 0; i--) {
      tickets.push({ no: `${city}${tickets.length}`, at: `${date} 10:00:00`, place: `${city}›D${rng.below(3)}›S${rng.below(4)}`, topic: `Old›T${rng.below(3)}` })
    }
  }
  return tickets
}

async function judge(place: string, topic: string, night: string): Promise<SeriesVerdict> {
  await countDirtyDays(db())
  const day = parseDay(night)
  const history = await createHistoryReader((...range) => readCallerCounts(db(), ...range), 731).asOf(day)
  const places = await readPlaces(db())
  const topics = await readTopics(db())
  const cities = await createCities(db(), history, places, topics, day, { delays: await readDelays(db(), day, places, topics), excluded: excludedDays([], places, topics) })
  const baseline = createTreeBaseline(history, cities, places, topics)
  const p = [...places.values()].find((row) => row.path === place)!
  const t = [...topics.values()].find((row) => row.path === topic)!
  return judgeSeries(history, history.find(p.id, t.id), cities.get(p.rollup[0]!)!, baseline, p, t, day, OPTIONS)
}

test('a quiet place is normal, a burst at it a candidate', async () => {
  await addTickets(db(), background('A', 200))
  expect((await judge('A›D1›S1', 'Old', '2024-06-30')).verdict).toBe('normal')
  await addTickets(db(), Array.from({ length: 8 }, (_, i) => ({ no: `burst${i}`, at: '2024-06-30 09:00:00', place: 'A›D1›S1', topic: 'Old›T1' })))
  const judged = await judge('A›D1›S1', 'Old›T1', '2024-06-30')
  expect(judged.verdict).toBe('candidate')
  expect(judged.candidate!.course.expected.at(-1)).toBeLessThan(1)
})

test('a night without any ticket cannot be told, and a gap is no calm', async () => {
  await addTickets(db(), background('B', 200, (ago) => ago < 2))
  expect(await judge('B', '', '2024-06-30')).toMatchObject({ verdict: 'cannot tell', reason: 'gap' })
  expect((await judge('B', '', '2024-06-28')).verdict).toBe('normal')
})

test('gap days are not expected to bring anything', async () => {
  await addTickets(db(), background('C', 200, (ago) => ago === 3 || ago === 4))
  await countDirtyDays(db())
  const day = parseDay('2024-06-30')
  const history = await createHistoryReader((...range) => readCallerCounts(db(), ...range), 731).asOf(day)
  const topics = await readTopics(db())
  const places = await readPlaces(db())
  const cities = await createCities(db(), history, places, topics, day, { delays: await readDelays(db(), day, places, topics), excluded: excludedDays([], places, topics) })
  const city = [...cities.values()].at(-1)!
  const profile = city.profile(topics.get(1)!)
  if (typeof profile === 'string') throw new Error(profile)
  const at = (d: number): number => profile.cumulative[d - profile.from]!
  expect(at(day + 1) - at(day - 6)).toBeGreaterThan(4 * 5)
  expect(at(day + 1) - at(day - 6)).toBeLessThan(11 * 5)
  expect(at(day - 2) - at(day - 4)).toBe(0)
})

test('a new category has no history of its own; its burst is judged in the family above', async () => {
  await addTickets(db(), background('D', 200))
  await addTickets(db(), Array.from({ length: 9 }, (_, i) => ({ no: `new${i}`, at: '2024-06-30 09:00:00', place: 'D›D1›S1', topic: 'Old›Brand new' })))
  expect(await judge('D›D1›S1', 'Old›Brand new', '2024-06-30')).toMatchObject({ verdict: 'cannot tell', reason: 'no_history' })
  expect((await judge('D›D1›S1', 'Old', '2024-06-30')).verdict).toBe('candidate')
})

test('with two weeks of data only EARS speaks, and only of large counts', async () => {
  await addTickets(db(), background('E', 14))
  expect(await judge('E›D1', 'Old', '2024-06-30')).toMatchObject({ verdict: 'normal' })
  await addTickets(db(), Array.from({ length: 60 }, (_, i) => ({ no: `ears${i}`, at: '2024-06-30 09:00:00', place: 'E›D1', topic: 'Old›T1' })))
  const judged = await judge('E›D1', 'Old', '2024-06-30')
  expect(judged.candidate?.course.detector).toBe('ears_c2')
})

test('with a week of data nothing can be told', async () => {
  await addTickets(db(), background('F', 7))
  await addTickets(db(), Array.from({ length: 30 }, (_, i) => ({ no: `week${i}`, at: '2024-06-30 09:00:00', place: 'F›D1', topic: 'Old›T1' })))
  expect(await judge('F›D1', 'Old', '2024-06-30')).toMatchObject({ verdict: 'cannot tell', reason: 'too_short' })
})
