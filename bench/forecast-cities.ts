/**
 * Cities as a forecaster sees them, without a store: the callers of place × topic × day at every level of both trees, from a demo
 * city drawn with a seed or from the two cities' files beside the project.
 */
import { workCalendar } from '../core/calendar.ts'
import { parseDay } from '../core/days.ts'
import { HORIZON } from '../models/forecast/forecast.ts'
import type { ForecastInput } from '../models/forecast/forecast.ts'
import { drawCity } from '../pipelines/demo/city.ts'
import { dayKinds } from '../pipelines/fit-days.ts'
import { readCitySeries } from './city-series.ts'
import type { City } from './city-series.ts'

/** Cells of day, place and topic, names from the root down. */
interface Cell { day: number, place: readonly string[], topic: readonly string[], callers: number }

export interface ForecastCity { name: string, input: ForecastInput, names: string[] }

/** Streets of a district that are looked at. */
const STREETS = 2

/** A demo city down to some of its streets; a caller counts once a day and cell, entries of staff do not. */
export function drawForecastCity(seed: number): ForecastCity {
  const city = drawCity({}, seed)
  const root = city.places[0]!.path[0]!
  const kept = new Set<string>()
  for (const district of city.places.filter((place) => place.path.length === 2)) {
    city.places.filter((place) => place.path.length === 3 && place.path[1] === district.path[1]).slice(0, STREETS)
      .forEach((place) => kept.add(`${place.path[1]!}›${place.path[2]!}`))
  }
  const trees = new Trees()
  let header = true
  for (const buffer of city.tickets()) {
    const seen = new Set<string>()
    for (const line of buffer.toString().split('\n')) {
      const cells = line.split(',')
      if (header || cells.length < 24) {
        header = false
        continue
      }
      if (cells[18] === '网格巡查' || cells[18] === '后台批量录入') continue
      const place = [root, ...(cells[8] ? [cells[8]] : []), ...(cells[9] && kept.has(`${cells[8]}›${cells[9]}`) ? [cells[9]] : [])]
      trees.add({ day: parseDay(cells[1]!.slice(0, 10)), place, topic: cells[4]!.split('>'), callers: 1 }, seen, cells[16]!)
    }
  }
  return trees.close(`demo ${seed}`, 'CN')
}

/** Houston or Boston: the city, its neighbourhoods, its topics. */
export async function readForecastCity(name: City): Promise<ForecastCity> {
  const { places, topics, firstDay, days, counts } = await readCitySeries(name)
  const trees = new Trees()
  for (let t = 0; t < topics.length; t++) {
    for (let p = 0; p < places.length; p++) {
      for (let i = 0; i < days; i++) {
        const callers = counts[(t * places.length + p) * days + i]!
        if (callers > 0) trees.add({ day: firstDay + i, place: [String(name), places[p]!], topic: [topics[t]!], callers })
      }
    }
  }
  return trees.close(String(name), 'US')
}

interface Series { place: readonly string[], topic: readonly string[], counts: Map<number, number> }

/** Adds cells up along both trees. */
class Trees {
  readonly #series = new Map<string, Series>()
  #first = Infinity
  #last = -Infinity

  /** @param seen  cells that the caller was in on the day already */
  add({ day, place, topic, callers }: Cell, seen?: Set<string>, caller?: string): void {
    this.#first = Math.min(this.#first, day)
    this.#last = Math.max(this.#last, day)
    for (let p = 1; p <= place.length; p++) {
      for (let t = 0; t <= topic.length; t++) {
        const key = keyOf(place.slice(0, p), topic.slice(0, t))
        if (seen && caller) {
          const own = `${caller} ${key}`
          if (seen.has(own)) continue
          seen.add(own)
        }
        let series = this.#series.get(key)
        if (!series) this.#series.set(key, series = { place: place.slice(0, p), topic: topic.slice(0, t), counts: new Map() })
        series.counts.set(day, (series.counts.get(day) ?? 0) + callers)
      }
    }
  }

  close(name: string, country: string): ForecastCity {
    const keys = [...this.#series.keys()].sort()
    const index = new Map(keys.map((key, i) => [key, i]))
    const all = keys.map((key) => this.#series.get(key)!)
    const starts = new Int32Array(all.length + 1)
    all.forEach(({ counts }, s) => { starts[s + 1] = starts[s]! + counts.size })
    const day = new Int32Array(starts.at(-1)!)
    const callers = new Int32Array(starts.at(-1)!)
    all.forEach(({ counts }, s) => {
      [...counts].sort((a, b) => a[0] - b[0]).forEach(([d, n], i) => {
        day[starts[s]! + i] = d
        callers[starts[s]! + i] = n
      })
    })
    const days = this.#last - this.#first + 1
    const calendar = workCalendar(country)
    const input: ForecastInput = {
      firstDay: this.#first, days, horizon: HORIZON, starts, day, callers, knownDays: 0,
      placeAbove: Int32Array.from(all, ({ place, topic }) => (place.length === 1 ? -1 : index.get(keyOf(place.slice(0, -1), topic))!)),
      topicAbove: Int32Array.from(all, ({ place, topic }) => (topic.length === 0 ? -1 : index.get(keyOf(place, topic.slice(0, -1)))!)),
      placeDepth: Uint8Array.from(all, ({ place }) => place.length - 1), topicDepth: Uint8Array.from(all, ({ topic }) => topic.length),
      kinds: dayKinds(calendar, this.#first, this.#first + days + HORIZON), calendarUntil: calendar.coveredUntil,
    }
    return { name, input, names: keys }
  }
}

function keyOf(place: readonly string[], topic: readonly string[]): string {
  return `${place.join('›')} · ${topic.join('›')}`
}
