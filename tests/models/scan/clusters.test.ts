import { expect, test } from 'vitest'
import { assessStatistics, createWindows, selectClusters } from '../../../models/scan/clusters.ts'
import type { Windows } from '../../../models/scan/clusters.ts'
import { circularZones } from '../../../models/scan/zones.ts'

/** Places 0 … 5 on a line; around each the zones of 1, 2, … places one by one. */
const zones = circularZones({ kind: 'plane', x: Float64Array.of(0, 1, 2.1, 3.3, 4.6, 6), y: new Float64Array(6) }, new Float64Array(6).fill(1), { maxPercent: 100 })

function windows(rows: readonly { centre: number, size: number, from: number, until: number, statistic: number }[]): Windows {
  const table = createWindows(rows.length)
  rows.forEach(({ centre, size, from, until, statistic }, i) => {
    table.centre[i] = centre
    table.last[i] = zones.starts[centre] + size - 1
    table.from[i] = from
    table.until[i] = until
    table.statistic[i] = statistic
  })
  return table
}

const rows = [
  { centre: 0, size: 2, from: 5, until: 8, statistic: 4 }, // places 0, 1
  { centre: 1, size: 1, from: 6, until: 8, statistic: 3 }, // overlaps it
  { centre: 1, size: 2, from: 1, until: 5, statistic: 2 }, // shares its places, on other days
  { centre: 5, size: 1, from: 5, until: 8, statistic: 2.5 },
  { centre: 3, size: 1, from: 0, until: 8, statistic: 0 }, // nothing above expectation
]
const told = (found: ReturnType<typeof selectClusters>): string[] => found.map(({ places, statistic }) => `${places.join()} ${statistic}`)

test('secondary clusters share no place with a likelier one', () => {
  expect(told(selectClusters(windows(rows), zones))).toEqual(['0,1 4', '5 2.5'])
  expect(told(selectClusters(windows(rows), zones, 'place', 1))).toEqual(['0,1 4'])
})

test('a second episode at the same place is reported where days count', () => {
  expect(told(selectClusters(windows(rows), zones, 'place-and-day'))).toEqual(['0,1 4', '5 2.5', '1,0 2'])
})

test('of equally likely windows the one with fewer places comes first', () => {
  const equal = [{ centre: 0, size: 3, from: 0, until: 1, statistic: 1 }, { centre: 2, size: 1, from: 0, until: 1, statistic: 1 }]
  expect(told(selectClusters(windows(equal), zones))).toEqual(['2 1'])
})

test('p is the rank, and the recurrence interval answers for the analyses it is adjusted for', () => {
  const maxima = Float64Array.from({ length: 99 }, (_, i) => i / 10)
  const [common, rare] = assessStatistics([5, 20], { maxima, stoppedAt: 0 }, { everyDays: 1, analyses: 1 })
  expect(common.p).toBe(50 / 100)
  expect(common.recurrenceDays).toBeCloseTo(2, 12)
  expect(rare.p).toBe(1 / 100)
  expect(rare.gumbelP).toBeLessThan(0.01)
  // SaTScan, w200x60 with 29 analyses: p = 0.407 recurs once in 56 days.
  const adjusted = assessStatistics([0], { maxima: Float64Array.from({ length: 999 }, (_, i) => (i < 406 ? 1 : -1)), stoppedAt: 0 }, { everyDays: 1, analyses: 29 })
  expect(adjusted[0].p).toBe(0.407)
  expect(Math.round(adjusted[0].recurrenceDays)).toBe(56)
})
