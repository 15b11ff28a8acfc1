import { expect, test } from 'vitest'
import { compareAlerts } from '../../../pipelines/replay/compare.ts'
import type { AlertSpan } from '../../../sql/replays.ts'

const span = (placeId: number, firstNight: string, lastNight: string, more: Partial<AlertSpan> = {}): AlertSpan =>
  ({ id: `${placeId} ${firstNight}`, kind: 'emerging', placeId, familyId: 7, firstNight, lastNight, level: 'blue', ...more })

test('alerts of one cause whose nights overlap are one; who told it first is counted', () => {
  const here = [span(1, '2024-01-01', '2024-01-09'), span(2, '2024-01-05', '2024-01-06'), span(3, '2024-01-03', '2024-01-04', { level: 'red' })]
  const there = [span(1, '2024-01-04', '2024-01-12'), span(2, '2024-01-02', '2024-01-05'), span(3, '2024-02-01', '2024-02-02'), span(4, '2024-01-01', '2024-01-02')]
  expect(compareAlerts(here, there)).toEqual({
    here: { alerts: 3, by_level: { blue: 2, red: 1 } }, there: { alerts: 4, by_level: { blue: 4 } },
    both: 2, only_here: 1, only_there: 2, earlier: 1, same_night: 0, later: 1, mean_nights_earlier: 0,
  })
})

test('an alert is paired once, and a seasonal one is no burst', () => {
  const twice = [span(1, '2024-01-01', '2024-01-02'), span(1, '2024-01-20', '2024-01-22')]
  const once = [span(1, '2024-01-02', '2024-01-20')]
  expect(compareAlerts(twice, once)).toMatchObject({ both: 1, only_here: 1, only_there: 0, earlier: 1, mean_nights_earlier: 1 })
  expect(compareAlerts(once, [span(1, '2024-01-02', '2024-01-20', { kind: 'seasonal' })])).toMatchObject({ both: 0, mean_nights_earlier: null })
  expect(compareAlerts([], [])).toMatchObject({ both: 0, only_here: 0, only_there: 0, mean_nights_earlier: null })
})
