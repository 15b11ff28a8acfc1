import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../core/days.ts'
import { countDirtyDays } from '../../pipelines/count.ts'
import { exportCounts } from '../../pipelines/export.ts'
import type { ExportFormat } from '../../pipelines/export.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import type { TicketSpec } from '../support/tickets.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-export-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const FIRST = '2026-01-20'
const DAYS = 25 // two months: two chunks
const PLACES = ['City›North›Mill', 'City›=cmd|calc', 'City›He said "no", twice', 'City›South']
const TOPICS = ['Water›Leak', '=1+1', '＝1+1', '@here', '+86', '-1', 'Noise, at night']
const NUMBERS = ['tickets', 'callers', 'repeats', 'dissatisfied', 'overdue', 'sweeps'] as const

interface Row { day: string, place: string, topic: string, tickets: number, callers: number, repeats: number, dissatisfied: number, overdue: number, sweeps: number }
interface Range { from: string, until: string, night: string }

const WHOLE: Range = { from: FIRST, until: day(DAYS), night: '2026-12-31' }

function day(offset: number): string {
  return formatDay(parseDay(FIRST) + offset)
}

beforeAll(async () => {
  const tickets: TicketSpec[] = Array.from({ length: 160 }, (_, i) => ({
    no: `t${i}`, at: `${day((i * 7) % DAYS)} 08:00:00`, place: PLACES[(i * 5) % PLACES.length]!, topic: TOPICS[(i * 3) % TOPICS.length]!,
    caller: `c${i % 37}`, known: day(((i * 7) % DAYS) + (i % 5 === 0 ? 3 : 0)),
    ...(i % 11 === 0 ? { closed: `${day(DAYS)} 08:00:00`, csat: '不满意' } : {}),
  }))
  await addTickets(db(), tickets)
  await countDirtyDays(db())
})

/** What the table itself says, by the export's own definition of a row. */
async function stored({ from, until, night }: Range): Promise<Row[]> {
  const { rows } = await db().query<Row & Record<string, unknown>>(
    `select c.day::text as day, p.path as place, o.path as topic, ${NUMBERS.map((name) => `sum(c.${name})::int as ${name}`).join(', ')}
     from daily_counts c join places p on p.id = c.place_id join topics o on o.id = c.topic_id
     where c.day >= $1 and c.day < $2 and c.known_on <= $3 group by 1, 2, 3 having sum(c.tickets) <> 0`, [from, until, night])
  return rows
}

async function exported(format: ExportFormat, range: Range): Promise<{ rows: Row[], said: number, path: string }> {
  const path = join(directory, `counts.${format}`)
  const { rows: said } = await exportCounts(db(), { ...range, format, path })
  return { rows: await READERS[format](path), said, path }
}

const READERS: Record<ExportFormat, (path: string) => Promise<Row[]>> = {
  arrow: async (path) => tableFromIPC(readFileSync(path)).toArray().map((row) => {
    const { day: at, ...rest } = row.toJSON() as Row & { day: unknown }
    return { ...rest, day: isoDay(at) }
  }),
  parquet: async (path) => (await parquetReadObjects({ file: await asyncBufferFromFile(path) })).map((row) => ({ ...(row as unknown as Row), day: isoDay(row.day) })),
  csv: async (path) => (parse(readFileSync(path), { columns: true }) as Record<string, string>[]).map((row) => ({
    ...(Object.fromEntries(NUMBERS.map((name) => [name, Number(row[name])])) as unknown as Row),
    day: row.day!, place: unescape(row.place!), topic: unescape(row.topic!),
  })),
}

function isoDay(value: unknown): string {
  return new Date(value as number | Date).toISOString().slice(0, 10)
}

/** Takes back the apostrophe before a formula. */
function unescape(text: string): string {
  return /^'[=+\-@＝]/.test(text) ? text.slice(1) : text
}

const order = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(['day', 'place', 'topic', ...NUMBERS].map((name) => row[name as keyof Row]))).sort()

describe.each(['arrow', 'parquet', 'csv'] as const)('%s', (format) => {
  test('has the rows of the table, each with its numbers', async () => {
    const wanted = await stored(WHOLE)
    const { rows, said } = await exported(format, WHOLE)
    expect(wanted.length).toBeGreaterThan(200)
    expect(said).toBe(wanted.length)
    expect(order(rows)).toEqual(order(wanted))
    expect(Math.max(...rows.map((row) => row.dissatisfied))).toBeGreaterThan(0)
  })

  test('of any days and any night, rows and sums are the table\'s', async () => {
    const range = fc.record({ start: fc.integer({ min: -3, max: DAYS }), length: fc.integer({ min: 1, max: DAYS }), night: fc.integer({ min: -2, max: DAYS + 5 }) })
    await fc.assert(fc.asyncProperty(range, async ({ start, length, night }) => {
      const chosen: Range = { from: day(start), until: day(start + length), night: day(night) }
      const wanted = await stored(chosen)
      const { rows, said } = await exported(format, chosen)
      expect([said, rows.length]).toEqual([wanted.length, wanted.length])
      for (const name of NUMBERS) expect(sum(rows, name)).toBe(sum(wanted, name))
    }), { numRuns: 12 })
  })

  test('leaves nothing beside the file', async () => {
    await exported(format, WHOLE)
    expect(readdirSync(directory).filter((name) => !/^counts\.(arrow|parquet|csv)$/.test(name))).toEqual([])
  })
})

function sum(rows: readonly Row[], name: (typeof NUMBERS)[number]): number {
  return rows.reduce((total, row) => total + row[name], 0)
}

test('Arrow says in its metadata which night it is, and what each number counts', async () => {
  const { path } = await exported('arrow', WHOLE)
  const { schema } = tableFromIPC(readFileSync(path))
  expect(Object.fromEntries(schema.metadata)).toMatchObject({ night: WHOLE.night, from: WHOLE.from, until: WHOLE.until, source: 'weisu daily_counts' })
  expect(schema.fields.map((field) => field.name)).toEqual(['day', 'place', 'topic', ...NUMBERS])
  for (const field of schema.fields) expect(field.metadata.get('unit')).toMatch(/\w/)
})

test('Parquet says which night it is, and its days are dates', async () => {
  const { path } = await exported('parquet', WHOLE)
  const { key_value_metadata: pairs, schema } = await parquetMetadataAsync(await asyncBufferFromFile(path))
  expect(Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]))).toMatchObject({ night: WHOLE.night, from: WHOLE.from, until: WHOLE.until, source: 'weisu daily_counts' })
  expect(schema.find((field) => field.name === 'day')?.converted_type).toBe('DATE')
})

test('CSV hands a spreadsheet no formula, and quotes what needs it', async () => {
  const { path } = await exported('csv', WHOLE)
  const text = readFileSync(path, 'utf8')
  expect(text.startsWith(`day,place,topic,${NUMBERS.join(',')}\r\n`)).toBe(true)
  for (const formula of ["'=1+1", "'＝1+1", "'@here", "'+86", "'-1"]) expect(text).toContain(`,${formula},`)
  expect(text).toContain('"City›He said ""no"", twice"')
  for (const cell of (parse(text) as string[][]).flat()) expect(cell).not.toMatch(/^[=+@＝\t\r]|^-\D/)
})

test('a failed export leaves the file of before', async () => {
  const { path } = await exported('csv', WHOLE)
  const before = readFileSync(path, 'utf8')
  await expect(exportCounts(db(), { ...WHOLE, night: 'no night', format: 'csv', path })).rejects.toThrow()
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([])
})
