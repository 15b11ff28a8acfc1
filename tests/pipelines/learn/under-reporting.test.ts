import { expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { createRng } from '../../../core/rng.ts'
import { nameSignal, readCoverage } from '../../../pipelines/learn/under-reporting.ts'
import { readIncidents } from '../../../sql/reporting.ts'
import { useDatabase } from '../../support/database.ts'
import { addPlace, addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const NIGHT = '2024-06-30'

test('little is a low signal unless people there report as quickly as elsewhere', () => {
  const at = (mean: number): { mean: number, low: number, high: number } => ({ mean, low: mean * 0.9, high: mean * 1.1 })
  expect(nameSignal(at(0.3), at(1))).toBe('calm')
  expect(nameSignal(at(0.3), at(0.7))).toBe('low_signal') // its speed may be a third below the whole's
  expect(nameSignal(at(0.3), undefined)).toBe('low_signal')
  expect(nameSignal(at(1), at(0.4))).toBe('low_signal')
  expect(nameSignal(at(0.7), at(0.9))).toBe('usual')
  expect(nameSignal(undefined, undefined)).toBe('cannot_tell')
})

test('a silent time begins an incident; others until it is closed are its duplicates; its beginning and end are watched to the minute', async () => {
  const mill = 'City›East›Mill'
  const ticket = (no: string, at: string, caller: string, more: Partial<TicketSpec> = {}): TicketSpec => ({ no, at, place: mill, topic: 'Water›Leak', caller, ...more })
  await addTickets(db(), [
    ticket('i1', '2024-03-01 12:00:00', 'ann', { closed: '2024-03-05 12:00:00' }),
    ticket('i2', '2024-03-03 09:00:00', 'ann'), // the same caller is no duplicate
    ticket('i3', '2024-03-04 09:00:00', 'bob'),
    ticket('i4', '2024-03-04 10:00:00', 'bob'), // nor twice one
    ticket('i5', '2024-03-06 09:00:00', 'eve'), // after it was closed
    ticket('i6', '2024-06-21 00:00:00', 'ann'), // still watched on the night
    ticket('i7', '2024-06-25 09:00:00', 'bob', { known: '2024-07-02' }), // not known by then
  ])
  const rows = await readIncidents(db(), '2024-03-01', NIGHT, NIGHT, 2, 28)
  expect(rows.map(({ duplicates, watched }) => [duplicates, watched])).toEqual([[1, 4], [0, 10]])
  expect((await readIncidents(db(), '2024-03-01', '2024-07-02', '2024-07-02', 2, 28)).map(({ duplicates }) => duplicates)).toEqual([1, 1])
})

test('where no ticket tells its caller, nothing is said of the busiest', async () => {
  await db().query('truncate tickets')
  await addTickets(db(), ['a', 'b', 'c', 'd'].map((no) => ({ no, at: '2024-06-01 08:00:00', place: 'City›East›Mill', topic: 'Water›Leak', caller: no })))
  const mill = async () => (await readCoverage(db(), NIGHT)).places.find((row) => row.place.at(-1) === 'Mill')!
  expect(await mill()).toMatchObject({ callers: 4, top_caller_share: 0.25, herfindahl: 0.25 })
  await db().query('update tickets set caller_key = null')
  // Were a quarter, too: one over the number of tickets.
  expect(await mill()).toMatchObject({ callers: 4, top_caller_share: null, herfindahl: null })
})

test('a quiet place that reports slowly is a low signal, and cells under three callers are not shown', async () => {
  await db().query('truncate tickets')
  const random = createRng('quiet')
  const tickets: TicketSpec[] = []
  const from = parseDay('2023-08-01')
  // Each compound has an incident every 60 days; in West nobody but the first reports, elsewhere two more do.
  for (const [street, neighbours] of [['West', 0], ['North', 2], ['South', 2]] as const) {
    for (let site = 0; site < 40; site++) {
      for (let day = from + random.below(30); day < parseDay(NIGHT) - 30; day += 60) {
        for (let i = 0; i <= neighbours; i++) {
          const no = `${street}${site}-${day}-${i}`
          tickets.push({ no, at: `${formatDay(day + 2 * i)} 08:00:00`, place: `City›D›${street}›S${site}`, topic: 'Noise', caller: no })
        }
      }
    }
  }
  tickets.push({ no: 'lone', at: '2024-05-05 08:00:00', place: 'City›D›Hill›S1', topic: 'Noise', caller: 'zoe' })
  await addTickets(db(), tickets)
  for (const [street, homes] of [['West', 3000], ['North', 3000], ['South', 3000], ['Hill', 5]] as const) await addPlace(db(), `City›D›${street}`, homes)
  await db().query(`update places set households = v.n from (values ('City›D›West', 3000), ('City›D›North', 3000), ('City›D›South', 3000), ('City›D›Hill', 5)) as v (path, n) where v.path = places.path`)
  const coverage = await readCoverage(db(), NIGHT)
  const place = (name: string): (typeof coverage.places)[number] => coverage.places.find((row) => row.place.at(-1) === name)!
  expect(coverage.places[0]!.place.at(-1)).toBe('West')
  expect(place('West')).toMatchObject({ signal: 'low_signal', duplicates: 0, households: 3000 })
  expect(place('West').speed_factor![1]).toBeLessThan(0.1)
  expect(place('North').signal).toBe('usual')
  expect(Math.abs(place('North').speed_factor![0] - place('South').speed_factor![0])).toBeLessThan(0.1)
  expect(place('Hill')).toMatchObject({ tickets: null, callers: null, rate: null, incidents: null, duplicates: null, top_caller_share: null })
})
