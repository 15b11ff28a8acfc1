import { expect, test } from 'vitest'
import { openHistory } from '../../features/history.ts'
import { createCity } from '../../pipelines/city-profiles.ts'
import type { City, Profile } from '../../pipelines/city-profiles.ts'
import { createTreeBaseline, expectedBetween } from '../../pipelines/tree-baseline.ts'
import type { TreeBaseline } from '../../pipelines/tree-baseline.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'

const ROOT = 1
const FIRST_DAY = 15_000
const PLACES = 4
const TOPIC = 2

interface Town { city: City, baseline: TreeBaseline, profile: Profile, series(place: number): number }

/** A city of four places and one topic, `daily(place, t)` callers on day t. */
function drawTown(days: number, daily: (place: number, t: number) => number): Town {
  const counts = Array.from({ length: PLACES }, (_, place) => Array.from({ length: days }, (_day, t) => daily(place, t)))
  const whole = counts[0]!.map((_, t) => counts.reduce((sum, row) => sum + row[t]!, 0))
  const rows = [whole, ...counts].flatMap((row) => [row, row]) // all topics, and the one there is
  const day = rows.map((row) => [...row.keys()].filter((t) => row[t]! > 0))
  const starts = day.reduce((all, days) => [...all, all.at(-1)! + days.length], [0])
  const history = openHistory(FIRST_DAY, FIRST_DAY + days, {
    place: Int32Array.from(rows, (_, i) => ROOT + (i >> 1)), topic: Int32Array.from(rows, (_, i) => ROOT + (i & 1)), starts: Int32Array.from(starts),
    day: Int32Array.from(day.flatMap((of) => of.map((t) => FIRST_DAY + t))), callers: Int32Array.from(day.flatMap((of, i) => of.map((t) => rows[i]![t]!))),
  })
  const places = new Map(Array.from({ length: PLACES + 1 }, (_, i): [number, PlaceRow] => [ROOT + i, {
    id: ROOT + i, parentId: i > 0 ? ROOT : null, depth: Math.min(i, 1), kind: 'place', name: `${i}`, path: `${i}`, rollup: i > 0 ? [ROOT, ROOT + i] : [ROOT],
    households: null, lng: null, lat: null,
  }]))
  const topics = new Map([ROOT, TOPIC].map((id, i): [number, TopicRow] => [id, {
    id, parentId: i > 0 ? ROOT : null, depth: i, name: `${id}`, path: `${id}`, rollup: i > 0 ? [ROOT, TOPIC] : [ROOT], familyId: i > 0 ? id : null,
  }]))
  const nothing = { share: new Float64Array(0), cv: new Float64Array(0) }
  const city = createCity(history, places.get(ROOT)!, ROOT, topics, FIRST_DAY + days - 1, 'US', { delays: { of: () => nothing }, excluded: () => [] })
  const profile = city.profile(topics.get(TOPIC)!)
  if (typeof profile === 'string') throw new Error(profile)
  return { city, profile, baseline: createTreeBaseline(history, new Map([[ROOT, city]]), places, topics), series: (place) => history.find(ROOT + 1 + place, TOPIC) }
}

test('shares of places add up to the city, also where its regression tells another level than the past that taught them had', () => {
  const { baseline, profile, city, series } = drawTown(140, (place, t) => (t < 95 ? 1 : 8) * (place === 0 ? 2 : 1))
  const past = baseline.expected[profile.series]!
  expect(expectedBetween(profile, city.first, city.pastUntil) / past).not.toBeCloseTo(1, 1) // no trend in less than a year
  const shares = Array.from({ length: PLACES }, (_, place) => baseline.share[series(place)]!)
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2)
  expect(shares[0]! / shares[1]!).toBeGreaterThan(1.3)
})

test.each([[60, 7], [100, 10], [184, 18], [560, 56], [731, 56]])('of %i days the last %i do not teach', (days, guard) => {
  const { city } = drawTown(days, () => 1)
  expect(FIRST_DAY + days - city.pastUntil).toBe(guard)
})
