/**
 * Counts for analysts: Arrow IPC stream, Parquet or CSV, written beside and renamed, so that no half file is ever seen.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DailyCounts } from '../core/cube.ts'
import { formatDay } from '../core/days.ts'
import { createCountEncoder, encodeStream } from '../features/arrow.ts'
import { readCountRows } from '../sql/count-rows.ts'
import type { Db } from '../sql/db.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'

export const EXPORT_FORMATS = ['arrow', 'parquet', 'csv'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportRequest {
  format: ExportFormat
  path: string
  /** Days [from, until), as YYYY-MM-DD. */
  from: string
  until: string
  /** What was known on this night. */
  night: string
}

const NUMBERS = ['tickets', 'callers', 'repeats', 'dissatisfied', 'overdue', 'sweeps'] as const

export async function exportCounts(db: Db, request: ExportRequest): Promise<{ path: string, rows: number }> {
  const places = new Map([...(await readPlaces(db)).values()].map((row) => [row.id, row.path]))
  const topics = new Map([...(await readTopics(db)).values()].map((row) => [row.id, row.path]))
  let rows = 0
  async function* counted(): AsyncGenerator<DailyCounts> {
    for await (const chunk of readCountRows(db, request.from, request.until, request.night)) {
      rows += chunk.length
      yield chunk
    }
  }
  const temporary = `${request.path}.part`
  await mkdir(dirname(request.path), { recursive: true })
  try {
    const meta = { night: request.night, from: request.from, until: request.until, source: 'weisu daily_counts' }
    if (request.format === 'parquet') await writeParquet(temporary, counted(), places, topics, meta)
    else {
      const bytes = request.format === 'arrow'
        ? encodeStream(createCountEncoder(places, topics, meta), counted())
        : csvLines(counted(), places, topics)
      await pipeline(Readable.from(bytes), createWriteStream(temporary))
    }
    const file = await open(temporary, 'r+')
    await file.sync()
    await file.close()
    await rename(temporary, request.path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return { path: request.path, rows }
}

async function* csvLines(chunks: AsyncIterable<DailyCounts>, places: Map<number, string>, topics: Map<number, string>): AsyncGenerator<string> {
  yield `day,place,topic,${NUMBERS.join(',')}\r\n`
  for await (const chunk of chunks) {
    let text = ''
    for (let i = 0; i < chunk.length; i++) {
      text += `${formatDay(chunk.day[i]!)},${cell(places.get(chunk.place[i]!)!)},${cell(topics.get(chunk.topic[i]!)!)}`
      for (const name of NUMBERS) text += `,${chunk[name][i]}`
      text += '\r\n'
    }
    yield text
  }
}

/** RFC 4180; a leading sign that a spreadsheet would take for a formula gets an apostrophe (ASVS 1.2.10). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

async function writeParquet(
  path: string, chunks: AsyncIterable<DailyCounts>, places: Map<number, string>, topics: Map<number, string>, meta: Readonly<Record<string, string>>,
): Promise<void> {
  const { ParquetWriter, fileWriter } = await import('hyparquet-writer')
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    kvMetadata: Object.entries(meta).map(([key, value]) => ({ key, value })),
    schema: [
      { name: 'root', num_children: 3 + NUMBERS.length },
      { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
      { name: 'place', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'topic', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ...NUMBERS.map((name) => ({ name, type: 'INT32' as const, repetition_type: 'REQUIRED' as const })),
    ],
  })
  for await (const chunk of chunks) {
    await writer.write({
      columnData: [
        { name: 'day', data: Array.from(chunk.day, (day) => new Date(day * 86400000)) },
        { name: 'place', data: Array.from(chunk.place, (id) => places.get(id)!) },
        { name: 'topic', data: Array.from(chunk.topic, (id) => topics.get(id)!) },
        ...NUMBERS.map((name) => ({ name, data: Array.from(chunk[name]) })),
      ],
    })
  }
  await writer.finish()
}
