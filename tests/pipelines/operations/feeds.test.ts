import { expect, test } from 'vitest'
import { judgeFeed } from '../../../pipelines/operations/feeds.ts'
import type { FeedBatch, FeedRow } from '../../../sql/feeds.ts'

const NOW = Date.parse('2026-11-23T02:00:00Z') // 10:00 in Shanghai

const feed = (batches: FeedBatch[]): FeedRow => ({ id: 1, name: 'hotline', preset: 'p', city: 'City', country: 'CN', timeZone: 'Asia/Shanghai', batches, batchesInAll: batches.length, failedThisWeek: 0 })
/** A batch so many days before now, whose newest ticket is a day older. */
const batch = (daysAgo: number, parts: Partial<FeedBatch> = {}): FeedBatch => {
  const at = new Date(NOW - daysAgo * 86_400_000).toISOString()
  return { id: String(1000 - daysAgo), status: 'done', at, lastDay: new Date(NOW - (daysAgo + 1) * 86_400_000).toISOString().slice(0, 10), brought: 10, ...parts }
}

test('a daily source is late after more than two days, a weekly one after more than two weeks', () => {
  const daily = (since: number): string => judgeFeed(feed([0, 1, 2, 3, 4, 5].map((n) => batch(n + since))), NOW).state
  expect([0, 1, 2, 3].map(daily)).toEqual(['on_time', 'on_time', 'on_time', 'late'])
  const weekly = (since: number): string => judgeFeed(feed([0, 7, 14, 21].map((n) => batch(n + since))), NOW).state
  expect([0, 7, 14, 15].map(weekly)).toEqual(['on_time', 'on_time', 'on_time', 'late'])
})

test('a batch that brought nothing new does not count as news', () => {
  const judged = judgeFeed(feed([batch(0, { brought: 0 }), ...[4, 5, 6, 7].map((n) => batch(n))]), NOW)
  expect(judged).toMatchObject({ state: 'late', daysSince: 4, usualDays: 1, usualLagDays: 1, lastDay: '2026-11-18' })
})

test('without a habit nothing is called late, a failed batch is told in any case', () => {
  expect(judgeFeed(feed([batch(40), batch(41)]), NOW)).toMatchObject({ state: 'unknown', usualDays: null })
  expect(judgeFeed(feed([batch(0, { status: 'failed', brought: 0 }), ...[1, 2, 3, 4].map((n) => batch(n))]), NOW).state).toBe('failed')
  expect(judgeFeed(feed([]), NOW)).toMatchObject({ state: 'empty', daysSince: null, lastDay: null })
})

test('days are those of the source: two batches of one local day are one', () => {
  // 15:30 and 16:30 UTC lie on two days in Shanghai.
  const judged = judgeFeed(feed(['2026-11-22T16:30:00Z', '2026-11-22T15:30:00Z', '2026-11-21T15:30:00Z', '2026-11-20T15:30:00Z', '2026-11-19T15:30:00Z'].map((at, i) => batch(0, { id: String(9 - i), at, lastDay: null }))), NOW)
  expect(judged).toMatchObject({ usualDays: 1, daysSince: 0 })
})
