/**
 * A space-time scan of files: where and since when is there more than expected, and how rare is that among replicates?
 */
import { formatDay } from '../core/days.ts'
import { assessStatistics } from '../models/scan/clusters.ts'
import type { Cluster, Significance } from '../models/scan/clusters.ts'
import type { ClusterOptions } from '../models/scan/model-scan.ts'
import type { NullMaxima } from '../models/scan/monte-carlo.ts'
import type { Purpose } from '../models/scan/permutation.ts'
import type { ZoneOptions, Zones } from '../models/scan/zones.ts'
import { readScanTable } from './scan-table.ts'
import type { Period, ScanFiles, ScanTable } from './scan-table.ts'

export const SCAN_MODELS = ['permutation', 'poisson', 'negative-binomial'] as const
export type ScanModelName = (typeof SCAN_MODELS)[number]

export interface ScanSettings {
  model: ScanModelName
  /** Of several topics, with the permutation model. */
  purpose: Purpose
  /** Shortest and longest window, in days. */
  minDays: number
  maxDays: number
  /** Windows anywhere in the period instead of those that end with it. */
  retrospective: boolean
  zones: ZoneOptions
  /** Connected sets of so many nearest places instead of circles; without a file of neighbours those of the Gabriel graph. */
  irregular?: number | undefined
  /** Fewest cases in a cluster. */
  minCases: number
  /** Size of a negative-binomial count (variance = mean + mean² / size); absent: from the days before the windows. */
  size?: number | undefined
  /** Allow for a rhythm of the week: with the permutation model one of each place, else one of all. */
  dayOfWeek: boolean
  /** Analyses, one a day, that p answers for, this one included. */
  analyses: number
  /** Days from one analysis to the next. */
  everyDays: number
  replicates: number
  /** Stop after so many replicates that reach the first cluster; 0: never. */
  stopAfter: number
  seed: number
  threads: number
  clusters: ClusterOptions
}

/** One cluster by the names and days of the files. */
export interface FoundCluster {
  /** Nearest to the centre first. */
  places: string[]
  /** First day, and the day after the last. */
  from: string
  until: string
  observed: number
  expected: number
  statistic: number
  p: number
  gumbel_p: number
  recurrence_days: number
}

/** What was looked at. */
export interface ScanSummary {
  model: ScanModelName
  places: number
  days: number
  from: string
  until: string
  cases: number
  zones: number
  /** Replicates that were run: fewer than asked for after a sequential stop. */
  replicates: number
}

/** Seconds of the process until the files were read, of finding the clusters, of the replicates. */
export interface ScanTimes { load: number, scan: number, replicate: number }

/** CPU seconds are those of all threads. */
export interface ScanResult { clusters: FoundCluster[], cpu: ScanTimes, wall: ScanTimes, settings: ScanSummary }

/** The clusters that a model finds, and how their rarity is found. */
export interface Finding {
  clusters: Cluster[]
  zones: Zones
  replicate(): Promise<NullMaxima>
}

/**
 * @throws {BadInputError} a file that cannot be used, with its line
 * @throws {InvalidOptionError} settings that do not go together
 */
export async function scanFiles(files: ScanFiles, period: Period, settings: ScanSettings): Promise<ScanResult> {
  const table = readScanTable(files, period)
  const loaded = readClocks()
  const finding = await find(table, settings)
  const scanned = readClocks()
  const replicates = await finding.replicate()
  const rated = assessStatistics(finding.clusters.map(({ statistic }) => statistic), replicates, settings)
  const replicated = readClocks()
  const times = (clock: 'cpu' | 'wall'): ScanTimes => ({ load: loaded[clock], scan: scanned[clock] - loaded[clock], replicate: replicated[clock] - scanned[clock] })
  return {
    clusters: finding.clusters.map((cluster, i) => nameCluster(table, cluster, rated[i])),
    cpu: times('cpu'),
    wall: times('wall'),
    settings: {
      model: settings.model, places: table.ids.length, days: table.days, from: nameDay(table, 0), until: nameDay(table, table.days),
      cases: table.topics.reduce((sum, topic) => topic.reduce((all, count) => all + (count || 0), sum), 0),
      zones: finding.zones.candidate.reduce((sum, candidate) => sum + candidate, 0), replicates: replicates.maxima.length,
    },
  }
}

/** Loads no more than the model needs: a scan is often shorter than the start of its process. */
async function find(table: ScanTable, settings: ScanSettings): Promise<Finding> {
  if (settings.model === 'permutation' && table.topics.length === 1) return (await import('./scan-permutation.ts')).findByPermutation(table, settings)
  return (await import('./scan-models.ts')).findByModel(table, settings)
}

function nameCluster(table: ScanTable, cluster: Cluster, { p, gumbelP, recurrenceDays }: Significance): FoundCluster {
  const { observed, expected, statistic } = cluster
  return {
    places: Array.from(cluster.places, (place) => table.ids[place]), from: nameDay(table, cluster.from), until: nameDay(table, cluster.until),
    observed, expected, statistic, p, gumbel_p: gumbelP, recurrence_days: recurrenceDays,
  }
}

function nameDay({ firstDay, dated }: ScanTable, day: number): string {
  return dated ? formatDay(firstDay + day) : String(firstDay + day)
}

/** Seconds since the process began. */
function readClocks(): { cpu: number, wall: number } {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1e6, wall: process.uptime() }
}
