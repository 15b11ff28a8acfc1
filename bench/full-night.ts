/**
 * The detection of one night of a large city: seconds and memory of reading two years of counts and of judging all series
 * of both trees. The demo city, four times its usual size, has half a million live series; its tickets come in through the
 * ordinary import and are counted by the ordinary step, so that history, late arrivals and evidence are what a night meets.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../core/config.ts'
import type { Config } from '../core/config.ts'
import { parseDay } from '../core/days.ts'
import { SILENT } from '../core/log.ts'
import { createHistoryReader } from '../features/history.ts'
import { countDirtyDays } from '../pipelines/count.ts'
import { loadDemo } from '../pipelines/demo/load.ts'
import { createDetector, HISTORY_DAYS } from '../pipelines/detect.ts'
import { resolveTickets } from '../pipelines/resolve.ts'
import { readCallerCounts } from '../sql/counts.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { TOWN } from './store.ts'

const NIGHT = '2026-11-22'
const SIZES = {
  full: { ticketsPerDay: 6000, districts: 16, streets: 400, sites: 6000 },
  quick: TOWN,
} as const

/** What a child process measured of itself: wall and CPU seconds of the work, largest resident size of the process. */
interface Figures { seconds: number, cpu_seconds: number, max_rss_mb: number, result: Record<string, number> }

/**
 * @param keep  directory of the store, made where it is absent and left there; without it a temporary one
 * @returns a row a piece of work; the server's own CPU time is in none
 */
export async function benchFullNight(quick: boolean, keep?: string): Promise<object[]> {
  const directory = keep ?? mkdtempSync(join(tmpdir(), 'weisu-bench-full-night-'))
  try {
    const rows = []
    for (const work of Object.keys(WORK)) {
      if (work === 'fill' && existsSync(join(directory, 'labels.json'))) continue
      const { result, ...figures } = await inChild(work, directory, quick)
      rows.push({ work, ...figures, ...result })
    }
    return rows
  } finally {
    if (!keep) rmSync(directory, { recursive: true, force: true, maxRetries: 30, retryDelay: 300 })
  }
}

/** `read` is a part of `detect`, measured by itself. */
const WORK: Readonly<Record<string, (db: Db, config: Config, quick: boolean) => Promise<Record<string, number>>>> = {
  fill: async (db, config, quick) => {
    const timed = stopwatch()
    const { tickets } = await loadDemo({ db, config, log: SILENT }, { seed: 1, params: quick ? SIZES.quick : SIZES.full })
    const load_seconds = timed()
    await resolveTickets(db)
    const resolve_seconds = timed()
    const { rows } = await countDirtyDays(db)
    return { tickets, cells: rows, load_seconds, resolve_seconds, count_seconds: timed() }
  },
  read: async (db) => {
    const history = await createHistoryReader((...range) => readCallerCounts(db, ...range), HISTORY_DAYS).asOf(parseDay(NIGHT))
    return { series: history.series, entries: history.day.length }
  },
  detect: async (db, config) => ({ ...await createDetector(db, config.settings).run(parseDay(NIGHT)) }),
}

function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const seconds = (now - last) / 1000
    last = now
    return seconds
  }
}

/** A process of its own for each piece of work: its resident size is then its own too. */
function inChild(work: string, directory: string, quick: boolean): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const args = [fileURLToPath(import.meta.url), work, directory, ...(quick ? ['quick'] : [])]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString() })
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text) as Figures) : reject(new Error(`${work} ended with ${code}`))))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [work, directory, size] = process.argv.slice(2)
  const config = loadConfig({ dataDir: directory })
  const db = await openDb(config, 'bench')
  const timed = stopwatch()
  const result = await WORK[work!]!(db, config, size === 'quick')
  const seconds = timed()
  await db.close()
  const { user, system } = process.cpuUsage()
  const figures: Figures = { seconds, cpu_seconds: (user + system) / 1e6, max_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024), result }
  console.log(JSON.stringify(figures))
}
