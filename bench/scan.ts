/**
 * `weisu scan` with the permutation model on the simulated workloads, 999 replicates, a process each: CPU seconds of the whole
 * process and of the replicates against SaTScan's recorded ones, and what a second thread is worth.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ScanResult } from '../pipelines/scan.ts'

const BENCHMARK = fileURLToPath(new URL('../../shared/benchmark/', import.meta.url))
const WEISU = fileURLToPath(new URL('../weisu', import.meta.url))
const REPLICATES = 999
/** What calibrate.mjs printed where SaTScan's times were recorded. */
const RECORDED_CALIBRATION = 0.125

/** A run of SaTScan in satscan_results.json. */
interface Recorded { workload: string, max_days: number, max_spatial_pct: number, pvalue: string, user: number, sys: number, clusters: { stat: number }[] }

/** @returns a row a workload, the least of some rounds, in seconds; ratios are SaTScan's CPU time, scaled by calibrate.mjs, over ours */
export async function benchScan(quick: boolean): Promise<object> {
  if (!existsSync(join(BENCHMARK, 'scan'))) return { skipped: 'no benchmark/scan beside the project' }
  const scale = Number(execFileSync(process.execPath, [join(BENCHMARK, 'calibrate.mjs')], { encoding: 'utf8' })) / RECORDED_CALIBRATION
  const recorded = JSON.parse(readFileSync(join(BENCHMARK, 'scan/satscan_results.json'), 'utf8')) as Recorded[]
  const directory = mkdtempSync(join(tmpdir(), 'weisu-bench-scan-'))
  try {
    return recorded.filter(({ pvalue, max_spatial_pct, workload, max_days }) =>
      pvalue === 'standard' && max_spatial_pct === 50 && (!quick || (max_days === 7 && /^w(200|1000)x60$/.test(workload))))
      .map((run) => compare(run, scale, quick ? 2 : 7, directory))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function compare(run: Recorded, scale: number, rounds: number, directory: string): object {
  const [one, two] = [1, 2].map((threads) => Array.from({ length: rounds }, () => scan(run, threads, directory)))
  const [{ clusters }] = one
  run.clusters.forEach(({ stat }, i) => {
    if (!(Math.abs(clusters[i].statistic - stat) < 1e-6)) throw new Error(`${run.workload}: statistic ${clusters[i].statistic}, in SaTScan ${stat}`)
  })
  const whole = least(one, ({ cpu }) => cpu.load + cpu.scan + cpu.replicate)
  const replicates = least(one, ({ cpu }) => cpu.replicate)
  const peer = scale * (run.user + run.sys)
  return {
    workload: run.workload, max_days: run.max_days, satscan: round(peer), whole: round(whole), replicates: round(replicates),
    whole_ratio: round(peer / whole), replicates_ratio: round(peer / replicates),
    replicates_wall: round(least(one, ({ wall }) => wall.replicate)), two_threads_wall: round(least(two, ({ wall }) => wall.replicate)),
  }
}

function scan({ workload, max_days }: Recorded, threads: number, directory: string): ScanResult {
  const file = (what: string): string => join(BENCHMARK, `scan/${workload}_${what}.csv`)
  const args = ['scan', '--cases', file('cases'), '--geo', file('geo'), '--max-days', max_days, '--replicates', REPLICATES, '--threads', threads, '--json', '--data-dir', directory]
  return JSON.parse(execFileSync(WEISU, args.map(String), { encoding: 'utf8' })) as ScanResult
}

function least(results: readonly ScanResult[], of: (result: ScanResult) => number): number {
  return Math.min(...results.map(of))
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
