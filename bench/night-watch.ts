/**
 * The night's own rule as a way to watch a city: a place's share of its topic's course, raised and lowered as much as the rest of the
 * city is, and the evidence of eight weeks that it brought more; with neighbouring places together, or each by itself.
 */
import { circularZones } from '../models/scan/zones.ts'
import { LOOKBACK_DAYS } from '../pipelines/city-profiles.ts'
import { courseOfSum } from '../pipelines/course.ts'
import { weigh } from '../pipelines/night-evidence.ts'
import { dispersionGiven, less, riseWithin } from '../pipelines/rise.ts'
import type { CitySeries } from './city-series.ts'
import { createNightCity } from './night-city.ts'
import type { NightCity, TopicNight } from './night-city.ts'
import type { Planting, Trial, Watch } from './shift-trial.ts'

/** As the night has it: fewer callers in the lookback are nothing, and a zone has six places at most. */
const MIN_CALLERS = 3
const MOST_PLACES = 6
/** ln p, by its own usual course, above which a series is not looked at twice, whatever its city does. */
const FIRST_LOOK = Math.log(0.2)
/** A centre's zones overlap: together they are about two looks. */
const ZONE_LOOKS = 2

interface Known { city: NightCity, zones: number[][] }

/**
 * A zone is told at its place with the most tickets, as a cluster of the permutation scan; a planting is found by any zone with
 * its place.
 *
 * @param mostPlaces of a zone; 1 for no zones
 */
export function nightWatch(name: string, mostPlaces = MOST_PLACES): Watch {
  const known = new WeakMap<Trial, Known>()
  const of = (trial: Trial): Known => {
    if (!known.has(trial)) known.set(trial, { city: createNightCity(trial), zones: zonesOf(trial.city, mostPlaces) })
    return known.get(trial)!
  }
  return {
    name,
    calm: (trial) => {
      const { city, zones } = of(trial)
      const nights = trial.days - trial.from
      const { topics, places } = trial.city
      const out = new Float64Array(trial.series * nights)
      topics.forEach((_, topic) => {
        const counts = countTopic(trial, topic)
        for (let t = 0; t < nights; t++) {
          const usual = city.topic(topic, trial.from + t)
          if (!usual) continue
          const rows = lookBack(counts, trial.from + t)
          for (const zone of zones) {
            const at = (topic * places.length + busiest(zone, rows)) * nights + t
            out[at] = Math.max(out[at]!, strengthOf(zone, rows, usual))
          }
        }
      })
      return out
    },
    planted: (trial, planting) => {
      const { city, zones } = of(trial)
      const { length: places } = trial.city.places
      const own = zones.filter((zone) => zone.includes(planting.series % places))
      const topic = Math.floor(planting.series / places)
      const counts = countTopic(trial, topic, planting)
      return Float64Array.from({ length: planting.excess.length }, (_, d) => {
        const usual = city.topic(topic, planting.from + d)
        if (!usual) return NaN
        const rows = lookBack(counts, planting.from + d)
        return own.reduce((most, zone) => Math.max(most, strengthOf(zone, rows, usual, planting)), 0)
      })
    },
  }
}

/** Every place, and the sets of nearest places around each that are known, each set once. */
function zonesOf({ latitude, longitude, places }: CitySeries, mostPlaces: number): number[][] {
  const alone = places.map((_, place) => [place])
  if (mostPlaces === 1) return alone
  const located = [...places.keys()].filter((place) => latitude[place]! < Infinity)
  const { starts, neighbours } = circularZones(
    { kind: 'earth', x: Float64Array.from(located, (place) => longitude[place]!), y: Float64Array.from(located, (place) => latitude[place]!) },
    new Float64Array(located.length).fill(1), { maxPlaces: mostPlaces, ties: 'one-at-a-time' })
  const sets = new Map<string, number[]>()
  located.forEach((_, centre) => {
    for (let end = starts[centre]! + 2; end <= starts[centre + 1]!; end++) {
      const zone = [...neighbours.subarray(starts[centre], end)].map((place) => located[place]!).sort((a, b) => a - b)
      sets.set(zone.join(), zone)
    }
  })
  return [...alone, ...sets.values()]
}

/** Counts of one topic by place and day, and of the whole city: of that topic, or at −1 of all. */
interface Rows { places: Float64Array[], city(topic: number): Float64Array }

function countTopic({ city: { places, topics }, counts, days }: Trial, topic: number, planting?: Planting): Rows {
  const own = places.map((_, place) => counts.slice((topic * places.length + place) * days, (topic * places.length + place + 1) * days))
  planting?.excess.forEach((tickets, d) => { own[planting.series % places.length]![planting.from + d]! += tickets })
  const sums = new Map<number, Float64Array>()
  const city = (asked: number): Float64Array => {
    let sum = sums.get(asked)
    if (!sum) {
      sums.set(asked, sum = new Float64Array(days))
      const others = asked === topic ? [] : [...topics.keys()].filter((k) => k !== topic)
      for (const k of others) for (let i = 0; i < places.length * days; i++) sum[i % days]! += counts[k * places.length * days + i]!
      for (const row of own) for (let t = 0; t < days; t++) sum[t]! += row[t]!
    }
    return sum
  }
  return { places: own, city }
}

/** The last days up to a night. */
function lookBack({ places, city }: Rows, night: number): Rows {
  const first = night + 1 - LOOKBACK_DAYS
  return { places: places.map((row) => row.subarray(first, night + 1)), city: (topic) => city(topic).subarray(first, night + 1) }
}

/** −ln of the p that a zone's counts are as usual, given the rest of the city. */
function strengthOf(zone: readonly number[], rows: Rows, usual: TopicNight, planting?: Planting): number {
  const counts = sumRows(zone.map((place) => rows.places[place]!))
  if (total(counts) < MIN_CALLERS) return 0
  // One place's burst is that place's own, however quiet its neighbours are.
  if (zone.length > 1 && zone.filter((place) => total(rows.places[place]!) > 0).length < 2) return 0
  const courses = zone.map((place) => usual.course(place, planting && planting.series % rows.places.length === place ? planting : undefined))
  const course = zone.length === 1 ? courses[0]! : courseOfSum(courses)
  if (weigh(counts, course).logP > FIRST_LOOK) return 0
  const rise = riseWithin(usual.city.map(({ topic, expected }) => ({ observed: less(rows.city(topic), counts), expected: less(expected, course.expected) })))
  const expected = course.expected.map((mean, i) => mean * rise[i]!)
  const { logP } = weigh(counts, { expected, dispersion: dispersionGiven(course, expected), cv: course.cv })
  return Math.max(0, -logP - (zone.length > 1 ? Math.log(ZONE_LOOKS) : 0))
}

function busiest(zone: readonly number[], { places }: Rows): number {
  return zone.length === 1 ? zone[0]! : zone.reduce((most, place) => (total(places[place]!) > total(places[most]!) ? place : most))
}

function sumRows(rows: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(LOOKBACK_DAYS)
  for (const row of rows) for (let i = 0; i < LOOKBACK_DAYS; i++) sum[i]! += row[i]!
  return sum
}

function total(counts: Float64Array): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i]!
  return sum
}
