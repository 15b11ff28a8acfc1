/**
 * How quickly do people of a place report what has happened? From duplicates: once an incident has been reported, further reports of it come at the same
 * rate at which the first one had been waited for. Liu, Bhandaram & Garg (2024), Nature Computational Science 4:57-65, §"Methods":
 * the first report is a stopping time, so that the reports after it, up to a second stopping time (repair, or a fixed span), are a Poisson process
 * watched for a known time, whatever the incident's unknown beginning; the rate is duplicates / time, the mean delay 1 / rate.
 */
import { gammaShape, posteriorFactor } from './rates.ts'
import type { Factor } from './rates.ts'

/** Columns, one row an incident. */
export interface Incidents {
  place: Int32Array
  /** Kind of the incident: kinds are reported at different rates everywhere. */
  kind: Int32Array
  /** Reports after the first, by other people, within the watched time. */
  duplicates: Float64Array
  /** Watched time after the first report, in days. */
  watched: Float64Array
}

export interface PlaceRate {
  place: number
  incidents: number
  duplicates: number
  /** Duplicates expected there at the city's rates of the kinds. */
  expected: number
  /** Rate over the city's, its kinds being equal. */
  factor: Factor
  /** Mean days from an incident to its first report, at the mix of kinds seen there. */
  delayDays: number
}

export interface ReportingRates {
  /** Reports a day once an incident is there, per kind. */
  kinds: Map<number, { incidents: number, duplicates: number, days: number, rate: number }>
  shape: number
  /** In order of place. */
  places: PlaceRate[]
}

/** Kinds first, then each place against them; O(incidents). Incidents that were watched for no time say nothing. */
export function reportingRates({ place, kind, duplicates, watched }: Incidents): ReportingRates {
  const kinds: ReportingRates['kinds'] = new Map()
  for (let i = 0; i < place.length; i++) {
    if (!(watched[i]! > 0)) continue
    const of = kinds.get(kind[i]!) ?? { incidents: 0, duplicates: 0, days: 0, rate: NaN }
    of.incidents++
    of.duplicates += duplicates[i]!
    of.days += watched[i]!
    kinds.set(kind[i]!, of)
  }
  for (const of of kinds.values()) of.rate = of.duplicates / of.days
  const sums = new Map<number, { incidents: number, duplicates: number, expected: number, days: number }>()
  for (let i = 0; i < place.length; i++) {
    if (!(watched[i]! > 0)) continue
    const sum = sums.get(place[i]!) ?? { incidents: 0, duplicates: 0, expected: 0, days: 0 }
    sum.incidents++
    sum.duplicates += duplicates[i]!
    sum.expected += kinds.get(kind[i]!)!.rate * watched[i]!
    sum.days += watched[i]!
    sums.set(place[i]!, sum)
  }
  const rows = [...sums].toSorted(([a], [b]) => a - b)
  const shape = gammaShape(rows.map(([, sum]) => sum.duplicates), rows.map(([, sum]) => sum.expected))
  return {
    kinds, shape,
    places: rows.map(([id, { incidents, duplicates: seen, expected, days }]) => {
      const factor = posteriorFactor(seen, expected, shape)
      return { place: id, incidents, duplicates: seen, expected, factor, delayDays: days / (expected * factor.mean) }
    }),
  }
}
