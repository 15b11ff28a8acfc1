import { afterEach, expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { judgeAlert } from '../../../pipelines/learn/verdicts.ts'
import { listThresholds, moveThresholds, readOffsets, undoMoves } from '../../../pipelines/learn/thresholds.ts'
import { replaceReviews } from '../../../sql/reviews.ts'
import { useDatabase } from '../../support/database.ts'
import { addAlert } from './alerts.ts'

const db = useDatabase()
const MILL = { place: 'City›North›Mill', topic: 'Water›Leak' }
afterEach(async () => {
  await db().query('truncate alerts, alert_verdicts, threshold_undos cascade')
})

const word = (verdict: 'true' | 'false' | 'partly' | 'known', knownOn: string): Parameters<typeof judgeAlert>[2] => ({ verdict, knownOn, by: 'Water Bureau', note: '' })
const nothing = async (id: string, fresh: string, night: string): Promise<void> => {
  await replaceReviews(db(), night, [{
    alertId: id, event: 'opened', freshNight: fresh, ageDays: 28, ticketsSince: 0, callersSince: 0, expectedSince: 1, log10P: 0, outcome: 'came_to_nothing', lead10: null, lead20: null, lead50: null,
  }])
}

test('a false alert asks for more evidence from the night after it was known on, and half of that 90 days later', async () => {
  const { placeId, familyId } = await addAlert(db(), { id: 'a1', ...MILL, night: '2024-03-01' })
  await judgeAlert(db(), 'a1', word('false', '2024-03-05'))
  expect(await moveThresholds(db(), '2024-03-04')).toBe(0)
  expect(await moveThresholds(db(), '2024-03-05')).toBe(1)
  const offset = async (night: string): Promise<number> => (await readOffsets(db(), parseDay(night))).of(placeId, familyId)
  expect(await offset('2024-03-05')).toBe(0) // the night itself raised its alerts before
  expect(Math.abs(await offset('2024-06-03') - 0.15)).toBeLessThan(1e-9)
  expect(await moveThresholds(db(), '2024-03-06')).toBe(0) // said once, moved once
  expect(await moveThresholds(db(), '2024-03-05')).toBe(1) // a night again is the same night
  expect(await listThresholds(db(), '2024-03-05')).toMatchObject([{
    place: ['City', 'North', 'Mill'], family: ['Water'], moves: [{ night: '2024-03-05', alert_id: 'a1', reason: 'judged_false', from: 0, to: 0.3 }],
  }])
})

test('a night does not know what was said later', async () => {
  const { placeId, familyId } = await addAlert(db(), { id: 'a1', ...MILL, night: '2024-03-01' })
  await judgeAlert(db(), 'a1', word('false', '2024-03-05'))
  await judgeAlert(db(), 'a1', word('true', '2024-03-20'))
  await moveThresholds(db(), '2024-03-05')
  await moveThresholds(db(), '2024-03-20')
  expect((await readOffsets(db(), parseDay('2024-03-20'))).of(placeId, familyId)).toBeGreaterThan(0.2)
  expect((await readOffsets(db(), parseDay('2024-03-21'))).of(placeId, familyId)).toBeLessThan(0.08)
  // Judged again from scratch, the 5th knows of "false" alone.
  await moveThresholds(db(), '2024-03-05')
  const { rows } = await db().query('select night, reason, to_offset from threshold_moves order by night')
  expect(rows).toMatchObject([{ night: '2024-03-05', reason: 'judged_false', to_offset: 0.3 }, { night: '2024-03-20', reason: 'judged_true' }])
})

test('an alert that came to nothing moves nothing the first time, and its series the second time within a year', async () => {
  await addAlert(db(), { id: 'a1', ...MILL, night: '2024-03-01' })
  await addAlert(db(), { id: 'a2', ...MILL, night: '2024-06-01' })
  await addAlert(db(), { id: 'b1', place: 'City›North›Hill', topic: 'Water›Leak', night: '2024-06-01' })
  await nothing('a1', '2024-03-01', '2024-03-29')
  expect(await moveThresholds(db(), '2024-03-29')).toBe(0)
  await nothing('b1', '2024-06-01', '2024-06-29')
  expect(await moveThresholds(db(), '2024-06-29')).toBe(0)
  await nothing('a2', '2024-06-01', '2024-06-29')
  expect(await moveThresholds(db(), '2024-06-29')).toBe(1)
})

test('a unit that judged an alert true outweighs what was counted, and known or partly move nothing', async () => {
  await addAlert(db(), { id: 'a1', ...MILL, night: '2024-03-01' })
  await addAlert(db(), { id: 'a2', ...MILL, night: '2024-06-01' })
  await nothing('a1', '2024-03-01', '2024-03-29')
  await judgeAlert(db(), 'a1', word('partly', '2024-04-01'))
  expect(await moveThresholds(db(), '2024-04-01')).toBe(0)
  await nothing('a2', '2024-06-01', '2024-06-29')
  expect(await moveThresholds(db(), '2024-06-29')).toBe(0) // a1 was partly true: this is the first that came to nothing
  await judgeAlert(db(), 'a2', word('known', '2024-07-01'))
  expect(await moveThresholds(db(), '2024-07-01')).toBe(0)
})

test('moves are taken back from the night on that knows of it, and nights before keep theirs', async () => {
  const { placeId, familyId } = await addAlert(db(), { id: 'a1', ...MILL, night: '2024-03-01' })
  await judgeAlert(db(), 'a1', word('false', '2024-03-05'))
  await moveThresholds(db(), '2024-03-05')
  expect(await undoMoves(db(), 'a1', '2024-04-01', '', 'road works')).toHaveLength(1)
  expect((await readOffsets(db(), parseDay('2024-03-31'))).of(placeId, familyId)).toBeGreaterThan(0.2)
  expect((await readOffsets(db(), parseDay('2024-04-01'))).of(placeId, familyId)).toBe(0)
  expect(await listThresholds(db(), '2024-04-01')).toEqual([])
  await expect(undoMoves(db(), 'nobody', '2024-04-01', '', '')).rejects.toMatchObject({ code: 'no_such_move' })
})

test('what one series asks for more, all others may have: weights have mean 1', async () => {
  const { placeId, familyId } = await addAlert(db(), { id: 'a1', ...MILL, night: '2024-03-01' })
  await judgeAlert(db(), 'a1', word('false', '2024-03-05'))
  await moveThresholds(db(), '2024-03-05')
  await db().query(`insert into night_coverage (night, place_depth, topic_depth, verdict, series) values ('2024-03-06', 2, 1, 'normal', 4)`)
  const offsets = await readOffsets(db(), parseDay('2024-03-06'))
  const weights = [10 ** -offsets.of(placeId, familyId), ...[1, 2, 3].map((other) => 10 ** -offsets.of(-other, familyId))]
  expect(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) / 4 - 1)).toBeLessThan(1e-9)
  expect(offsets.correction).toBeLessThan(0)
})

test('a verdict on an alert that is not there is refused', async () => {
  await expect(judgeAlert(db(), 'nobody', word('true', '2024-03-05'))).rejects.toMatchObject({ code: 'no_such_alert' })
})
