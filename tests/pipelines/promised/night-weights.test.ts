/**
 * A promised date in the night: more readily believed where something was promised, a little less elsewhere, and no number moves where
 * nothing was.
 */
import { expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { createRng } from '../../../core/rng.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { createDetector } from '../../../pipelines/detect.ts'
import { createPriors } from '../../../pipelines/promised/prior.ts'
import { readPromisedDates, savePromisedDates } from '../../../sql/promised.ts'
import { readSignals } from '../../../sql/signals.ts'
import { readPlaces, readTopics } from '../../../sql/trees.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const db = useDatabase()
const NIGHT = parseDay('2024-06-30')

test('weights move the recurrence of the place up, of the others down, and nothing without a promise', async () => {
  const random = createRng('weights')
  const tickets: TicketSpec[] = []
  const at = (day: number): string => `${formatDay(day)} 10:00:00`
  for (let day = NIGHT - 364; day <= NIGHT; day++) {
    for (let i = random.poisson(12); i > 0; i--) {
      tickets.push({ no: `b${tickets.length}`, at: at(day), place: `City›D›S${random.below(16)}`, topic: random.below(12) === 0 ? '房产›延期交房' : `T${random.below(8)}` })
    }
  }
  for (let i = 0; i < 5; i++) {
    tickets.push({ no: `late${i}`, at: at(NIGHT - i), place: 'City›D›S3', topic: '房产›延期交房' }, { no: `other${i}`, at: at(NIGHT - i), place: 'City›D›S9', topic: 'T2' })
  }
  await addTickets(db(), tickets)
  await countDirtyDays(db())
  const [places, topics] = [await readPlaces(db()), await readTopics(db())]
  const street = (name: string): number => [...places.values()].find((place) => place.name === name)!.id
  const { settings } = loadConfig({}, {})
  const signalAt = async (place: string): Promise<{ topicId: number, recurrenceDays: number, all: unknown }> => {
    const all = await readSignals(db(), formatDay(NIGHT))
    const { topicId, recurrenceDays } = all.find((signal) => signal.placeId === street(place))!
    return { topicId, recurrenceDays, all }
  }

  await createDetector(db(), settings).run(NIGHT)
  const [late, other] = [await signalAt('S3'), await signalAt('S9')]
  expect(topics.get(late.topicId)!.path).toMatch(/房产/)

  // Of a kind that no topic belongs to, or known later only: every number is the same.
  const promise = { placeId: street('S3'), promisedOn: NIGHT + 20, households: null, note: '' }
  await savePromisedDates(db(), [{ ...promise, kind: '通邮', knownOn: NIGHT - 90 }, { ...promise, kind: '交房', knownOn: NIGHT + 1 }])
  await createDetector(db(), settings).run(NIGHT)
  expect((await signalAt('S3')).all).toEqual(late.all)

  await savePromisedDates(db(), [{ ...promise, kind: '交房', knownOn: NIGHT - 90 }])
  const detector = createDetector(db(), settings)
  await detector.run(NIGHT)
  const { history } = await detector.asOf(NIGHT)
  const { priorFor, series } = createPriors({ history, places, topics, promises: await readPromisedDates(db(), NIGHT), night: NIGHT })
  expect([...series.keys()].map((s) => places.get(history.place[s]!)!.name)).toEqual(['S3', 'S3'])
  const odds = Math.exp(priorFor(street('S3'), late.topicId))
  expect(odds).toBeGreaterThan(1.1)
  const [lateNow, otherNow] = [await signalAt('S3'), await signalAt('S9')]
  const mean = (odds * late.recurrenceDays) / lateNow.recurrenceDays
  // One series of each class is raised, so the class's mean is 1 + (odds - 1) / series.
  expect(mean).toBeGreaterThan(0.99)
  expect(mean).toBeLessThan(1.1)
  expect(lateNow.recurrenceDays).toBeGreaterThan(late.recurrenceDays)
  // Where nothing was promised it is as rare or a little less so; by how much is asked of the weights themselves (tests/models/detect/prior-odds).
  expect(otherNow.recurrenceDays).toBeLessThanOrEqual(other.recurrenceDays)
  expect(otherNow.recurrenceDays).toBeGreaterThan(other.recurrenceDays / 1.1)
})
