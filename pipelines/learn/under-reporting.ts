/**
 * Is a quiet place calm, or does it not report? Tickets per household against the whole, and how quickly people report what has happened, from the
 * duplicates of incidents (models/learn/reporting-rate.ts). Places are described, never persons; cells under three callers are not shown.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { gammaShape, posteriorFactor } from '../../models/learn/rates.ts'
import type { Factor } from '../../models/learn/rates.ts'
import { reportingRates } from '../../models/learn/reporting-rate.ts'
import type { Queryable } from '../../sql/db.ts'
import { readIncidents, readPlaceReports } from '../../sql/reporting.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { round } from '../signal-row.ts'

export const REPORTING_DAYS = 365
const YEAR = 365
/** Longest time for which an incident is watched, and for which a place must have been silent before it. */
export const WATCHED_DAYS = 28
/** A place reports slowly, or little, where even the upper end of its interval is below these shares of the whole. */
const SLOW = 0.67
const FEW = 0.5
/** Incidents from which the speed of a place can be told. */
const FEWEST_INCIDENTS = 20
const FEWEST_CALLERS = 3

export const SIGNALS = ['low_signal', 'calm', 'usual', 'cannot_tell'] as const
/** low_signal: reports slowly, or little and nobody knows how quickly. calm: little, but as quickly as elsewhere. */
export type ReportingSignal = (typeof SIGNALS)[number]

/** A place; the keys are promised in docs/cli.md. */
export interface PlaceCoverage {
  place: string[]
  households: number | null
  /** Null where fewer than three callers would be shown. */
  tickets: number | null
  callers: number | null
  /** Tickets a year per 1,000 households, leaning on the whole. */
  rate: number | null
  /** The same over that of the whole, with its 95 % interval. */
  rate_factor: Interval | null
  incidents: number | null
  duplicates: number | null
  /** Speed of reporting over that of the whole, kinds of incident being equal, and the mean days between reports: as long as an incident that others can see waits for its first. */
  speed_factor: Interval | null
  delay_days: number | null
  top_caller_share: number | null
  herfindahl: number | null
  signal: ReportingSignal
}

type Interval = [mean: number, low: number, high: number]

export interface Coverage {
  night: string
  from: string
  depth: number
  places: PlaceCoverage[]
  /** Tickets a year per 1,000 households of the places that have both; null where none has. */
  rate: number | null
  /** Mean days between reports of an incident over all places. */
  delay_days: number | null
  incidents: number
}

/**
 * @param wanted depth of the places, or the deepest there is
 * @param days   looked at, the night's own the last; rates are of a year all the same
 */
export async function readCoverage(db: Queryable, night: string, wanted = 2, days = REPORTING_DAYS): Promise<Coverage> {
  const places = await readPlaces(db)
  const deepest = Math.max(0, ...[...places.values()].map((place) => place.depth))
  const depth = Math.min(wanted, deepest)
  const from = formatDay(parseDay(night) + 1 - days)
  const reports = new Map((await readPlaceReports(db, from, night, night, depth)).map((row) => [row.placeId, row]))
  const incidents = await readIncidents(db, from, night, night, depth, WATCHED_DAYS)
  const rates = reportingRates({
    place: Int32Array.from(incidents, (row) => row.place), kind: Int32Array.from(incidents, (row) => row.kind),
    duplicates: Float64Array.from(incidents, (row) => row.duplicates), watched: Float64Array.from(incidents, (row) => row.watched),
  })
  const speeds = new Map(rates.places.map((row) => [row.place, row]))
  const rows = [...places.values()].filter((place) => place.depth === depth)
  const housed = rows.filter((place) => (place.households ?? 0) > 0)
  const tickets = (place: PlaceRow): number => reports.get(place.id)?.tickets ?? 0
  const homes = housed.reduce((sum, place) => sum + place.households!, 0)
  const whole = housed.reduce((sum, place) => sum + tickets(place), 0) / homes
  const expected = (place: PlaceRow): number => place.households! * whole
  const shape = gammaShape(housed.map(tickets), housed.map(expected))
  const factors = new Map(housed.map((place) => [place.id, whole > 0 ? posteriorFactor(tickets(place), expected(place), shape) : undefined]))
  const sums = [...rates.kinds.values()].reduce((sum, kind) => ({ days: sum.days + kind.days, duplicates: sum.duplicates + kind.duplicates }), { days: 0, duplicates: 0 })
  return {
    night, from, depth, rate: homes > 0 ? round(whole * YEAR / days * 1000, 2) : null, incidents: incidents.length,
    delay_days: sums.duplicates > 0 ? round(sums.days / sums.duplicates, 2) : null,
    places: rows.map((place): PlaceCoverage => {
      const seen = reports.get(place.id)
      const speed = speeds.get(place.id)
      const told = speed && speed.incidents >= FEWEST_INCIDENTS ? speed : undefined
      const factor = factors.get(place.id)
      const shown = seen !== undefined && seen.callers >= FEWEST_CALLERS
      return {
        place: place.rollup.map((id) => places.get(id)!.name), households: place.households,
        tickets: shown ? seen.tickets : null, callers: shown ? seen.callers : null,
        // A rate and the households would give the number away.
        rate: factor && shown ? round(factor.mean * whole * YEAR / days * 1000, 2) : null, rate_factor: factor && shown ? intervalOf(factor) : null,
        incidents: shown ? speed?.incidents ?? 0 : null, duplicates: shown ? speed?.duplicates ?? 0 : null,
        speed_factor: told ? intervalOf(told.factor) : null, delay_days: told && told.expected > 0 ? round(told.delayDays, 2) : null,
        top_caller_share: shown && seen.top !== null ? round(seen.top) : null, herfindahl: shown && seen.herfindahl !== null ? round(seen.herfindahl) : null,
        signal: nameSignal(factor, told?.factor),
      }
    }).sort((a, b) => SIGNALS.indexOf(a.signal) - SIGNALS.indexOf(b.signal) || (a.place.join('›') < b.place.join('›') ? -1 : 1)),
  }
}

/** @param rate per household over the whole @param speed of reporting over the whole; undefined where it cannot be told */
export function nameSignal(rate: Factor | undefined, speed: Factor | undefined): ReportingSignal {
  if (!rate && !speed) return 'cannot_tell'
  if (speed && speed.high < SLOW) return 'low_signal'
  if (rate && rate.high < FEW) return speed && speed.low > SLOW ? 'calm' : 'low_signal'
  return 'usual'
}

function intervalOf({ mean, low, high }: Factor): Interval {
  return [round(mean, 3), round(low, 3), round(high, 3)]
}
