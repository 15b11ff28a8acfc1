/**
 * Do the rises that the seasonal calendar foretells come? Each Sunday of a city's later years is looked at as of then; what was told is
 * compared with the weeks that came. Demo cities by seed, and Houston's 311.
 */
import { parseDay, weekday } from '../core/days.ts'
import { risesAhead } from '../models/season/rises-ahead.ts'
import { PRESENT_WEEKS, sumWeeks, TARGET_WEEKS } from '../models/season/week-ratios.ts'
import { drawCity } from '../pipelines/demo/city.ts'
import type { DemoParams } from '../pipelines/demo/params.ts'
import { readCitySeries } from './city-series.ts'

interface Weeks { name: string, monday: number, counts: Float64Array[], lunar: boolean }

/** Weeks of past from which on Sundays are looked at, and of future that must be known. */
const PAST_WEEKS = 60
const FUTURE_WEEKS = 10

export async function benchSeason(quick: boolean): Promise<Record<string, unknown>[]> {
  const cities = quick
    ? [drawWeeks(1, { ticketsPerDay: 300, districts: 3 })]
    : [drawWeeks(1), drawWeeks(2), drawWeeks(3), await readHouston()]
  return cities.map(score)
}

function score({ name, monday, counts, lunar }: Weeks): Record<string, unknown> {
  const weeks = counts[0]!.length
  let [sundays, told, inside, rose, rose115] = [0, 0, 0, 0, 0]
  const errors: number[] = []
  const began = process.cpuUsage()
  for (let known = PAST_WEEKS; known < weeks - FUTURE_WEEKS; known++) {
    sundays++
    const { rises } = risesAhead({ monday, counts: counts.map((row) => row.slice(0, known)) }, { lunar })
    for (const rise of rises) {
      if (rise.begun) continue
      const row = counts[rise.series]!
      const peak = (rise.peak - monday) / 7
      const present = sumWeeks(row, known - PRESENT_WEEKS, known) / PRESENT_WEEKS
      const came = sumWeeks(row, peak - 1, peak + 2) / TARGET_WEEKS / Math.max(0.5, present)
      told++
      if (came >= rise.low && came <= rise.high) inside++
      if (came >= 1.3) rose++
      if (came >= 1.15) rose115++
      errors.push(Math.log(came / rise.factor))
    }
  }
  const { user, system } = process.cpuUsage(began)
  errors.sort((a, b) => a - b)
  const share = (n: number): string => (told === 0 ? '–' : (n / told).toFixed(2))
  return {
    city: name, families: counts.length, sundays, told, 'rose 1.3': share(rose), 'rose 1.15': share(rose115), 'in 90 %': share(inside),
    'came / told': told === 0 ? '–' : Math.exp(errors[errors.length >> 1]!).toFixed(2), 'ms a Sunday': Math.round((user + system) / 1000 / sundays),
  }
}

/** Tickets of people, by family and week; a caller counts once a family and day. */
function drawWeeks(seed: number, params: Partial<DemoParams> = {}): Weeks {
  const city = drawCity(params, seed)
  const from = parseDay(city.params.from)
  const monday = from + ((8 - weekday(from)) % 7)
  const weeks = Math.floor((parseDay(city.params.until) - monday) / 7)
  const families = new Map<string, Float64Array>()
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
      const week = Math.floor((parseDay(cells[1]!.slice(0, 10)) - monday) / 7)
      const family = cells[4]!.split('>').slice(0, 2).join('>')
      if (week < 0 || week >= weeks || seen.has(`${family}/${cells[16]!}`)) continue
      seen.add(`${family}/${cells[16]!}`)
      let row = families.get(family)
      if (!row) families.set(family, row = new Float64Array(weeks))
      row[week]!++
    }
  }
  return { name: `demo ${seed}`, monday, counts: [...families].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row), lunar: true }
}

async function readHouston(): Promise<Weeks> {
  const { places, topics, firstDay, days, counts } = await readCitySeries('Houston')
  const monday = firstDay + ((8 - weekday(firstDay)) % 7)
  const weeks = Math.floor((firstDay + days - monday) / 7)
  const rows = topics.map((_, t) => {
    const row = new Float64Array(weeks)
    for (let p = 0; p < places.length; p++) {
      for (let i = monday - firstDay; i < (monday - firstDay) + weeks * 7; i++) row[Math.floor((i - (monday - firstDay)) / 7)]! += counts[(t * places.length + p) * days + i]!
    }
    return row
  })
  return { name: 'Houston', monday, counts: rows, lunar: false }
}
