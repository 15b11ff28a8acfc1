/**
 * The staging table of an import and the statements that turn it into tickets, versions, rejects and a ledger entry.
 * All of one import runs on one connection, in one transaction.
 */
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { CopyStreamQuery } from 'pg-copy-streams'
import { InvalidOptionError } from '../core/errors.ts'
import type { Queryable } from './db.ts'
import { statement } from './db.ts'

/** A node of the place or topic tree by natural key. */
export interface TreeEntry { path: string, parent: string | null, depth: number, name: string, kind: string }

/** Ids by the numbers that staged rows carry. */
export interface StageIds { places: number[], topics: number[], units: number[] }

export interface MergeContext {
  sourceId: number
  batchId: string
  now: Date
  recorded: 'auto' | 'accepted' | 'arrival'
  cutoffHours: number
}

export interface BatchLedger {
  id: string
  sourceId: number
  fileName: string
  fileHash: string
  bytes: number
  preset: string
  mapping: object
  read: number
  new: number
  changed: number
  unchanged: number
  duplicate: number
  duplicateDiffering: number
  rejected: number
  firstDay: string | null
  lastDay: string | null
  quality: object
  startedAt: Date
}

export interface DoneBatch { id: string, hash: string, bytes: number, read: number, firstDay: string | null, lastDay: string | null, quality: unknown, file: string }

export interface Pile { lng: number, lat: number, tickets: number }

/** What all tickets of a source look like, as they stand now. */
export interface SourceQuality {
  kept: number
  firstDay: string | null
  lastDay: string | null
  points: number
  backwards: number
  assumed: number
  unknown: number
  emptyDays: number
  emptyDaysFirst: string[]
  duplicate: number
  differing: number
  /** Tickets by the kind of the place found. */
  located: Record<string, number>
  rejected: Record<string, number>
  piles: Pile[]
}

/** Finished batches of a source whose file had so many bytes (null: any): candidates for "this file again". */
export async function readDoneBatches(db: Queryable, sourceId: number, bytes: number | null): Promise<DoneBatch[]> {
  const { rows } = await db.query<DoneBatch>(statement('import-batches-done'), [sourceId, bytes])
  return rows
}

export async function nextBatchId(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ id: string }>(`select nextval(pg_get_serial_sequence('import_batches', 'id')) as id`)
  return rows[0]!.id
}

/** Sets the connection up for one import: the source's clock, memory, the staging table. */
export async function beginStage(client: Queryable, timeZone: string): Promise<void> {
  await client.query(`select set_config('timezone', $1, true), set_config('datestyle', 'ISO, YMD', true), set_config('work_mem', '256MB', true)`, [timeZone])
  await client.query(statement('import-stage'))
}

const COLUMN = /^[a-z_]+$/

/** A stream that takes lines of COPY's text format for these columns of the staging table. */
export function copyToStage(client: pg.PoolClient, columns: readonly string[]): CopyStreamQuery {
  for (const column of columns) if (!COLUMN.test(column)) throw new InvalidOptionError('column', column, 'a name')
  return client.query(copyFrom(`copy import_stage (${columns.join(', ')}) from stdin`))
}

/** Creates the places, topics and units that are missing; order by path, so that ids do not depend on the rows' order. */
export async function ensureTrees(client: Queryable, places: TreeEntry[], topics: TreeEntry[], units: string[]): Promise<void> {
  for (const [depth, entries] of byDepth(places)) {
    const { rowCount } = await client.query(statement('import-places-insert'), [entries.map((e) => e.path), entries.map((e) => e.parent), entries.map((e) => e.name), entries.map((e) => e.kind), depth])
    if (rowCount === 0) continue
    if (depth > 0) await client.query(statement('import-places-aliases'), [depth, 'import'])
    await client.query(statement('import-places-rollup'), [depth])
  }
  for (const [depth, entries] of byDepth(topics)) {
    const { rowCount } = await client.query(statement('import-topics-insert'), [entries.map((e) => e.path), entries.map((e) => e.parent), entries.map((e) => e.name), depth])
    if (rowCount === 0) continue
    await client.query(statement('import-topics-rollup'), [depth])
  }
  // A family's own row is pointed at itself the second time: a statement changes a row once.
  await client.query(statement('import-topics-families'))
  if (units.length > 0) await client.query(statement('import-units-insert'), [units])
}

function byDepth(entries: TreeEntry[]): [number, TreeEntry[]][] {
  const groups = new Map<number, TreeEntry[]>()
  for (const entry of entries) {
    const group = groups.get(entry.depth)
    if (group) group.push(entry)
    else groups.set(entry.depth, [entry])
  }
  return [...groups].sort((a, b) => a[0] - b[0])
}

export async function readStageIds(client: Queryable, placePaths: string[], topicPaths: string[], unitNames: string[]): Promise<StageIds> {
  const { rows } = await client.query<StageIds>(statement('import-ids'), [placePaths, topicPaths, unitNames])
  return rows[0]!
}

/** From so many rows on, an empty table is filled without its indexes, which are built afterwards. */
const BULK_ROWS = 20_000

