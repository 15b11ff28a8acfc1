/**
 * Real tickets as daily counts of place × topic, for trials: a plain read of the two cities' files beside the project, without
 * store or import. Citizens' tickets only, as far as the files tell: staff channels, repeated case numbers and tickets entered
 * in bulk are left out, and so are tickets without a place.
 */
import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { parseDay } from '../core/days.ts'

/** Series i is topic floor(i / places) at place i % places. */
export interface CitySeries {
  city: string
  places: string[]
  topics: string[]
  /** Mean position of each place's tickets, degrees; NaN where none has a point. */
  latitude: Float64Array
  longitude: Float64Array
  /** Day number of the first count. */
  firstDay: number
  days: number
  /** topics * places * days counts. */
  counts: Float64Array
}

interface Layout {
  file: string
  ticket: string
  opened: string
  topic: string
  place: string
  latitude: string
  longitude: string
  channel: string
  staff: readonly string[]
  noPlace: readonly string[]
  /** Topics with fewer tickets are left out. */
  minTickets: number
}
const LAYOUTS: Readonly<Record<string, Layout>> = {
  Houston: {
    file: 'houston_311_flood_pothole_2011_2019.csv.gz', ticket: 'CASE NUMBER', opened: 'SR CREATE DATE', topic: 'SR TYPE', place: 'NEIGHBORHOOD',
    latitude: 'LATITUDE', longitude: 'LONGITUDE', channel: 'Channel Type', staff: ['WAP'], noPlace: ['', 'Unknown'], minTickets: 150,
  },
  Boston: {
    file: 'boston_311_2011H2_all_types.csv.gz', ticket: 'case_enquiry_id', opened: 'open_dt', topic: 'type', place: 'neighborhood',
    latitude: 'latitude', longitude: 'longitude', channel: 'source', staff: ['Employee Generated', 'Maximo Integration'], noPlace: ['', 'Boston'], minTickets: 150,
  },
}
/** More tickets of one topic by one channel in one hour were entered in bulk: the wildest hour of a storm has 120. */
const BULK_AN_HOUR = 200

interface Row { hour: string, topic: string, place: string, latitude: number, longitude: number, burst: string }

export type City = keyof typeof LAYOUTS
export const CITIES = Object.keys(LAYOUTS)

/** @throws {Error} the file is not there */
export async function readCitySeries(city: City): Promise<CitySeries> {
  const rows = await readRows(LAYOUTS[city]!)
  const bursts = tally(rows.map((row) => row.burst))
  const usable = rows.filter((row) => bursts.get(row.burst)! <= BULK_AN_HOUR)
  const perTopic = tally(usable.map((row) => row.topic))
  const kept = usable.filter((row) => perTopic.get(row.topic)! >= LAYOUTS[city]!.minTickets)
  const places = [...new Set(kept.map((row) => row.place))].sort()
  const topics = [...new Set(kept.map((row) => row.topic))].sort()
  const dayOf = (row: Row): number => parseDay(row.hour.slice(0, 10))
  const firstDay = kept.reduce((first, row) => Math.min(first, dayOf(row)), Infinity)
  const days = kept.reduce((last, row) => Math.max(last, dayOf(row)), 0) - firstDay + 1
  const counts = new Float64Array(topics.length * places.length * days)
  const placeIndex = new Map(places.map((place, i) => [place, i]))
  const topicIndex = new Map(topics.map((topic, i) => [topic, i]))
  const latitude = new Float64Array(places.length)
  const longitude = new Float64Array(places.length)
  const points = new Float64Array(places.length)
  for (const row of kept) {
    const place = placeIndex.get(row.place)!
    counts[(topicIndex.get(row.topic)! * places.length + place) * days + dayOf(row) - firstDay]++
    if (!(Math.abs(row.latitude) > 1)) continue
    latitude[place] += row.latitude
    longitude[place] += row.longitude
    points[place]++
  }
  const mean = (sums: Float64Array): Float64Array => sums.map((sum, i) => sum / points[i]!)
  return { city, places, topics, firstDay, days, counts, latitude: mean(latitude), longitude: mean(longitude) }
}

async function readRows(layout: Layout): Promise<Row[]> {
  const path = fileURLToPath(new URL(`../../shared/data/tickets/${layout.file}`, import.meta.url))
  const seen = new Set<string>()
  const rows: Row[] = []
  for await (const row of createReadStream(path).pipe(createGunzip()).pipe(parse({ columns: true, relax_column_count: true })) as AsyncIterable<Record<string, string>>) {
    const place = row[layout.place]!.trim()
    const ticket = row[layout.ticket]!
    const channel = row[layout.channel]!
    if (seen.has(ticket) || layout.staff.includes(channel) || layout.noPlace.includes(place)) continue
    seen.add(ticket)
    const topic = row[layout.topic]!
    const hour = row[layout.opened]!.slice(0, 13)
    rows.push({ hour, topic, place, latitude: Number(row[layout.latitude]), longitude: Number(row[layout.longitude]), burst: `${hour} ${topic} ${channel}` })
  }
  return rows
}

function tally(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
