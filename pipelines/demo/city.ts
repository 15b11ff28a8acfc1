/**
 * Draws a demo city: an invented Chinese prefecture-level city whose hotline's export can be streamed as CSV. The same
 * seed and params give the same bytes on every machine.
 */
import { workCalendar } from '../../core/calendar.ts'
import { parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import type { Rng } from '../../core/rng.ts'
import { createBackground } from './background.ts'
import type { Background } from './background.ts'
import { plantEpisodes } from './episodes.ts'
import { freeTenth } from './episode-plan.ts'
import type { DemoLabel } from './episode-plan.ts'
import { drawBoundaries, drawMap, listPlaces } from './layout.ts'
import type { DemoPlace } from './layout.ts'
import { resolveDemoParams } from './params.ts'
import type { DemoParams } from './params.ts'
import { HEADER, openDay, ticketNumber, writeRow } from './ticket-row.ts'
import type { Draft, RowContext } from './ticket-row.ts'
import { promiseTable } from './promises.ts'
import { readTopics } from './topics.ts'
import type { DemoTopic } from './topics.ts'
import { drawUnits } from './units.ts'
import type { DemoUnit } from './units.ts'
import { drawWeather, weatherTable } from './weather.ts'

export interface DemoCity {
  seed: number
  params: DemoParams
  /** Parents before children; the first is the city. */
  places: DemoPlace[]
  /** Parents before children, without the root of all topics. */
  topics: DemoTopic[]
  units: DemoUnit[]
  labels: DemoLabel[]
  /** GeoJSON outlines of the streets. */
  boundaries: ReturnType<typeof drawBoundaries>
  /** Temperature and rain of every day, as CSV. */
  weather: string
  /** When its building projects are to be handed over, as CSV. */
  promises: string
  /** The export as UTF-8 CSV with the headers of preset generic_12345_zh: a header, then one buffer a day, in order of 受理时间. */
  tickets(): Generator<Buffer, void, undefined>
}

/** Map, units and labels are drawn at once, in well under a second; tickets as they are asked for, one day in memory. */
export function drawCity(given: Partial<DemoParams>, seed: number): DemoCity {
  const params = resolveDemoParams(given)
  const rng = createRng(seed)
  const from = parseDay(params.from)
  const until = parseDay(params.until)
  const map = drawMap(params, rng.fork('map'))
  const tree = readTopics()
  const units = drawUnits(map, tree)
  const weather = drawWeather(from, until, rng.fork('weather'))
  const taken = new Set<number>()
  const { byDay, labels } = plantEpisodes({ map, tree, weather, params, from, until, taken }, rng.fork('episodes'))
  const free = map.sites.map((_, i) => i).filter((i) => !taken.has(i))
  const context: RowContext = { map, tree, units, calendar: workCalendar('CN'), until }
  return {
    seed, params, labels, places: listPlaces(map), boundaries: drawBoundaries(map, 'street'), topics: tree.topics, units: units.units,
    weather: weatherTable(weather, from, rng.fork('rain')), promises: promiseTable(map, labels, from, until, rng.fork('promises')),
    *tickets() {
      const background = createBackground(context, params, weather, from, free, rng.fork('background'))
      const later = new Map<Day, Draft[]>()
      yield Buffer.from(`${HEADER}\n`)
      for (let day = from; day < until; day++) {
        yield Buffer.from(writeDay(context, background, day, byDay.get(day) ?? [], later, rng.fork(`day/${day}`)))
      }
    },
  }
}

/** Planted drafts have their numbers already; the others take what is free. */
function writeDay(context: RowContext, background: Background, day: Day, planted: readonly Draft[], later: Map<Day, Draft[]>, rng: Rng): string {
  const ordinary = [...background.draw(day, rng), ...(later.get(day) ?? [])]
  later.delete(day)
  const used = new Set(planted.map((draft) => draft.tenth))
  for (const draft of ordinary) draft.tenth = freeTenth(used, draft.tenth)
  const isPlanted = new Set(planted)
  const at = openDay(context, day)
  let text = ''
  for (const draft of [...ordinary, ...planted].sort((a, b) => a.tenth - b.tenth)) {
    const number = ticketNumber(at.stamp, draft.tenth)
    text += writeRow(at, draft, number, rng)
    if (isPlanted.has(draft)) continue
    const next = background.follow(day, draft, number, rng)
    if (!next) continue
    const list = later.get(next.day)
    if (list) list.push(next.draft)
    else later.set(next.day, [next.draft])
  }
  return text
}
