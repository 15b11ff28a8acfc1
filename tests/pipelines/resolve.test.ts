import { beforeEach, expect, test } from 'vitest'
import { countDirtyDays } from '../../pipelines/count.ts'
import { resolveTickets } from '../../pipelines/resolve.ts'
import { upsertPlaces } from '../../sql/registry.ts'
import { readPlaces } from '../../sql/trees.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'

const db = useDatabase()
type Point = readonly [lng: number | null, lat: number | null]
let serial = 0

/** Tickets at a place on a day, one a point. */
async function tickets(place: string, day: string, points: readonly Point[]): Promise<void> {
  for (const [lng, lat] of points) {
    const no = `t${++serial}`
    await addTickets(db(), [{ no, at: `${day} 08:00:00`, place, topic: 'Water', caller: no }])
    await db().query('update tickets set lng = $2, lat = $3 where ticket_no = $1', [no, lng, lat])
  }
}

/** Resolves what is dirty, then counts it, as a night does. */
async function night(): Promise<number> {
  const { placesLocated } = await resolveTickets(db())
  await countDirtyDays(db())
  return placesLocated
}

async function centre(path: string): Promise<Point> {
  const { lng, lat } = [...(await readPlaces(db())).values()].find((place) => place.path === path)!
  return [lng, lat]
}

beforeEach(async () => {
  await db().query('truncate places, tickets, ticket_versions, dirty_days, daily_counts cascade')
})

test('a place lies at the mean of its first tickets, its parents at the mean of the places below, by their tickets', async () => {
  await tickets('City›North›Mill', '2024-01-01', [[100, 30], [101, 32], [102, 31]])
  await tickets('City›North›Park', '2024-01-02', [[110, 40]])
  await tickets('City›South', '2024-01-02', [[120, 20], [120, 20]])
  await tickets('City›South›Port', '2024-01-02', [[130, 10]])
  expect(await night()).toBe(6)
  expect(await centre('City›North›Mill')).toEqual([101, 31])
  expect(await centre('City›North')).toEqual([(3 * 101 + 110) / 4, (3 * 31 + 40) / 4])
  expect(await centre('City›South')).toEqual([120, 20]) // its own tickets, not those below
  expect(await centre('City')).toEqual([(3 * 101 + 110 + 2 * 120 + 130) / 7, (3 * 31 + 40 + 2 * 20 + 10) / 7].map((x) => Math.round(x * 1e7) / 1e7))
})

test('a centre once found stays where it is', async () => {
  await tickets('City›North', '2024-01-01', [[100, 30]])
  expect(await night()).toBe(2)
  await tickets('City›North', '2024-01-02', [[140, 50]])
  await tickets('City›East', '2024-01-02', [[104, 34]])
  expect(await night()).toBe(1)
  expect([await centre('City›North'), await centre('City'), await centre('City›East')]).toEqual([[100, 30], [100, 30], [104, 34]])
})

test('what a registry says goes before, and comes in place of what the tickets said', async () => {
  await upsertPlaces(db(), [{ path: ['City'], kind: 'city' }, { path: ['City', 'North'], kind: 'district', lng: 90, lat: 20 }])
  await tickets('City›North', '2024-01-01', [[100, 30], [null, null], [100, 30]])
  await tickets('City›South', '2024-01-01', [[96, 26]])
  await night()
  expect([await centre('City›North'), await centre('City›South'), await centre('City')]).toEqual([[90, 20], [96, 26], [91.5, 21.5]])
  await upsertPlaces(db(), [{ path: ['City', 'South'], kind: 'district', lng: 97, lat: 27 }])
  expect(await centre('City›South')).toEqual([97, 27])
  const { rows } = await db().query('select path from places where centre_from_tickets')
  expect(rows).toEqual([{ path: 'City' }])
})

test('points that cannot be are none', async () => {
  await tickets('City›North', '2024-01-01', [[0, 0], [181, 30], [100, -91], [NaN, 30], [null, 30], [100, null]])
  expect(await night()).toBe(0)
  expect(await centre('City›North')).toEqual([null, null])
  await tickets('City›North', '2024-01-02', [[0, 0], [100, 30]])
  await tickets('City›South', '2024-01-02', [[0, 51.5], [-180, -90]])
  await night()
  expect([await centre('City›North'), await centre('City›South')]).toEqual([[100, 30], [-90, -19.25]])
})

test('only what is dirty is looked at, in whatever order it lies', async () => {
  await tickets('City›North', '2024-01-01', [[100.1, 30.1], [100.2, 30.7], [100.4, 30.4]])
  await tickets('City›South', '2024-01-02', [[120, 20]])
  await db().query(`delete from dirty_days where day = '2024-01-02'`)
  await night()
  const before = await centre('City›North')
  expect(await centre('City›South')).toEqual([null, null])
  await db().query('update places set lng = null, lat = null')
  await db().query('create table reversed as select * from tickets order by ticket_no desc')
  await db().query('truncate tickets')
  await db().query('insert into tickets select * from reversed')
  await db().query(`insert into dirty_days values ('2024-01-01')`)
  await night()
  expect(await centre('City›North')).toEqual(before)
})
