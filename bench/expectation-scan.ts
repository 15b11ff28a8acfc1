/**
 * Expectation-based scans of the simulated workloads: CPU time of the search and of the replicates, through vectors and through
 * the plain twin, against R scanstatistics' recorded time. Then irregular windows, and the nightly's neighbour scan.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRng } from '../core/rng.ts'
import { gabrielGraph } from '../models/scan/adjacency.ts'
import { expectationModel } from '../models/scan/expectation.ts'
import type { Points } from '../models/scan/geometry.ts'
import { irregularZones } from '../models/scan/irregular.ts'
import { negativeBinomialModel } from '../models/scan/negative-binomial.ts'
import { scanNeighbours } from '../models/scan/neighbour-scan.ts'
import { findNullMaxima } from '../models/scan/null-maxima.ts'
import { spansToday } from '../models/scan/scan-model.ts'
import type { ScanModel } from '../models/scan/scan-model.ts'
import { createPlainScreen } from '../models/scan/screen.ts'
import type { CreateScreen } from '../models/scan/screen.ts'
import { createScreen } from '../models/scan/screen-kernel.ts'
import { createSearch, searchWindows } from '../models/scan/window-search.ts'
import type { Search } from '../models/scan/window-search.ts'
import { circularZones } from '../models/scan/zones.ts'
import type { Zones } from '../models/scan/zones.ts'

const BENCHMARK = fileURLToPath(new URL('../../shared/benchmark/', import.meta.url))
/** CPU seconds of scan_eb_poisson of R scanstatistics 1.1.2 on w200x60, k = 100, 7 days, and calibrate.mjs's on that machine. */
const RECORDED = { scanstatistics: 21, calibration: 0.125 }
const REPLICATES = 999

/** @returns a row a workload: CPU milliseconds, the least of some rounds; JSON-friendly */
export async function benchExpectationScan(quick: boolean): Promise<object> {
  if (!existsSync(join(BENCHMARK, 'scan'))) return { skipped: 'no benchmark/scan beside the project' }
  const rounds = quick ? 3 : 7
  const calibration = Number(execFileSync(process.execPath, [join(BENCHMARK, 'calibrate.mjs')], { encoding: 'utf8' }))
  const peer = (1000 * RECORDED.scanstatistics * calibration) / RECORDED.calibration
  const [small, large] = [readWorkload('w200x60', 7), readWorkload('w1000x60', 14)]
  const [near, half] = [circles(small, 100), circles(large, 500)]
  const irregular = irregularZones(small.points, gabrielGraph(small.points), ones(small.places))
  return [
    measure('w200x60 Poisson, 100 neighbours, 7 days', poisson(small), near, rounds, true),
    measure('w200x60 negative binomial, 100 neighbours, 7 days', negativeBinomial(small), near, rounds, true),
    measure('w200x60 Poisson, irregular, 7 days', poisson(small), irregular, rounds, !quick),
    measure('w1000x60 Poisson, 500 neighbours, 14 days', poisson(large), half, quick ? 1 : 3, false),
    neighbours(rounds),
  ].map((row, i) => (i === 0 ? { ...row, timesFasterThanScanstatistics: peer / (row.searchMs + row.replicatesMs!) } : row))
}

interface Workload { places: number, days: number, points: Points, counts: Float64Array, baselines: Float64Array }

interface Row {
  what: string
  /** Zones times spans. */
  windows: number
  searchMs: number
  replicatesMs?: number
  plainMs?: number
  /** CPU time of the replicates per window and replicate. */
  nanosPerWindow?: number
}

function measure(what: string, model: ScanModel, zones: Zones, rounds: number, plain: boolean): Row {
  const spans = spansToday(model.days, model.days)
  const [searchMs, search] = least(rounds, () => {
    const prepared = createSearch(model, zones, spans)
    return { prepared, best: searchWindows(prepared).statistic.reduce((most, x) => Math.max(most, x), 0) }
  })
  const replicate = (screen: CreateScreen, times: number): number => least(times, () => maxima(search.prepared, search.best, screen))[0]
  const replicatesMs = replicate(createScreen, rounds)
  const windows = search.prepared.expected.length
  return {
    what, windows, searchMs, replicatesMs, nanosPerWindow: (1e6 * replicatesMs) / windows / REPLICATES,
    ...(plain && { plainMs: replicate(createPlainScreen, Math.ceil(rounds / 3)) }),
  }
}

function maxima(search: Search, guess: number, screen: CreateScreen): Float64Array {
  return findNullMaxima(search, { replicates: REPLICATES, seed: 1, guess }, screen).maxima
}

/** 3,000 places with ten neighbours, 30 topics, six windows. */
function neighbours(rounds: number): Row {
  const random = createRng('neighbour bench')
  const [places, topics, windows] = [3000, 30, 6]
  const column = (draw: () => number): Float64Array => Float64Array.from({ length: places }, draw)
  const zones = circularZones({ kind: 'plane', x: column(() => random.next()), y: column(() => random.next()) }, ones(places), { maxPlaces: 10 })
  const expected = Float64Array.from({ length: places * windows }, () => random.gamma(0.5, 1))
  const size = expected.map(() => 1 + random.gamma(1, 2))
  const observed = expected.map((mean, i) => random.negativeBinomial(mean, size[i]))
  const [searchMs] = least(rounds, () => {
    for (let topic = 0; topic < topics; topic++) scanNeighbours({ windows, observed, expected, size }, zones)
  })
  return { what: '3000 places, 10 neighbours, 6 windows, 30 topics', windows: zones.neighbours.length * windows * topics, searchMs }
}

function least<T>(rounds: number, run: () => T): [ms: number, result: T] {
  let [best, result] = [Infinity, undefined as T]
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    result = run()
    const used = process.cpuUsage(before)
    best = Math.min(best, (used.user + used.system) / 1000)
  }
  return [best, result]
}

const ones = (n: number): Float64Array => new Float64Array(n).fill(1)
const circles = ({ points, places }: Workload, maxPlaces: number): Zones => circularZones(points, ones(places), { maxPercent: 100, maxPlaces })
const poisson = (workload: Workload): ScanModel => expectationModel(workload)
const negativeBinomial = (workload: Workload): ScanModel => negativeBinomialModel({ ...workload, sizes: ones(workload.places).fill(2) })

function readWorkload(name: string, days: number): Workload {
  const rows = (file: string): string[][] => readFileSync(join(BENCHMARK, `scan/${name}_${file}.csv`), 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(','))
  const geo = rows('geo')
  const placeOf = new Map(geo.map(([id], i) => [id, i]))
  const baselineRows = rows('baseline30')
  const dayOf = new Map([...new Set(baselineRows.map(([, day]) => day))].sort().slice(-days).map((day, i) => [day, i]))
  const fill = (table: string[][]): Float64Array => {
    const cells = new Float64Array(geo.length * days)
    for (const [id, day, value] of table) if (dayOf.has(day)) cells[placeOf.get(id)! * days + dayOf.get(day)!] += Number(value)
    return cells
  }
  const points: Points = { kind: 'plane', x: Float64Array.from(geo, (row) => Number(row[1])), y: Float64Array.from(geo, (row) => Number(row[2])) }
  return { places: geo.length, days, points, counts: fill(rows('cases')), baselines: fill(baselineRows) }
}
