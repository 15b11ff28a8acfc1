/**
 * Farrington flexible against R surveillance and against the same method on plain glm.fit (bench/farrington.R): CPU time a series
 * and week on the simulated weekly series, in one run where R is there, else against recorded times.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { farringtonFlexible } from '../models/detect/farrington-flexible.ts'
import type { StandardError } from '../models/detect/farrington-model.ts'

const BENCHMARK = fileURLToPath(new URL('../../shared/benchmark/', import.meta.url))
const SCRIPT = fileURLToPath(new URL('farrington.R', import.meta.url))
/** 1-based first and last week judged: benchmark/README.md. */
const FIRST = 576
const LAST = 624
const ROUNDS = 9
/** CPU milliseconds a series-week, and calibrate.mjs's seconds on the machine where they were recorded. */
const RECORDED = { package: 5.8, glm: 1.35, calibration: 0.125 }

/** @returns CPU microseconds a series-week, the two ratios, and how far the bounds are apart; JSON-friendly */
export async function benchFarrington(quick: boolean): Promise<object> {
  const series = readSeries(quick ? 5 : 21)
  const judged = series.length * (LAST - FIRST + 1)
  const package_ = measure(series, 'surveillance-1.20')
  const glm = measure(series, 'correct')
  const peer = runPeers(series)
  const peerMicros = peer
    ? { package: (peer.seconds.package * 1e6) / judged, glm: (peer.seconds.glm * 1e6) / judged }
    : recordedMicros()
  return {
    seriesWeeks: judged,
    microsPerSeriesWeek: round(package_.micros / judged),
    peers: peer ? 'R in this run' : 'recorded, scaled by calibrate.mjs',
    packageMicros: round(peerMicros.package),
    glmFitMicros: round(peerMicros.glm),
    timesFasterThanPackage: round((peerMicros.package * judged) / package_.micros),
    timesFasterThanGlmFit: round((peerMicros.glm * judged) / glm.micros),
    ...(peer && { worstAgainstPackage: furthest(package_.upper, peer.bounds.package), worstAgainstGlmFit: furthest(glm.upper, peer.bounds.glm) }),
  }
}

/** Series spread evenly over the scenarios, each 624 weeks. */
function readSeries(wanted: number): Float64Array[] {
  const lines = gunzipSync(readFileSync(join(BENCHMARK, 'weekly/weekly_dev.csv.gz'))).toString().trim().split('\n').slice(1)
  const all: Float64Array[] = []
  for (let i = 0; i < lines.length; i += LAST) {
    all.push(Float64Array.from(lines.slice(i, i + LAST), (line) => Number(line.split(',')[3])))
  }
  return Array.from({ length: wanted }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / wanted)])
}

/** Bounds of all series, one after the other, and the least CPU time of some rounds. */
function measure(series: Float64Array[], standardError: StandardError): { upper: number[], micros: number } {
  let micros = Infinity
  let upper: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    const bounds = series.map((counts) => farringtonFlexible({ counts, periodsPerYear: 52 }, FIRST - 1, LAST, { thresholdMethod: 'delta', limit54: [0, 4], standardError }))
    const used = process.cpuUsage(before)
    micros = Math.min(micros, used.user + used.system)
    upper = bounds.flatMap((one) => [...one.upper])
  }
  return { upper, micros }
}

interface Peers { seconds: { package: number, glm: number }, bounds: { package: number[], glm: number[] } }

/** Undefined where R or its package is not installed. */
function runPeers(series: Float64Array[]): Peers | undefined {
  if (spawnSync('Rscript', ['-e', 'library(surveillance)'], { stdio: 'ignore' }).status !== 0) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'weisu-bench-farrington-'))
  try {
    const input = join(directory, 'series.csv')
    const output = join(directory, 'bounds.csv')
    const rows = Array.from({ length: LAST }, (_, week) => series.map((counts) => counts[week]).join(','))
    writeFileSync(input, [series.map((_, i) => `s${i}`).join(','), ...rows, ''].join('\n'))
    const stdout = execFileSync('Rscript', [SCRIPT, input, String(FIRST), String(LAST), output], { encoding: 'utf8' })
    const [ofPackage, ofGlm] = stdout.trim().split(/\s+/).map(Number)
    const bounds = readFileSync(output, 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').map(Number))
    return { seconds: { package: ofPackage, glm: ofGlm }, bounds: { package: bounds.map((row) => row[0]), glm: bounds.map((row) => row[1]) } }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function recordedMicros(): { package: number, glm: number } {
  const here = Number(execFileSync(process.execPath, [join(BENCHMARK, 'calibrate.mjs')], { encoding: 'utf8' }))
  const scale = (1000 * here) / RECORDED.calibration
  return { package: RECORDED.package * scale, glm: RECORDED.glm * scale }
}

function furthest(values: number[], references: number[]): number {
  return values.reduce((worst, value, i) => Math.max(worst, Math.abs(value / references[i] - 1)), 0)
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
