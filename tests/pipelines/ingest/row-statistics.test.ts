import { expect, test } from 'vitest'
import { RowStatistics } from '../../../pipelines/ingest/row-statistics.ts'

const DAY = 19_800 * 86400
const fill = (statistics: RowStatistics, tickets: number, wall: number, channel: string | null, topic: number): void => {
  for (let i = 0; i < tickets; i++) statistics.addHour(wall + i, channel, topic)
}

test('groups are ranked by how unusual they are for their topic, staff apart from citizens', () => {
  const statistics = new RowStatistics()
  fill(statistics, 100, DAY + 9 * 3600 + 1, 'phone', 0) // of 5,000: an hour like others
  fill(statistics, 60, DAY + 10 * 3600, 'phone', 1) // of 80
  fill(statistics, 40, DAY + 11 * 3600, 'staff', 2)
  fill(statistics, 19, DAY + 12 * 3600, 'staff', 3) // too few
  const found = statistics.bulk(['staff'], [5000, 80, 400, 19], 10)
  expect(found.map(({ topic, tickets, share, staff }) => [topic, tickets, share, staff])).toEqual([[2, 40, 0.1, true], [1, 60, 0.75, false], [0, 100, 0.02, false]])
  expect(found[1]!.hour).toBe('2024-03-18 10:00')
  expect(statistics.bulk(['staff'], [5000, 80, 400, 19], 1).map(({ topic }) => topic)).toEqual([2, 1])
})

test('dates without a time of day are no hour', () => {
  const statistics = new RowStatistics()
  for (let i = 0; i < 500; i++) statistics.addHour(DAY, null, 0)
  expect(statistics.bulk([], [500], 10)).toEqual([])
  fill(statistics, 50, DAY + 1, null, 0)
  expect(statistics.bulk([], [550], 10)).toMatchObject([{ hour: '2024-03-18 00:00', tickets: 50 }])
})
