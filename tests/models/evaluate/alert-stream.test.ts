import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NEVER, tallyAlerts } from '../../../models/evaluate/alert-stream.ts'
import type { Scores, Streams } from '../../../models/evaluate/alert-stream.ts'
import { curvePoint, drawCurve, pointAt } from '../../../models/evaluate/amoc.ts'
import type { CurvePoint } from '../../../models/evaluate/amoc.ts'

/** Stream 0 is a city, 1 and 2 streets in it, 3 a compound in street 1. */
const STREAMS: Streams = { above: Int32Array.of(-1, 0, 0, 1), depth: Uint8Array.of(0, 2, 2, 3) }
const EPISODES = { wanted: Uint8Array.of(1, 0), began: Int32Array.of(0, 0) }

/** Rows of night, stream, statistic, episode; sorted as the streams' depth asks. */
function scores(rows: [night: number, stream: number, statistic: number, episode: number][]): Scores {
  const sorted = rows.toSorted((a, b) => a[0] - b[0] || STREAMS.depth[b[1]]! - STREAMS.depth[a[1]]! || a[1] - b[1])
  return {
    night: Int32Array.from(sorted, (row) => row[0]), stream: Int32Array.from(sorted, (row) => row[1]),
    statistic: Float32Array.from(sorted, (row) => row[2]), episode: Int32Array.from(sorted, (row) => row[3]),
  }
}

const tally = (rows: Parameters<typeof scores>[0], threshold = 1, minDepth = 0): ReturnType<typeof tallyAlerts> => tallyAlerts(scores(rows), STREAMS, EPISODES, threshold, 3, minDepth)

test('an alert stays open over quiet nights and opens anew after them', () => {
  // Nights 1 and 4 are one alert, 8 is another: four nights lie between the last two.
  expect(tally([[1, 2, 1, -1], [4, 2, 1, -1], [8, 2, 1, -1]]).alerts).toBe(2)
  expect(tally([[1, 2, 1, -1], [4, 2, 1, -1], [7, 2, 1, -1]]).alerts).toBe(1)
})

test('a score below the threshold is none, and places above the depth are not watched', () => {
  expect(tally([[1, 2, 0.9, -1]]).alerts).toBe(0)
  expect(tally([[1, 2, 5, -1], [1, 3, 5, -1]], 1, 3).alerts).toBe(1)
})

test('the deeper place speaks for those above it', () => {
  expect(tally([[1, 3, 2, -1], [1, 1, 9, -1], [1, 0, 9, -1]]).alerts).toBe(1)
  // The other street is not below the first.
  expect(tally([[1, 3, 2, -1], [1, 2, 9, -1]]).alerts).toBe(2)
  // The city was open before the compound.
  expect(tally([[1, 0, 2, -1], [2, 3, 2, -1], [2, 0, 2, -1]]).alerts).toBe(2)
  // The compound's alert is over: five nights ago.
  expect(tally([[1, 3, 2, -1], [6, 1, 2, -1]]).alerts).toBe(2)
})

test('an alert is true once it was about an episode, and forbidden where nobody should hear of it', () => {
  const told = tally([[1, 2, 1, -1], [2, 2, 1, 0], [3, 2, 1, 0], [1, 3, 1, 1], [2, 3, 1, 1]])
  expect(told).toMatchObject({ alerts: 2, falseAlerts: 1, forbidden: 1 })
  expect([...told.firstNight]).toEqual([2, NEVER])
})

test('what was open before an episode began told nobody of it', () => {
  const rows = scores([[1, 2, 1, -1], [4, 2, 1, 0], [6, 2, 1, 0], [12, 2, 1, 0]])
  const late = { ...EPISODES, began: Int32Array.of(3, 0) }
  // Open since night 1; anew on night 12.
  expect(tallyAlerts(rows, STREAMS, late, 1, 3, 0)).toMatchObject({ alerts: 2, falseAlerts: 1, firstNight: Int32Array.of(12, NEVER) })
})

