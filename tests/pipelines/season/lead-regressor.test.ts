import { expect, test } from 'vitest'
import { openHistory } from '../../../features/history.ts'
import { createLeadRegressor } from '../../../pipelines/season/lead-regressor.ts'
import type { PlaceRow } from '../../../sql/trees.ts'
import type { LeadRow } from '../../../sql/weekly-tables.ts'

const NIGHT = 20000
const place = (id: number, depth: number): [number, PlaceRow] => [id, { id, parentId: null, depth, kind: 'compound', name: '', path: '', rollup: [id], households: null, lng: null, lat: null }]
const places = new Map([place(1, 3), place(2, 3), place(3, 2)])
const lead: LeadRow = { placeDepth: 3, beforeTopicId: 5, afterTopicId: 6, lag: 4, lagLow: 3, lagHigh: 5, rises: 12, hits: 6, expected: 2, places: 5, backward: 0, p: 0.001, q: 0.01, examples: [] }

/** Two callers of topic 5 at each place, so many days ago. */
const history = (ago: number): ReturnType<typeof openHistory> => openHistory(NIGHT - 730, NIGHT + 1, {
  place: Int32Array.of(1, 2, 3), topic: Int32Array.of(5, 5, 5), starts: Int32Array.of(0, 1, 2, 3), day: Int32Array.of(NIGHT - ago, NIGHT - ago, NIGHT - ago), callers: Int32Array.of(2, 1, 2),
})

test('a lead that shows at the place raises the later topic by its lift, at places of its depth only', () => {
  const regressor = createLeadRegressor(history(10), places, [lead], NIGHT)
  expect(regressor.of(1, 6)).toBeCloseTo(Math.log(3), 12)
  expect([regressor.of(2, 6), regressor.of(3, 6), regressor.of(1, 5), regressor.of(9, 6)]).toEqual([0, 0, 0, 0])
})

test('the strongest of several counts, bounded, and what is long past does not', () => {
  const strong = { ...lead, hits: 100 }
  expect(createLeadRegressor(history(10), places, [lead, strong], NIGHT).of(1, 6)).toBeCloseTo(Math.log(8), 12)
  expect(createLeadRegressor(history(42), places, [lead], NIGHT).of(1, 6)).toBe(0)
  expect(createLeadRegressor(history(41), places, [lead], NIGHT).of(1, 6)).toBeGreaterThan(0)
})
