/**
 * Arrivals become reporting triangles: a row a day, a column a lag, the last row the night.
 */
import type { Day } from '../core/days.ts'

/** Tickets of a day that became known some days after it. */
export interface Arrival { city: number, topic: number, day: Day, lag: number, tickets: number }

/** As models/ wants it: cell day * (maxLag + 1) + lag. */
export interface ArrivalTriangle { days: number, maxLag: number, counts: Float64Array }

/** City → topic → triangle of the days (night - days, night]; arrivals outside of it are left out. */
export function buildTriangles(arrivals: readonly Arrival[], night: Day, days: number, maxLag: number): Map<number, Map<number, ArrivalTriangle>> {
  const lags = maxLag + 1
  const cities = new Map<number, Map<number, ArrivalTriangle>>()
  for (const { city, topic, day, lag, tickets } of arrivals) {
    const row = day - (night - days + 1)
    if (row < 0 || day + lag > night || lag > maxLag) continue
    let triangles = cities.get(city)
    if (!triangles) cities.set(city, triangles = new Map())
    let triangle = triangles.get(topic)
    if (!triangle) triangles.set(topic, triangle = { days, maxLag, counts: new Float64Array(days * lags) })
    triangle.counts[row * lags + lag]! += tickets
  }
  return cities
}
