import { expect, test } from 'vitest'
import { nameOutcome, reviewAlerts } from '../../../pipelines/review.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import type { DueReview } from '../../../sql/reviews.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { addAlert } from './alerts.ts'

const db = useDatabase()
const due: DueReview = {
  alertId: 'a', event: 'opened', freshNight: '2024-03-01', ageDays: 28, silentNights: 20, usualPerDay: 0.1, cv: 0, dispersion: 1,
  ticketsSince: 0, callersSince: 0, lead10: null, lead20: null, lead50: null,
}

test('outcomes have one word each', () => {
  // 2.8 expected: P(X >= 8) is 0.0081, P(X >= 7) is 0.0244 (Poisson).
  const word = (callersSince: number, silentNights: number): string => nameOutcome({ ...due, callersSince, silentNights }, 14).outcome
  expect([word(8, 20), word(7, 20), word(3, 20), word(2, 20), word(0, 20)]).toEqual(['surged', 'ended_quietly', 'ended_quietly', 'came_to_nothing', 'came_to_nothing'])
  expect([word(8, 3), word(7, 14), word(0, 14)]).toEqual(['surged', 'still_on', 'still_on'])
  expect(Math.abs(10 ** nameOutcome({ ...due, callersSince: 8 }, 14).log10P - 0.0081)).toBeLessThan(1e-4)
})

test('two callers are no surge where none are usual, and scatter asks for more', () => {
  expect(nameOutcome({ ...due, usualPerDay: 0.0001, callersSince: 2 }, 14).outcome).toBe('ended_quietly')
  expect(nameOutcome({ ...due, usualPerDay: 0.0001, callersSince: 3 }, 14).outcome).toBe('surged')
  expect(nameOutcome({ ...due, callersSince: 8, dispersion: 3 }, 14).outcome).toBe('ended_quietly')
})

test('a review counts what came after the alert at its place and topic, as known on the night, and when the 10th ticket came', async () => {
  const ticket = (no: string, at: string, known = at, place = 'City›North›Mill'): Parameters<typeof addTickets>[1][number] =>
    ({ no, at: `${at} 09:00:00`, place, topic: 'Water›Leak', caller: no, known })
  const before = Array.from({ length: 6 }, (_, i) => ticket(`b${i}`, `2024-03-0${i + 1}`))
  const after = Array.from({ length: 6 }, (_, i) => ticket(`c${i}`, `2024-03-${String(8 + i).padStart(2, '0')}`))
  await addTickets(db(), [...before, ...after, ticket('late', '2024-03-12', '2024-03-20'), ticket('elsewhere', '2024-03-10', '2024-03-10', 'City›North›Hill')])
  await countDirtyDays(db())
  await addAlert(db(), { id: 'a1', place: 'City›North›Mill', topic: 'Water›Leak', night: '2024-03-07', windowDays: 7, expected: 0.7 })
  expect(await reviewAlerts(db(), '2024-03-14')).toMatchObject({ in: 1, out: 1 })
  const read = async (): Promise<unknown[]> => (await db().query('select night, alert_id, fresh_night, event, age_days, tickets_since, callers_since, expected_since, outcome, lead_10, lead_20 from reviews')).rows
  const row = {
    night: '2024-03-14', alert_id: 'a1', fresh_night: '2024-03-07', event: 'opened', age_days: 7, tickets_since: 6, callers_since: 6, expected_since: 0.7,
    outcome: 'surged', lead_10: 4, lead_20: null, // 6 before and the 4th after, on the 11th
  }
  expect(await read()).toEqual([row])
  await reviewAlerts(db(), '2024-03-14')
  expect(await read()).toEqual([row])
  expect(await reviewAlerts(db(), '2024-03-13')).toMatchObject({ in: 0 })
})
