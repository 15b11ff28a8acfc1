import { expect, test } from 'vitest'
import { workCalendar } from '../../core/calendar.ts'
import { loadConfig } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { createHistoryReader } from '../../features/history.ts'
import { createCities } from '../../pipelines/city-profiles.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { courseOfSum } from '../../pipelines/course.ts'
import type { Course } from '../../pipelines/course.ts'
import { readDelays } from '../../pipelines/delays.ts'
import { createDetector } from '../../pipelines/detect.ts'
import { excludedDays } from '../../pipelines/events.ts'
import { fitDays } from '../../pipelines/fit-days.ts'
import { smallestWatched, weigh } from '../../pipelines/night-evidence.ts'
import { readCallerCounts } from '../../sql/counts.ts'
import { readSignals } from '../../sql/signals.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import type { TicketSpec } from '../support/tickets.ts'

const db = useDatabase()
const NIGHT = parseDay('2024-06-30')
const STREETS = 16

/** Ten calls a day over two topics and the streets of one district, a year of them; `known` as far as the caller says. */
function background(city: string, known: (day: number) => string | undefined = () => undefined): TicketSpec[] {
  const random = createRng(city)
  const tickets: TicketSpec[] = []
  for (let day = NIGHT - 364; day <= NIGHT; day++) {
    for (let i = random.poisson(10); i > 0; i--) {
      const late = known(day)
      tickets.push({
        no: `${city}${tickets.length}`, at: `${formatDay(day)} 10:00:00`, place: `${city}›D›S${random.below(STREETS)}`, topic: `T${random.below(10)}`,
        ...(late !== undefined && { known: late }),
      })
    }
  }
  return tickets
}

test('a smell that drifts over neighbouring streets is one signal', async () => {
  const smell = (i: number, ago: number, street: number): TicketSpec =>
    ({ no: `smell${i}`, at: `${formatDay(NIGHT - ago)} 09:00:00`, place: `N›D›S${street}`, topic: 'T3' })
  await addTickets(db(), [...background('N'), ...[0, 1, 2, 3, 4, 5].flatMap((street) => [0, 1, 2].map((k) => smell(10 * street + k, (street + 2 * k) % 6, street)))])
  await countDirtyDays(db())
  // Streets lie in a row, a hundred metres apart; the smell is at one end.
  await db().query(`update places set lng = 121 + 0.001 * substring(name from 2)::int, lat = 31 where path like 'N›D›S%'`)
  await createDetector(db(), loadConfig({}, {}).settings).run(NIGHT)
  const places = await readPlaces(db())
  const signals = await readSignals(db(), formatDay(NIGHT))
  const streets = signals.filter((signal) => places.get(signal.placeId)!.depth === 2)
  expect(streets).toHaveLength(1)
  const names = [streets[0]!.placeId, ...streets[0]!.evidence.neighbours].map((id) => places.get(id)!.name).sort()
  expect(names.length).toBeGreaterThanOrEqual(4)
  expect(names.every((name) => ['S0', 'S1', 'S2', 'S3', 'S4', 'S5'].includes(name))).toBe(true)
  expect(streets[0]).toMatchObject({ detector: 'neighbours' })
  expect(streets[0]!.observed).toBeGreaterThanOrEqual(10)
  expect(streets[0]!.upper).toBeLessThanOrEqual(streets[0]!.observed)
})

test('what is not yet recorded of the last days is not expected yet', async () => {
  // Every second ticket is recorded the day after.
  const random = createRng('late')
  await addTickets(db(), background('L', (day) => (random.next() < 0.5 ? formatDay(day + 1) : formatDay(day))))
  await db().query('update tickets set recorded_assumed = false')
  await countDirtyDays(db())
  const history = await createHistoryReader((...range) => readCallerCounts(db(), ...range), 731).asOf(NIGHT)
  const places = await readPlaces(db())
  const topics = await readTopics(db())
  const city = [...places.values()].find((place) => place.path === 'L')!
  await db().query(`update sources set city = 'L'`)
  const knowledge = { delays: await readDelays(db(), NIGHT, places, topics), excluded: excludedDays([], places, topics) }
  const profile = (await createCities(db(), history, places, topics, NIGHT, knowledge)).get(city.id)!.profile([...topics.values()].find((topic) => topic.depth === 0)!)
  if (typeof profile === 'string') throw new Error(profile)
  expect(profile.known.at(-1)).toBeGreaterThan(0.4)
  expect(profile.known.at(-1)).toBeLessThan(0.6)
  expect(profile.known.at(-3)).toBeGreaterThan(0.95)
  expect(profile.recent.at(-1)! / profile.recent.at(-3)!).toBeLessThan(0.8)
})

test('a known event does not teach what is usual', () => {
  const random = createRng('event')
  const counts = Float64Array.from({ length: 400 }, (_, i) => random.poisson(i >= 200 && i < 320 ? 40 : 5))
  const calendar = workCalendar('US')
  const first = NIGHT - 399
  const level = (excluded: [number, number][]): number => {
    const fit = fitDays(counts, first, calendar, 0, excluded)
    if (typeof fit === 'string') throw new Error(fit)
    return fit.expected.slice(-28).reduce((sum, mean) => sum + mean, 0) / 28
  }
  // Four months at eight times the level, half taken for a season: what follows is expected too low.
  expect(Math.abs(level([]) - 5)).toBeGreaterThan(1.2)
  expect(Math.abs(level([[first + 200, first + 320]]) - 5)).toBeLessThan(1)
})

const course = (mean: number, cv: number): Course => ({
  detector: 'test', expected: new Float64Array(56).fill(mean), dispersion: new Float64Array(56).fill(1), cv, daily: (from, until) => new Float64Array(until - from).fill(mean),
})

test('evidence that adds up day by day is stronger than its last day, and a quiet week weakens it', () => {
  const ramp = new Float64Array(56)
  for (let i = 30; i < 56; i += 3) ramp[i] = 1
  const last = new Float64Array(56)
  last[54] = 1
  expect(weigh(ramp, course(0.02, 0.3)).logP).toBeLessThan(weigh(last, course(0.02, 0.3)).logP - 3)
  const gone = ramp.map((n, i) => (i > 48 ? 0 : n))
  expect(weigh(gone, course(0.02, 0.3)).logP).toBeGreaterThan(weigh(ramp, course(0.02, 0.3)).logP)
})

test('the fewest callers that are watched are watched, one less is not', () => {
  const counts = new Float64Array(56)
  counts.set([1, 0, 2, 1, 3, 2, 4], 49)
  const logP = -9
  const fewest = smallestWatched(counts, course(0.1, 0.2), 7, logP)
  expect(fewest).toBeGreaterThan(1)
  expect(fewest).toBeLessThan(13)
  expect(smallestWatched(counts, course(0.3, 0.2), 7, logP)).toBeGreaterThan(fewest)
})

test('several courses together scatter by their own and are as well known as their parts', () => {
  const sum = courseOfSum([course(1, 0.3), course(3, 0.4)])
  expect(sum.expected[0]).toBe(4)
  expect(sum.dispersion[0]).toBe(1)
  expect(sum.cv).toBeCloseTo(Math.hypot(0.3, 1.2) / 4, 12)
})
