import { expect, test } from 'vitest'
import { parseDay } from '../../core/days.ts'
import { deleteEvent, insertEvent, listKnownEvents, readKnownEvents } from '../../sql/events.ts'
import type { NewEvent } from '../../sql/events.ts'
import { useDatabase } from '../support/database.ts'
import { addPlace, addTopic } from '../support/tickets.ts'

const db = useDatabase()
const day = parseDay

async function event(place: string, more: Partial<NewEvent> = {}): Promise<NewEvent> {
  return {
    placeId: await addPlace(db(), place), topicId: await addTopic(db(), 'Water'), from: day('2024-03-01'), until: day('2024-03-04'),
    knownOn: day('2024-03-10'), note: '', ...more,
  }
}

test('a night knows the events that were known by it and had begun by it', async () => {
  const storm = await insertEvent(db(), await event('A›North', { note: 'storm' }))
  await insertEvent(db(), await event('A›South', { from: day('2024-05-01'), until: day('2024-06-01') }))
  const known = async (night: string): Promise<number[]> => (await readKnownEvents(db(), day(night))).map(({ id }) => id)
  expect(await known('2024-03-09')).toEqual([])
  expect(await known('2024-03-10')).toEqual([storm])
  expect(await known('2024-04-30')).toEqual([storm])
  expect((await known('2024-05-01')).length).toBe(2)
  expect((await readKnownEvents(db(), day('2024-03-10')))[0]).toEqual({ id: storm, ...(await event('A›North', { note: 'storm' })), alertId: null })
})

test('the same event again is the same, known since the earlier night, with the later note', async () => {
  const first = await insertEvent(db(), await event('B', { note: 'rain' }))
  expect(await insertEvent(db(), await event('B', { knownOn: day('2024-03-05'), note: 'storm' }))).toBe(first)
  expect(await insertEvent(db(), await event('B', { knownOn: day('2024-03-20') }))).toBe(first)
  expect((await listKnownEvents(db())).find(({ id }) => id === first)).toMatchObject({ knownOn: day('2024-03-05'), note: 'storm' })
  expect(await insertEvent(db(), await event('B', { until: day('2024-03-05') }))).not.toBe(first)
})

test('an event has at least one day', async () => {
  await expect(insertEvent(db(), await event('C', { until: day('2024-03-01') }))).rejects.toThrow('known_events_check')
})

test('an event that is taken back is gone', async () => {
  const id = await insertEvent(db(), await event('D'))
  await deleteEvent(db(), id)
  expect((await listKnownEvents(db())).filter((row) => row.id === id)).toEqual([])
})
