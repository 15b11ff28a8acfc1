import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAbout } from '../../../models/evaluate/attribution.ts'
import { measureLineage } from '../../../models/evaluate/lineage.ts'
import { describeBurden, median, nearestRank } from '../../../models/evaluate/summary.ts'

test('an alert is about an episode that has half of its excess and a quarter of its tickets', () => {
  // Three of four tickets, two usual.
  expect(isAbout({ shared: 3, tickets: 4, excess: 2 }, true)).toBe(true)
  // One ticket may be anybody's.
  expect(isAbout({ shared: 1, tickets: 1, excess: 1 }, true)).toBe(false)
  // A district 20 above its 40: the storm's 20 are it, a compound's 5 are not.
  expect(isAbout({ shared: 20, tickets: 60, excess: 20 }, true)).toBe(true)
  expect(isAbout({ shared: 5, tickets: 60, excess: 20 }, true)).toBe(false)
  // Ten of ten above the usual, but a sixth of what the alert looks at.
  expect(isAbout({ shared: 10, tickets: 60, excess: 10 }, true)).toBe(false)
})

test('a forbidden one must be half of what the alert looks at', () => {
  expect(isAbout({ shared: 5, tickets: 10, excess: 1 }, false)).toBe(true)
  expect(isAbout({ shared: 4, tickets: 10, excess: 1 }, false)).toBe(false)
})

test('an episode keeps its lineage while the foremost alert stays the same', () => {
  // Nights 1 1 2 3 4: alert 7 before alert 8 on night 1; then 7, 8, 7.
  expect(measureLineage([1, 1, 2, 3, 4], [7, 8, 7, 8, 7])).toEqual({ nights: 4, agreeing: 3, alerts: 2 })
  expect(measureLineage([], [])).toEqual({ nights: 0, agreeing: 0, alerts: 0 })
})

test('lineage accuracy is one for one alert, and at least one in so many alerts', () => {
  fc.assert(fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 30 }), (alerts) => {
    const nights = alerts.map((_, i) => i)
    const lineage = measureLineage(nights, alerts)
    expect(lineage.nights).toBe(alerts.length)
    expect(lineage.agreeing * lineage.alerts).toBeGreaterThanOrEqual(lineage.nights)
    expect(lineage.agreeing === lineage.nights).toBe(lineage.alerts === 1)
  }), { seed: 20261123 })
})

test('quantiles are one of the values', () => {
  expect(nearestRank([5, 1, 4, 2, 3], 0.95)).toBe(5)
  expect(nearestRank(Array.from({ length: 100 }, (_, i) => i + 1), 0.95)).toBe(95)
  expect(nearestRank([], 0.5)).toBeNaN()
  expect(median([-Infinity, -Infinity, 3, 4])).toBe(-Infinity)
  expect(median([-Infinity, 2, 4])).toBe(2)
  expect(median([])).toBeNaN()
})

test('units and weeks without an alert are zeros', () => {
  // Two units, three weeks: 0 0 6 and 0 1 0.
  const burden = describeBurden([0, 0, 6, 0, 1, 0], 2, 3)
  expect(burden).toEqual({ units: 2, weeks: 3, mean: 7 / 6, median: 0, p95: 6, max: 6, p95OfMeans: 2, p95OfFullest: 6, unitsWithAlerts: 2 })
})
