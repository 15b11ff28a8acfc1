/**
 * Benchmarks by name: `node bench/main.ts import --rows 1000000 --rounds 3`. Each prints its figures; RESULTS.md keeps
 * them with machine and date.
 */
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'

const BENCHES: Record<string, (options: { rows: number, rounds: number, repeated: number }) => Promise<object>> = {
  import: async ({ rows, rounds, repeated }) => (await import('./import.ts')).benchImport(rows, rounds, repeated),
  night: async () => (await import('./night.ts')).benchNight(),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' }, repeated: { type: 'string', default: '0' } },
})
const name = positionals[0] ?? ''
const bench = BENCHES[name]
if (!bench) {
  console.error(`usage: node bench/main.ts ${Object.keys(BENCHES).join('|')} [--rows N] [--rounds N] [--repeated SHARE]`)
  process.exit(2)
}
console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`)
console.log(JSON.stringify(await bench({ rows: Number(values.rows), rounds: Number(values.rounds), repeated: Number(values.repeated) }), null, 1))