export interface MergeCounts { new: number, changed: number, unchanged: number, duplicate: number, duplicateDiffering: number, versions: number }

/**
 * Merges the staged rows into tickets. Repeats within the file are taken out first; `inspect` sees the staging table
 * with one row a ticket.
 *
 * @param repeated    some row carries the mark `repeated`
 * @param stagedRows  about how many rows there are
 */
export async function mergeStage(client: Queryable, context: MergeContext, ids: StageIds, repeated: boolean, stagedRows: number, inspect: () => Promise<void>): Promise<MergeCounts> {
  const { sourceId, batchId, now, recorded, cutoffHours } = context
  const counts: MergeCounts = { new: 0, changed: 0, unchanged: 0, duplicate: 0, duplicateDiffering: 0, versions: 0 }
  let rounds = 1
  if (repeated) {
    await client.query(statement('import-repeats'))
    const { rows } = await client.query<{ duplicate: number, differing: number, rounds: number }>(statement('import-repeats-count'))
    counts.duplicate = rows[0]!.duplicate
    counts.duplicateDiffering = rows[0]!.differing
    rounds = rows[0]!.rounds
    await client.query(statement('import-later-create'))
    await client.query(statement('import-repeats-delete'))
  } else await client.query('create temp table import_later (round int, like import_stage) on commit drop')
  const { rows: some } = await client.query('select from tickets where source_id = $1 limit 1', [sourceId])
  const hasKnown = some.length > 0
  if (hasKnown) {
    await client.query(statement('import-known'), [sourceId])
    await client.query(statement('import-later-forget'), [sourceId])
    const { rows } = await client.query<{ unchanged: number, changed: number }>(statement('import-known-count'))
    Object.assign(counts, rows[0])
  } else await client.query('create temp table import_known (line int, same boolean) on commit drop')

  await client.query(statement('import-dirty'), [hasKnown])
  if (counts.changed > 0) counts.versions += await supersede(client, context, ids, false)
  const { rows: any } = await client.query('select from tickets limit 1')
  const fresh = any.length === 0 && stagedRows >= BULK_ROWS
  if (fresh) await client.query(statement('import-indexes-drop'))
  const inserted = await client.query(statement('import-new'), [sourceId, batchId, now, recorded, cutoffHours, ids.places, ids.topics, ids.units, hasKnown])
  await client.query(statement('import-erased'), [sourceId, batchId])
  if (fresh) await client.query(statement('import-indexes-restore'))
  counts.new = inserted.rowCount ?? 0
  await inspect()
  for (let round = 2; round <= rounds; round++) {
    await client.query('truncate import_stage, import_known')
    await client.query(statement('import-round'), [round])
    await client.query('insert into import_known (line, same) select line, false from import_stage')
    await client.query(statement('import-dirty'), [false])
    counts.versions += await supersede(client, context, ids, true)
  }
  return counts
}

async function supersede(client: Queryable, context: MergeContext, ids: StageIds, later: boolean): Promise<number> {
  const { sourceId, batchId, now, cutoffHours } = context
  await client.query(statement('import-supersede'), [sourceId, batchId, now, cutoffHours, later])
  const { rowCount } = await client.query(statement('import-update'), [sourceId, batchId, now, cutoffHours, later, ids.places, ids.topics, ids.units])
  await client.query(statement('import-erased'), [sourceId, batchId])
  return rowCount ?? 0
}

export async function writeRejects(client: Queryable, batchId: string): Promise<Record<string, number>> {
  await client.query(statement('import-rejects'), [batchId])
  const { rows } = await client.query<{ reason: string, n: number }>(statement('import-rejects-count'), [batchId])
  return Object.fromEntries(rows.map(({ reason, n }) => [reason, n]))
}

/** Points that hold more than `least` of the staged tickets, among the candidates. */
export async function readPiles(client: Queryable, candidates: { lng: number, lat: number }[], least: number): Promise<Pile[]> {
  if (candidates.length === 0) return []
  const { rows } = await client.query<Pile>(statement('import-piles'), [candidates.map((c) => c.lng), candidates.map((c) => c.lat), least])
  return rows
}

export async function readSourceQuality(db: Queryable, sourceId: number): Promise<SourceQuality> {
  const { rows } = await db.query<SourceQuality>(statement('import-source-quality'), [sourceId])
  return rows[0]!
}

export async function writeBatch(client: Queryable, b: BatchLedger): Promise<void> {
  await client.query(statement('import-batch'), [b.id, b.sourceId, b.fileName, b.fileHash, b.bytes, b.preset, JSON.stringify(b.mapping), b.read, b.new, b.changed,
    b.unchanged, b.duplicate, b.duplicateDiffering, b.rejected, b.firstDay, b.lastDay, JSON.stringify(b.quality), b.startedAt])
}

/** First staged rows as understood, for a preview. */
export async function readStageSample(client: Queryable, ids: StageIds, limit: number): Promise<Record<string, unknown>[]> {
  const { rows } = await client.query(statement('import-sample'), [ids.places, ids.topics, ids.units, limit])
  return rows
}
