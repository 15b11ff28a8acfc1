/**
 * One night's verdicts of the EARS and CUSUM methods on half a million daily series of two years, read from and written to
 * Arrow: wall and CPU seconds and largest resident size, on one thread and on two. The counts are drawn with a seed: series
 * means from 0.002 to 50 a day, a weekly rhythm, a few gaps and a few bursts on the night.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { RecordBatch } from 'apache-arrow'
import { parseDay, weekday } from '../core/days.ts'
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'
import { encodeIpc } from '../features/arrow-ipc.ts'
import { createMatrixEncoder } from '../features/arrow-matrix.ts'
import type { MatrixRows } from '../features/arrow-matrix.ts'
import { judgeMatrix } from '../pipelines/matrix-night.ts'

const METHODS = ['earsC1', 'earsC2', 'C3_textbook', 'cusum', 'cusum_rossi']
const FROM = parseDay('2024-11-23')
const DAYS = 730
const BATCH = 4096
const PLACES = 10_000
const TOPICS = 50

/** @returns a row a number of threads */
export async function benchThroughput(quick: boolean): Promise<object[]> {
  const series = quick ? 50_000 : 500_000
  const directory = mkdtempSync(join(tmpdir(), 'weisu-bench-throughput-'))
  try {
    const input = join(directory, 'counts.arrow')
    const output = join(directory, 'verdicts.arrow')
    await writeMatrix(input, series)
    const rows = []
    for (const threads of [1, 2]) {
      const figures = await judgeInChild(input, output, threads)
      rows.push({ threads, series, days: DAYS, methods: METHODS.length, input_mb: megabytes(input), output_mb: megabytes(output), ...figures })
    }
    return rows
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Seeded counts of `series` places and topics. */
async function writeMatrix(path: string, series: number): Promise<void> {
  const places = Array.from({ length: PLACES }, (_, i) => `City›D${i % 16}›S${i % 400}›C${i}`)
  const topics = Array.from({ length: TOPICS }, (_, i) => `Family ${i % 10}›Topic ${i}`)
  const encoder = createMatrixEncoder({ from: FROM, days: DAYS }, places, topics, 0xffff, { source: 'seeded bench' })
  const rng = createRng(20261123)
  function* batches(): Generator<RecordBatch> {
    for (let first = 0; first < series; first += BATCH) yield encoder.batch(drawRows(first, Math.min(BATCH, series - first), rng))
  }
  await pipeline(Readable.from(encodeIpc('file', encoder.schema, batches())), createWriteStream(path))
}

function drawRows(first: number, length: number, rng: Rng): MatrixRows {
  const counts = new Uint16Array(length * DAYS)
  const known = new Uint8Array((counts.length + 7) >> 3).fill(0xff)
  for (let i = 0; i < length; i++) {
    const mean = Math.min(50, 0.02 * Math.exp(1.7 * rng.normal()))
    const at = i * DAYS
    // Tickets one by one, so that the many sparse series cost little; a weekend has 0.6 of a working day.
    for (let day = exponential(rng) / mean; day < DAYS; day += exponential(rng) / mean) {
      if (weekday(FROM + Math.floor(day)) < 6 || rng.next() < 0.6) counts[at + Math.floor(day)]!++
    }
    if (rng.next() < 1e-3) counts[at + DAYS - 1]! += 3 + rng.below(10)
    if (rng.next() < 0.01) for (let bit = at + 400; bit < at + 403; bit++) known[bit >> 3]! &= ~(1 << (bit & 7))
  }
  return {
    length, counts, known,
    place: Int32Array.from({ length }, (_, i) => (first + i) % PLACES), topic: Int32Array.from({ length }, (_, i) => Math.floor((first + i) / PLACES)),
  }
}

function exponential(rng: Rng): number {
  return -Math.log(1 - rng.next())
}

function megabytes(path: string): number {
  return Math.round(statSync(path).size / 2 ** 20)
}

interface Figures { seconds: number, cpu_seconds: number, max_rss_mb: number, alarms: number }

/** A process of its own: its resident size is then its own too. */
function judgeInChild(input: string, output: string, threads: number): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), input, output, String(threads)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString() })
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text) as Figures) : reject(new Error(`judging ended with ${code}`))))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, output, threads] = process.argv.slice(2)
  const began = performance.now()
  const { alarms } = await judgeMatrix({ path: path!, output: output!, methods: METHODS, country: 'CN', threads: Number(threads) })
  const { user, system } = process.cpuUsage()
  const figures: Figures = {
    seconds: (performance.now() - began) / 1000, cpu_seconds: (user + system) / 1e6, max_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    alarms: Object.values(alarms).reduce((sum, n) => sum + n, 0),
  }
  console.log(JSON.stringify(figures))
}
