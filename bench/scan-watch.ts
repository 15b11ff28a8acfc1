/**
 * The prospective space-time permutation scan as a way to watch a city: every night all places of a topic at once, circles of up
 * to half of the cases, windows of up to 14 days, a study of one year.
 */
import { assessStatistics, selectClusters } from '../models/scan/clusters.ts'
import type { Cluster } from '../models/scan/clusters.ts'
import { createMaximaFinder } from '../models/scan/permutation-maxima.ts'
import { casesOfPlaces, countsUnderTest, findMargins } from '../models/scan/permutation.ts'
import type { Horizon } from '../models/scan/permutation.ts'
import { searchPermutation } from '../models/scan/permutation-search.ts'
import { circularZones } from '../models/scan/zones.ts'
import type { CitySeries } from './city-series.ts'
import type { Planting, Trial, Watch } from './shift-trial.ts'

const HORIZON: Horizon = { minDays: 1, maxDays: 14, ends: 1, minCases: 2 }
const STUDY_DAYS = 365
/** Few, since p is read from the Gumbel distribution fitted to them. */
const REPLICATES = 99

/**
 * A cluster is one alert, however many places it has: it is told at the place with the most tickets in it, so that a false one
 * counts once while it stays there. A planting is found by any cluster that has its place.
 */
export const PERMUTATION_SCAN: Watch = {
  name: 'permutation scan',
  calm: (trial) => {
    const nights = trial.days - trial.from
    const { topics, places } = trial.city
    const out = new Float64Array(trial.series * nights)
    for (let topic = 0; topic < topics.length; topic++) {
      const counts = topicCounts(trial, topic)
      for (let t = 0; t < nights; t++) {
        for (const cluster of scan(trial.city, counts, trial.from + t)) {
          out[(topic * places.length + cluster.lead) * nights + t] = cluster.strength
        }
      }
    }
    return out
  },
  planted: (trial, planting) => {
    const { length: places } = trial.city.places
    const place = planting.series % places
    const counts = topicCounts(trial, Math.floor(planting.series / places), planting)
    return Float64Array.from({ length: planting.excess.length }, (_, d) => {
      const night = scan(trial.city, counts, planting.from + d)
      return night.find((cluster) => cluster.places.includes(place))?.strength ?? 0
    })
  },
}

interface RatedCluster extends Cluster {
  /** −log10 of p. */
  strength: number
  /** The place with the most tickets. */
  lead: number
}

/** places * days counts of one topic of the trial, with a planting or without. */
function topicCounts({ city, counts, days }: Trial, topic: number, planting?: Planting): Float64Array {
  const { length: places } = city.places
  const own = counts.slice(topic * places * days, (topic + 1) * places * days)
  planting?.excess.forEach((tickets, d) => { own[(planting.series % places) * days + planting.from + d]! += tickets })
  return own
}

/** Clusters of one night without overlap. */
function scan(city: CitySeries, counts: Float64Array, night: number): RatedCluster[] {
  const { length: places } = city.places
  const first = Math.max(0, night + 1 - STUDY_DAYS)
  const days = night + 1 - first
  const study = new Float64Array(places * days)
  for (let p = 0; p < places; p++) study.set(counts.subarray(p * city.days + first, p * city.days + night + 1), p * days)
  const cells = { places, days, counts: study }
  const margins = findMargins(cells)
  if (margins.total === 0) return []
  const zones = circularZones({ kind: 'earth', x: city.longitude, y: city.latitude }, casesOfPlaces(margins))
  const clusters = selectClusters(searchPermutation(margins, zones, HORIZON, countsUnderTest(cells, HORIZON.maxDays)), zones)
  if (clusters.length === 0) return []
  const maxima = createMaximaFinder(margins, zones, HORIZON)(night, 0, REPLICATES)
  const rated = assessStatistics(clusters.map((cluster) => cluster.statistic), { maxima, stoppedAt: 0 })
  return clusters.map((cluster, i) => ({ ...cluster, strength: Math.max(0, -Math.log10(rated[i]!.gumbelP)) || 0, lead: leadOf(cluster, study, days) }))
}

function leadOf({ places, from, until }: Cluster, study: Float64Array, days: number): number {
  const tickets = (place: number): number => study.subarray(place * days + from, place * days + until).reduce((sum, count) => sum + count, 0)
  return [...places].reduce((lead, place) => (tickets(place) > tickets(lead) ? place : lead))
}
