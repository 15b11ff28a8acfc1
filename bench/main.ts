/**
 * Benchmarks by name: `npm run bench -- import --rows 1000000 --rounds 3`; `--quick` makes a small form of it, and alone runs
 * the small form of all, each in a process of its own, two side by side: that tells whether all of them run, and seconds are those of a bench run alone.
 * RESULTS.md keeps figures with machine and date.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { renderTable } from '../cli/table.ts'

interface Options { quick: boolean, rows: number, rounds: number, repeated: number }

/** Each answers with its figures: an object, or an array of rows of like keys. */
const BENCHES: Readonly<Record<string, (options: Options) => Promise<object>>> = {
  import: async ({ rows, rounds, repeated }) => (await import('./import.ts')).benchImport(rows, rounds, repeated),
  night: async ({ quick }) => (await import('./night.ts')).benchNight(quick),
  replay: async ({ quick }) => (await import('./replay.ts')).benchReplay(quick),
  throughput: async ({ quick }) => (await import('./throughput.ts')).benchThroughput(quick),
  'full-night': async ({ quick }) => (await import('./full-night.ts')).benchFullNight(quick),
  workers: async ({ quick }) => (await import('./workers.ts')).benchWorkers(quick),
  farrington: async ({ quick }) => (await import('./farrington.ts')).benchFarrington(quick),
  'expectation-scan': async ({ quick }) => (await import('./expectation-scan.ts')).benchExpectationScan(quick),
  scan: async ({ quick }) => (await import('./scan.ts')).benchScan(quick),
  calibration: async ({ quick }) => (await import('./calibration.ts')).benchCalibration(quick),
  'scan-calibration': async ({ quick }) => (await import('./scan-calibration.ts')).benchScanCalibration(quick),
  detectors: async ({ quick }) => (await import('./detectors.ts')).benchDetectors(quick),
  'shift-and-re-add': async ({ quick }) => (await import('./shift-and-re-add.ts')).benchShiftAndReAdd(quick),
  forecast: async ({ quick }) => (await import('./forecast.ts')).benchForecast(quick),
  season: async ({ quick }) => (await import('./season.ts')).benchSeason(quick),
  routing: async ({ quick }) => (await import('./routing.ts')).benchRouting(quick),
  delivery: async ({ quick }) => (await import('./delivery.ts')).benchDelivery(quick),
  clocks: async ({ quick }) => (await import('./clocks.ts')).benchClocks(quick),
  ramps: async ({ quick }) => (await import('./ramps.ts')).benchRamps(quick),
  causes: async ({ quick }) => (await import('./causes.ts')).benchCauses(quick),
  redaction: async ({ quick }) => (await import('./redaction.ts')).benchRedaction(quick),
  pages: async ({ quick }) => (await import('./pages.ts')).benchPages(quick),
  recognition: async ({ quick }) => (await import('./recognition.ts')).benchRecognition(quick),
}

/** Benches of the quick form that run at once. */
const LANES = 2
/** Those that fail beyond a budget of seconds. */
const ALONE: readonly string[] = ['pages']

const { values, positionals: [name] } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rows: { type: 'string' }, rounds: { type: 'string' }, repeated: { type: 'string', default: '0' } },
})
const bench = BENCHES[name ?? '']
if (bench) {
  await runOne(bench)
} else if (name === undefined && values.quick) {
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`)
  const left = Object.keys(BENCHES).filter((each) => !ALONE.includes(each))
  const lane = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) await runChild(each)
  }
  await Promise.all(Array.from({ length: Math.min(LANES, availableParallelism()) }, lane))
  for (const each of ALONE) await runChild(each)
} else {
  console.error(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--quick] [--rows N] [--rounds N] [--repeated SHARE]\n       npm run bench -- --quick`)
  process.exitCode = 2
}

async function runOne(run: (options: Options) => Promise<object>): Promise<void> {
  const { quick } = values
  const rows = Number(values.rows ?? (quick ? 100_000 : 1_000_000))
  const rounds = Number(values.rounds ?? (quick ? 1 : 3))
  const figures = await run({ quick, rows, rounds, repeated: Number(values.repeated) })
  console.log(Array.isArray(figures) ? table(figures as Record<string, unknown>[]) : JSON.stringify(figures, (_, value) => shortened(value), quick ? 0 : 1))
}

/** A failing bench costs the others nothing, and the exit code tells. What it prints is shown when it has ended. */
async function runChild(each: string): Promise<void> {
  const began = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), each, '--quick'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk))
  const [code] = await once(child, 'close') as [number | null]
  if (code !== 0) process.exitCode = 1
  console.log(`\n${each}\n${Buffer.concat(said).toString()}${code === 0 ? '' : `failed with ${code}, `}${((performance.now() - began) / 1000).toFixed(1)} s`)
}

function table(rows: readonly Record<string, unknown>[]): string {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const columns = keys.map((title) => ({ title, align: rows.some((row) => typeof row[title] === 'number') ? 'right' as const : 'left' as const }))
  return renderTable(columns, rows.map((row) => keys.map((key) => cell(row[key]))), { width: Infinity })
}

function cell(value: unknown): string {
  const short = shortened(value)
  return typeof short === 'object' ? (short === null ? '–' : JSON.stringify(short, (_, inner) => shortened(inner))) : String(short)
}

/** Numbers as a person reads them; what is not defined is null. */
function shortened(value: unknown): unknown {
  if (value === undefined || Number.isNaN(value)) return null
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(3)) : value
}