test('what was open before the first night that counts is in no count, and tells nothing before it', () => {
  const rows = scores([[1, 2, 1, 0], [3, 2, 1, 0], [5, 2, 1, 0], [6, 3, 1, 1], [12, 2, 1, -1]])
  expect(tallyAlerts(rows, STREAMS, EPISODES, 1, 3, 0, 5)).toMatchObject({ alerts: 2, falseAlerts: 2, forbidden: 1, firstNight: Int32Array.of(5, NEVER) })
})

test('without places below, alerts and nights follow from the runs alone', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constant(2), fc.double({ min: 0, max: 3, noNaN: true }), fc.constantFrom(-1, 0))
  fc.assert(fc.property(fc.uniqueArray(row, { selector: (one) => one[0], maxLength: 30 }), (rows) => {
    const on = rows.filter((one) => Math.fround(one[2]) >= 1).map((one) => one[0]).sort((a, b) => a - b)
    const runs = on.filter((night, i) => i === 0 || night - on[i - 1]! > 3).length
    const result = tally(rows as Parameters<typeof scores>[0])
    expect(result.alerts).toBe(runs)
    expect(result.falseAlerts).toBeLessThanOrEqual(runs)
    const first = rows.filter((one) => Math.fround(one[2]) >= 1 && one[3] === 0).map((one) => one[0])
    expect(result.firstNight[0]).toBe(first.length > 0 ? Math.min(...first) : NEVER)
  }), { seed: 20261123 })
})

const FACTS = { wanted: Uint8Array.of(1, 1, 1), began: Int32Array.of(0, 0, 0), scored: Uint8Array.of(1, 1, 0), deadline: Int32Array.of(5, 5, 5), twentieth: Int32Array.of(20, 9, 9) }

test('a missed cluster gains no day and has the lowest lead; one that is not scored counts nowhere', () => {
  const point = curvePoint(1, { alerts: 4, falseAlerts: 2, forbidden: 0, firstNight: Int32Array.of(6, NEVER, 1) }, FACTS)
  expect(point).toMatchObject({ found: 0.5, inTime: 0, meanDaysGained: 7, medianLead: -Infinity })
  const both = curvePoint(1, { alerts: 4, falseAlerts: 2, forbidden: 0, firstNight: Int32Array.of(5, 12, 1) }, FACTS)
  // 15 days before, 3 days late.
  expect(both).toMatchObject({ found: 1, inTime: 0.5, meanDaysGained: 7.5, medianLead: 6 })
})

const point = (alerts: number, meanDaysGained: number): CurvePoint => ({ threshold: -alerts, alerts, falseAlerts: alerts / 2, forbidden: 0, found: 0, inTime: 0, meanDaysGained, medianLead: 0 })

test('between two thresholds chance decides, beyond the last there is no more', () => {
  const curve = [point(1, 0), point(4, 6), point(10, 9)]
  expect(pointAt(curve, 'alerts', 2)).toMatchObject({ alerts: 2, meanDaysGained: 2 })
  expect(pointAt(curve, 'alerts', 4)).toMatchObject({ alerts: 4, meanDaysGained: 6 })
  expect(pointAt(curve, 'alerts', 11)).toMatchObject({ alerts: 10, meanDaysGained: 9 })
  expect(pointAt(curve, 'falseAlerts', 1)).toMatchObject({ alerts: 2, meanDaysGained: 2 })
  expect(pointAt([], 'alerts', 3)).toBeUndefined()
})

test('a curve falls in threshold, reaches the target closely and has the extremes', () => {
  const sorted = Float32Array.from({ length: 1000 }, (_, i) => i)
  const curve = drawCurve(sorted, { alerts: 37, falseAlerts: 5.5 }, (threshold) => point(sorted.filter((value) => value >= threshold).length, 0))
  expect(curve.map((one) => one.alerts)).toEqual(curve.map((one) => one.alerts).toSorted((a, b) => a - b))
  expect(curve.map((one) => one.alerts)).toEqual(expect.arrayContaining([11, 37]))
  expect(curve[0]!.alerts).toBe(1)
})
