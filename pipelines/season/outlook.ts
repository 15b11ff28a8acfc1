/**
 * What rose in the coming weeks of past years, in each city and district, as known on a Sunday night; and where it was then.
 */
import { formatDay, weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { sumBetween } from '../../features/history.ts'
import type { History } from '../../features/history.ts'
import { risesAhead } from '../../models/season/rises-ahead.ts'
import type { Rise } from '../../models/season/rises-ahead.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import type { OutlookArea, OutlookRow } from '../../sql/weekly-tables.ts'
import { round } from '../signal-row.ts'

export interface OutlookInput {
  /** Callers of families at cities, districts and streets, up to and with a Sunday. */
  history: History
  places: ReadonlyMap<number, PlaceRow>
  topics: ReadonlyMap<number, TopicRow>
  /** Country of each city, by the city's name. */
  countries: ReadonlyMap<string, string>
}

export interface Outlook { rows: OutlookRow[], tested: number }

/** Places a level that are named, and the fewest callers and least lift of one. */
const MOST_AREAS = 3
const AREA_CALLERS = 10
/** Levels below the city whose series are tested by themselves. */
const TESTED_DEPTH = 1

export function outlookOf({ history, places, topics, countries }: OutlookInput): Outlook {
  const rows: OutlookRow[] = []
  let tested = 0
  const families = [...topics.values()].filter((topic) => topic.familyId === topic.id)
  for (const city of places.values()) {
    if (city.depth !== 0) continue
    const below = [...places.values()].filter((place) => place.rollup[0] === city.id)
    const first = firstDay(history, city.id, families)
    if (first === undefined) continue
    // Whole weeks, Monday to Sunday.
    const monday = first + ((8 - weekday(first)) % 7)
    const weeks = Math.floor((history.until - monday) / 7)
    for (let depth = 0; depth <= TESTED_DEPTH; depth++) {
      const cells = below.filter((place) => place.depth === depth).flatMap((place) => families.flatMap((family) => {
        const s = history.find(place.id, family.id)
        return s >= 0 ? [{ place, family, s }] : []
      }))
      const counts = cells.map(({ s }) => weekly(history, s, monday, weeks))
      const ahead = risesAhead({ monday, counts }, { lunar: (countries.get(city.name) ?? 'CN') === 'CN' })
      tested += ahead.tested
      for (const rise of ahead.rises) {
        const { place, family } = cells[rise.series]!
        // What a district saw once may have been one incident there, unless its city saw it, too.
        if (depth > 0 && rise.years.length === 1 && !rows.some((row) => row.placeId === city.id && row.familyId === family.id)) continue
        rows.push(describe(rise, place, family, strongest(history, rise, place, family, below, history.until)))
      }
    }
  }
  rows.sort((a, b) => (a.beginsOn < b.beginsOn ? -1 : a.beginsOn > b.beginsOn ? 1 : 0) || a.p - b.p || a.placeId - b.placeId || a.familyId - b.familyId)
  return { rows, tested }
}

function firstDay(history: History, place: number, families: readonly TopicRow[]): Day | undefined {
  let first = Infinity
  for (const family of families) {
    const s = history.find(place, family.id)
    if (s >= 0 && history.starts[s]! < history.starts[s + 1]!) first = Math.min(first, history.day[history.starts[s]!]!)
  }
  return first === Infinity ? undefined : first
}

function weekly(history: History, s: number, monday: Day, weeks: number): Float64Array {
  const row = new Float64Array(weeks)
  for (let i = history.starts[s]!; i < history.starts[s + 1]!; i++) {
    const week = Math.floor((history.day[i]! - monday) / 7)
    if (week >= 0 && week < weeks) row[week]! += history.callers[i]!
  }
  return row
}

/** Places below with most callers in the weeks of past rises, of each level in turn the largest ones. */
function strongest(history: History, { years }: Rise, place: PlaceRow, family: TopicRow, below: readonly PlaceRow[], until: Day): OutlookArea[] {
  const within = (s: number): number => years.reduce((sum, year) => sum + sumBetween(history, s, year.from, year.until), 0)
  const own = history.find(place.id, family.id)
  const [total, always] = [within(own), sumBetween(history, own, history.from, until)]
  if (total === 0) return []
  const areas: OutlookArea[] = []
  for (let depth = place.depth + 1; depth <= 2; depth++) {
    const of = below.filter((one) => one.depth === depth && one.rollup.includes(place.id)).flatMap((one): OutlookArea[] => {
      const s = history.find(one.id, family.id)
      const callers = s < 0 ? 0 : within(s)
      if (callers < AREA_CALLERS) return []
      const share = callers / total
      return [{ placeId: one.id, callers, share: round(share), lift: round(share / (sumBetween(history, s, history.from, until) / always)) }]
    })
    areas.push(...of.sort((a, b) => b.callers - a.callers || a.placeId - b.placeId).slice(0, MOST_AREAS))
  }
  return areas
}

/** Four digits, however small. */
function significant(p: number): number {
  return Number(p.toPrecision(4))
}

function describe(rise: Rise, place: PlaceRow, family: TopicRow, areas: OutlookArea[]): OutlookRow {
  return {
    placeId: place.id, familyId: family.id, beginsOn: formatDay(rise.begins), peaksOn: formatDay(rise.peak), begun: rise.begun,
    factor: round(rise.factor), low: round(rise.low), high: round(rise.high), present: round(rise.present), year: round(rise.year), p: significant(rise.p), q: significant(rise.q),
    years: rise.years.map((year) => ({
      from: formatDay(year.from), peak: formatDay(year.peak), until: formatDay(year.until), factor: round(year.factor), callers: year.callers, whole: year.whole,
    })),
    areas,
  }
}
