import { beforeAll, expect, test } from 'vitest'
import { parseDay } from '../../../core/days.ts'
import { readLearning, readRecords, readRuleRecords } from '../../../pipelines/learn/learning.ts'
import { openRecords } from '../../../pipelines/learn/record-of.ts'
import { reviewLast } from '../../../pipelines/learn/review-list.ts'
import { judgeAlert } from '../../../pipelines/learn/verdicts.ts'
import { replaceRanker, replaceRankItems } from '../../../sql/learning.ts'
import { replaceReviews } from '../../../sql/reviews.ts'
import type { Outcome } from '../../../sql/reviews.ts'
import { useDatabase } from '../../support/database.ts'
import { addAlert } from './alerts.ts'

const db = useDatabase()
const OFF = { ranker: false, thresholds: false }
let familyId = 0

beforeAll(async () => {
  for (const [id, night] of [['a1', '2024-03-01'], ['a2', '2024-03-01'], ['a3', '2024-03-20']] as const) {
    const added = await addAlert(db(), { id, place: `City›North›${id}`, topic: 'Water›Leak', night })
    familyId = added.familyId
  }
  const item = (alertId: string, rule: string): Parameters<typeof replaceRankItems>[2][number] =>
    ({ alertId, event: 'opened', kind: 'emerging', level: 'yellow', rule, detector: 'share_of_city', placeId: 1, familyId, unitId: null, score: 1, features: {} })
  const { rows } = await db().query<{ id: number }>('select min(id) as id from places')
  const place = rows[0]!.id
  await replaceRankItems(db(), '2024-03-01', [{ ...item('a1', 'r1'), placeId: place }, { ...item('a2', 'r1'), placeId: place }])
  await replaceRankItems(db(), '2024-03-20', [{ ...item('a3', 'r2'), placeId: place }])
  const review = (alertId: string, freshNight: string, ageDays: number, outcome: Outcome): Parameters<typeof replaceReviews>[2][number] =>
    ({ alertId, event: 'opened', freshNight, ageDays, ticketsSince: 5, callersSince: 5, expectedSince: 1, log10P: -3, outcome, lead10: 3, lead20: null, lead50: null })
  await replaceReviews(db(), '2024-03-08', [review('a1', '2024-03-01', 7, 'surged'), review('a2', '2024-03-01', 7, 'still_on')])
  await replaceReviews(db(), '2024-03-29', [review('a1', '2024-03-01', 28, 'surged'), review('a2', '2024-03-01', 28, 'came_to_nothing')])
  await replaceReviews(db(), '2024-03-27', [review('a3', '2024-03-20', 7, 'still_on')])
  await judgeAlert(db(), 'a3', { verdict: 'true', knownOn: '2024-03-31', by: '', note: '' })
})

const seen = async (night: string): Promise<[of: number, good: number]> => {
  const { all } = (await readLearning(db(), parseDay(night), OFF)).records
  return [all.of, all.good]
}

test('the alerts of a night know the final words of earlier nights, not of their own or later ones', async () => {
  expect(await seen('2024-03-28')).toEqual([0, 0])
  expect(await seen('2024-03-29')).toEqual([0, 0]) // reviewed on this night, after its alerts
  expect(await seen('2024-03-30')).toEqual([2, 1])
  // Whoever looks at the night afterwards sees its reviews.
  expect((await readRecords(db(), parseDay('2024-03-29'))).all).toMatchObject({ of: 2, good: 1 })
})

test('a verdict counts from the night on that knows of it, before any final word', async () => {
  expect(await seen('2024-03-31')).toEqual([3, 2])
  const record = (await openRecords(db(), '2024-03-31'))({ rule: 'r2', detector: 'share_of_city', level: 'yellow', familyId, unit: null })
  expect(record.rule).toMatchObject({ of: 1, judged: 1, good: 1 })
  expect(record.unit).toMatchObject({ of: 0, share: null })
  expect(record.level).toMatchObject({ of: 3, good: 2, judged: 1 })
})

test('records of rules alone are those of the outcomes, night by night and word by word', async () => {
  await judgeAlert(db(), 'a2', { verdict: 'known', knownOn: '2024-05-01', by: '', note: '' })
  await judgeAlert(db(), 'a3', { verdict: 'partly', knownOn: '2024-05-02', by: '', note: '' })
  const seen = new Set<string>()
  for (const night of ['2024-03-28', '2024-03-29', '2024-03-30', '2024-03-31', '2024-05-01', '2024-05-02', '2026-03-10', '2026-04-01']) {
    const whole = await openRecords(db(), night)
    const counted = await readRuleRecords(db(), parseDay(night))
    for (const rule of ['r1', 'r2', 'never', null]) {
      const record = counted(rule)
      expect(record, `${night} ${rule}`).toEqual(whole({ rule, detector: null, level: 'blue', familyId, unit: null }).rule)
      seen.add(`${record.of} ${record.good} ${record.judged}`)
    }
  }
  expect(seen.size).toBeGreaterThan(4)
})

test('a night computed again with later words in the store learns what it learned then', async () => {
  const before = await readLearning(db(), parseDay('2024-03-30'), OFF)
  await judgeAlert(db(), 'a1', { verdict: 'false', knownOn: '2024-04-02', by: '', note: '' })
  const again = await readLearning(db(), parseDay('2024-03-30'), OFF)
  expect(again.records.all).toEqual(before.records.all)
  expect(again.ranker.row).toEqual(before.ranker.row)
  expect(await seen('2024-04-02')).toEqual([3, 1])
})

test('a review shows the last alerts with their latest word, and counts those with a final one', async () => {
  await replaceRanker(db(), { night: '2024-03-28', serves: false, reason: 'few_outcomes', outcomes: 0, good: 0, model: null, holdout: null })
  const review = await reviewLast(db(), '2024-03-29', 100)
  expect(review.alerts.map(({ id, outcome, final, age_days: age, verdict }) => [id, outcome, final, age, verdict])).toEqual([
    ['a3', 'still_on', false, 7, null], ['a1', 'surged', true, 28, null], ['a2', 'came_to_nothing', true, 28, null],
  ])
  expect(review.all).toMatchObject({ of: 2, good: 1, share: 0.5 })
  expect(review.by.rule).toMatchObject([{ name: 'r1', of: 2, good: 1 }])
  expect(review.lead[10]).toEqual({ of: 2, median_days: 3, before: 2 })
  expect(review.lead[20]).toEqual({ of: 0, median_days: null, before: 0 })
  expect(review.ranker).toMatchObject({ reason: 'few_outcomes' })
  expect((await reviewLast(db(), '2024-03-08', 1)).alerts.map(({ id, outcome }) => [id, outcome])).toEqual([['a1', 'surged']])
})
