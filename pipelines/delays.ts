/**
 * How complete a night's counts of the last days are, per city and topic family: a family's delays lean on its city's.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { buildTriangles } from '../features/delays.ts'
import { fitDelays } from '../models/detect/reporting-delay.ts'
import type { Completeness } from '../models/detect/reporting-delay.ts'
import { readArrivals } from '../sql/delays.ts'
import type { Queryable } from '../sql/db.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'

/** Tickets that come later are not waited for. */
export const MAX_LAG = 28
/** Eighteen weeks: every lag is seen on fourteen days of each weekday. */
const TRIANGLE_DAYS = 126

export interface Delays {
  /** Index l speaks of the day l days before the night. A topic has its family's; one without a family has the city's. */
  of(city: number, topic: TopicRow): Completeness
}

/** As known on the night, whenever it is run. */
export async function readDelays(db: Queryable, night: Day, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>): Promise<Delays> {
  const cities = [...places.values()].filter((place) => place.depth === 0).map((place) => place.id)
  const all = [...topics.values()].find((topic) => topic.depth === 0)!.id
  const families = new Set([...topics.values()].flatMap((topic) => topic.familyId ?? []))
  const arrivals = await readArrivals(db, formatDay(night), TRIANGLE_DAYS, MAX_LAG, cities, [all, ...families])
  const triangles = buildTriangles(arrivals, night, TRIANGLE_DAYS, MAX_LAG)
  const nothing = { days: TRIANGLE_DAYS, maxLag: MAX_LAG, counts: new Float64Array(TRIANGLE_DAYS * (MAX_LAG + 1)) }
  const fits = new Map(cities.map((city) => {
    const whole = fitDelays(triangles.get(city)?.get(all) ?? nothing)
    const parts = new Map([...families].map((family) => [family, fitDelays(triangles.get(city)?.get(family) ?? nothing, {}, whole)]))
    return [city, { whole, parts }]
  }))
  return {
    of: (city, topic) => {
      const { whole, parts } = fits.get(city)!
      return parts.get(topic.familyId ?? all) ?? whole
    },
  }
}
