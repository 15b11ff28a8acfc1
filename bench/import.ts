/**
 * How fast is an import against `psql \copy` of the same file into one plain text table, on the same server, in turns?
 * How much memory does its process take? Seeded rows with Houston's columns; each round has a fresh database.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { createRng } from '../core/rng.ts'
import { importInput } from '../pipelines/ingest/import.ts'
import { ensureDatabase, openUrl } from '../sql/db.ts'
import { startEmbedded } from '../sql/embedded.ts'

const HEADER = 'CASE NUMBER,SR CREATE DATE,DUE DATE,DATE CLOSED,STATUS,DEPARTMENT,DIVISION,SR TYPE,QUEUE,SLA,DISTRICT,NEIGHBORHOOD,COUNTY,KEY MAP,LATITUDE,LONGITUDE,Channel Type'
const CHANNELS = ['Voice In', 'WAP', 'WEB', 'Mobile', 'Face to Face']

export interface ImportFigures { rows: number, bytes: number, importSeconds: number[], peerSeconds: number[], peer: string, maxRssMb: number, ratio: number }

/** @param repeatedShare share of rows that repeat an earlier ticket number */
export async function benchImport(rows: number, rounds: number, repeatedShare = 0, print: (line: string) => void = console.log): Promise<ImportFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-bench-'))
  const server = await startEmbedded(directory)
  try {
    const file = join(directory, 'tickets.csv')
    await writeTickets(file, rows, repeatedShare)
    const bytes = statSync(file).size
    const importSeconds: number[] = []
    const peerSeconds: number[] = []
    let maxRssMb = 0
    const psql = ['/usr/bin/psql', '/usr/local/bin/psql'].find((path) => existsSync(path))
    for (let round = 0; round < rounds; round++) {
      const name = `bench_${round}`
      await ensureDatabase(server.url('postgres'), name)
      const admin = new pg.Client({ connectionString: server.url(name) })
      await admin.connect()
      await admin.query('checkpoint')
      const child = await importInChild(server.url(name), file, directory)
      importSeconds.push(child.seconds)
      maxRssMb = Math.max(maxRssMb, child.maxRssMb)
      const { rows: counted } = await admin.query<{ n: number }>('select count(*)::int as n from tickets')
      await admin.query(`create table plain (${HEADER.split(',').map((column) => `"${column}" text`).join(', ')})`)
      await admin.query('checkpoint')
      peerSeconds.push(psql ? copyByPsql(psql, server.url(name), file) : await copyByStream(admin, file))
      await admin.end()
      print(`round ${round + 1}: import ${child.seconds.toFixed(2)} s (${counted[0]!.n} tickets, ${child.maxRssMb} MB), peer ${peerSeconds.at(-1)!.toFixed(2)} s, ratio ${(peerSeconds.at(-1)! / child.seconds).toFixed(3)}`)
    }
    // Within a round, so that both had the same machine.
    const ratio = median(importSeconds.map((seconds, i) => peerSeconds[i]! / seconds))
    return { rows, bytes, importSeconds, peerSeconds, peer: psql ? 'psql \\copy' : 'COPY through pg-copy-streams', maxRssMb, ratio }
  } finally {
    server.release()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 })
  }
}

/** Seeded rows like Houston's: 90 neighbourhoods, two topics, a fifth without a point. */
export async function writeTickets(path: string, rows: number, repeatedShare: number): Promise<void> {
  const rng = createRng(20261122)
  const out = createWriteStream(path, { highWaterMark: 1 << 20 })
  out.write(HEADER + '\n')
  let text = ''
  for (let i = 0; i < rows; i++) {
    const id = repeatedShare > 0 && rng.next() < repeatedShare ? rng.below(i + 1) : i
    text += ticketLine(id) + '\n'
    if (text.length < 1 << 19) continue
    if (!out.write(text)) await once(out, 'drain')
    text = ''
  }
  out.end(text)
  await once(out, 'finish')
}

function ticketLine(id: number): string {
  const rng = createRng(id)
  const opened = Date.UTC(2011, 0, 1) + id * 250_000 + rng.below(250_000)
  const at = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  const flood = rng.next() < 0.26
  const hood = rng.below(90)
  const point = rng.next() < 0.8 ? `${(29.5 + rng.next() * 0.6).toFixed(8)},${(-95.7 + rng.next() * 0.6).toFixed(8)}` : ','
  return `${11000000 + (id >> 3)}-${101000391452 + id},${at(opened)},${at(opened + 3 * 86400000)},${at(opened + rng.below(20 * 86400000))},Closed,PWE Public Works Engineering,Street and Drainage,`
    + `${flood ? 'Flooding,ROWM_StormSewer,4.0' : 'Pothole,ROWM_StreetMain,18.0'},${'ABCDEFGHIJK'[hood % 11]},NEIGHBORHOOD ${hood} / AREA,Harris County,${500 + hood}${'ABCD'[hood % 4]},${point},${CHANNELS[rng.below(5)]}`
}

function importInChild(url: string, file: string, dataDir: string): Promise<{ seconds: number, maxRssMb: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), file, dataDir], { env: { ...process.env, BENCH_URL: url }, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString() })
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text) as { seconds: number, maxRssMb: number }) : reject(new Error(`the import ended with ${code}`))))
  })
}

function copyByPsql(psql: string, url: string, file: string): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(psql, [url, '-q', '-c', `\\copy plain from '${file}' with (format csv, header true)`], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return (performance.now() - began) / 1000
}

async function copyByStream(client: pg.Client, file: string): Promise<number> {
  const began = performance.now()
  await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), client.query(copyFrom('copy plain from stdin with (format csv, header true)')))
  return (performance.now() - began) / 1000
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const config = loadConfig({ dataDir: process.argv[3]! })
  const db = await openUrl(process.env.BENCH_URL!, 'bench', false, () => {})
  const began = performance.now()
  await importInput({ db, config, log: SILENT }, { input: { path: process.argv[2]! }, preset: 'houston311' })
  const seconds = (performance.now() - began) / 1000
  await db.close()
  console.log(JSON.stringify({ seconds, maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024) }))
}
