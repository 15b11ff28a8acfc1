/**
 * Takes one file or stream of tickets into the store: reader → COPY into a staging table → set-based SQL → tickets,
 * versions, rejects, ledger. One transaction: it is all there, or nothing has changed. The caller holds the write lock.
 */
import { stat } from 'node:fs/promises'
import type pg from 'pg'
import type { Config } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { readCallerSecret } from '../../features/caller-key.ts'
import type { Db } from '../../sql/db.ts'
import { beginStage, copyToStage, ensureTrees, mergeStage, nextBatchId, readDoneBatches, readPiles, readStageIds, readStageSample, writeBatch, writeRejects } from '../../sql/imports.ts'
import type { MergeContext, MergeCounts, StageIds, TreeEntry } from '../../sql/imports.ts'
import { ensureSource, findSource, readSources } from '../../sql/sources.ts'
import type { Source, SourceRow } from '../../sql/sources.ts'
export type { SourceRow } from '../../sql/sources.ts'
import { FAULT_MARK } from './csv-text.ts'
import { findLayout } from './layout.ts'
import type { Layout } from './layout.ts'
import { hashFile, openInput } from './open-input.ts'
import type { InputRequest, OpenInput } from './open-input.ts'
import { readPreset } from './presets.ts'
import { readProfile } from './profile.ts'
import { EMPTY_QUALITY, leastPile, toQualityReport } from './quality.ts'
import type { QualityReport } from './quality.ts'
import type { PathRegistry } from './registry.ts'
import { RowEncoder } from './row-encoder.ts'
import { fieldText, Tokenizer } from './tokenizer.ts'

export interface ImportDeps {
  db: Db
  config: Config
  log: Log
  onProgress?: (progress: { bytes: number, totalBytes?: number, rows: number }) => void
}

export interface ImportRequest {
  /** A stream's `hash` is its identity for the ledger. */
  input: InputRequest
  /** Name of a preset, or 'auto' to recognise the header. */
  preset: string
  /** Field → column name, before the preset's own. */
  map?: Record<string, string>
  /** Name in the ledger; default the preset's. */
  source?: string
  /** Root place; default the preset's. */
  city?: string
  /** When we learned of rows without an arrival time: 'auto' takes now for those of the last three days. */
  recorded?: 'auto' | 'accepted' | 'arrival'
  /** A saved mapping. */
  profile?: string
}

export interface ImportResult {
  source: string
  file: string
  batchId: string
  alreadyImported: boolean
  read: number
  new: number
  changed: number
  unchanged: number
  duplicate: number
  duplicateDiffering: number
  rejected: number
  rejectReasons: Record<string, number>
  firstDay: string | null
  lastDay: string | null
  quality: QualityReport
  seconds: number
  versions: number
}

export interface ImportPreview extends ImportResult {
  preset: string
  format: string
  encoding: string
  /** Field → column names. */
  mapping: Record<string, string[]>
  unmapped: string[]
  /** First rows as understood. */
  sample: Record<string, unknown>[]
}

/**
 * Imports one file or stream.
 *
 * @throws {BadInputError} the input is not what it should be; the store is as before
 */
export async function importInput(deps: ImportDeps, request: ImportRequest): Promise<ImportResult> {
  const { result } = await run(deps, request, false)
  return result
}

/** Reads the input as `importInput` would and takes everything back: mapping, first rows, quality, counts. */
export async function previewInput(deps: ImportDeps, request: ImportRequest): Promise<ImportPreview> {
  const { result, layout, input, sample } = await run(deps, request, true)
  const mapping: Record<string, string[]> = {}
  const mapped = new Set<number>()
  for (const [field, columns] of layout?.mapping.columns ?? []) {
    if (field !== 'ignore') mapping[field] = columns.map((at) => layout!.mapping.header[at]!)
    for (const at of columns) mapped.add(at)
  }
  return {
    ...result, preset: layout?.preset.name ?? request.preset, format: input?.format ?? 'csv', encoding: input?.encoding ?? 'utf-8',
    mapping, unmapped: (layout?.mapping.header ?? []).filter((_, at) => !mapped.has(at)), sample: sample ?? [],
  }
}

/** All sources with the totals of their ledgers. */
export async function listSources(db: Db): Promise<SourceRow[]> {
  return readSources(db)
}

interface Run { result: ImportResult, layout?: Layout, input?: OpenInput, sample?: Record<string, unknown>[] }

/** Thrown to take a preview's transaction back. */
const PREVIEW_DONE = Symbol('preview done')

async function run(deps: ImportDeps, request: ImportRequest, preview: boolean): Promise<Run> {
  const startedAt = new Date()
  const began = performance.now()
  const { db, config } = deps
  const profile = request.profile === undefined ? undefined : readProfile(config.dataDir, request.profile)
  const presetName = request.preset === 'auto' && profile ? profile.preset : request.preset
  const preset = presetName === 'auto' ? undefined : readPreset(presetName)
  const given = { ...profile?.map, ...request.map }

  const known = preview ? undefined : await findImported(db, request, preset?.name)
  if (known) return { result: { ...known, seconds: (performance.now() - began) / 1000 } }

  const input = await openInput(request.input)
  const chunks = input.chunks[Symbol.asyncIterator]()
  try {
    const { head, whole } = await readHead(chunks)
    const layout = findLayout(head, whole, preset, given)
    const city = request.city ?? profile?.city ?? layout.preset.city
    let outcome: Run | undefined
    await db.transaction(async (client) => {
      const source = await ensureSource(client, {
        name: request.source ?? layout.preset.name, preset: layout.preset.name, city, country: layout.preset.country, timeZone: layout.preset.time_zone,
        datum: layout.preset.datum, staffChannels: layout.preset.staff_channels, profile: {},
      })
      const context: MergeContext = {
        sourceId: source.id, batchId: await nextBatchId(client), now: startedAt, recorded: request.recorded ?? 'auto', cutoffHours: config.settings.cutoffHours,
      }
      await beginStage(client, source.timeZone)
      const encoder = new RowEncoder({ preset: { ...layout.preset, time_zone: source.timeZone }, mapping: layout.mapping, city, callerSecret: readCallerSecret(config.dataDir, config.callerKeyFile), recorded: context.recorded, nowSeconds: startedAt.getTime() / 1000 })
      await copyRows(deps, client, input, layout, encoder, head, chunks)
      if (encoder.read === 0) throw new BadInputError('no_rows', `${input.name} has a header and no rows`, { file: input.name })
      const merged = await merge(client, context, encoder, layout, preview)
      const result = toResult(source, input, context, encoder, merged, (performance.now() - began) / 1000)
      refuseHopeless(result, input.name)
      await writeBatch(client, { ...result, id: context.batchId, sourceId: source.id, fileName: input.name, fileHash: input.hash(), bytes: input.bytesRead(), preset: layout.preset.name, mapping: describeMapping(layout), startedAt })
      outcome = { result, layout, input, ...(merged.sample ? { sample: merged.sample } : {}) }
      if (preview) throw PREVIEW_DONE
    }).catch((error: unknown) => {
      if (error !== PREVIEW_DONE) throw error
    })
    const done = outcome!
    deps.log.info('import.done', { source: done.result.source, file: done.result.file, read: done.result.read, new: done.result.new, rejected: done.result.rejected, preview })
    return done
  } finally {
    await chunks.return?.()
  }
}

interface Merged { counts: MergeCounts, quality: QualityReport, rejected: Record<string, number>, sample?: Record<string, unknown>[] }

async function merge(client: pg.PoolClient, context: MergeContext, encoder: RowEncoder, layout: Layout, preview: boolean): Promise<Merged> {
  await ensureTrees(client, entries(encoder.places), entries(encoder.topics), encoder.units.paths)
  const ids: StageIds = await readStageIds(client, encoder.places.paths, encoder.topics.paths, encoder.units.paths)
  const sample = preview ? await readStageSample(client, ids, 5) : undefined
  const rejected = encoder.rejected > 0 ? await writeRejects(client, context.batchId) : {}
  let quality: QualityReport = { ...EMPTY_QUALITY }
  const counts = await mergeStage(client, context, ids, encoder.repeated, encoder.read, async () => {
    const piles = await readPiles(client, encoder.statistics.pileCandidates(), leastPile(encoder.statistics.points))
    quality = toQualityReport(encoder, rejected, piles, layout.preset.staff_channels)
  })
  quality.duplicate = counts.duplicate
  quality.duplicateDiffering = counts.duplicateDiffering
  return { counts, quality, rejected, ...(sample ? { sample } : {}) }
}

function entries(registry: PathRegistry): TreeEntry[] {
  return [...registry.nodes.values()]
}

function toResult(source: Source, input: OpenInput, context: MergeContext, encoder: RowEncoder, merged: Merged, seconds: number): ImportResult {
  const { counts, quality, rejected } = merged
  return {
    source: source.name, file: input.name, batchId: context.batchId, alreadyImported: false, read: encoder.read, ...counts,
    rejected: Object.values(rejected).reduce((sum, n) => sum + n, 0), rejectReasons: rejected,
    firstDay: quality.firstDay, lastDay: quality.lastDay, quality, seconds,
  }
}

/** A file of which not one row can be read was not meant for this preset. */
function refuseHopeless(result: ImportResult, file: string): void {
  if (result.read === 0 || result.rejected < result.read) return
  const reasons = Object.entries(result.rejectReasons).map(([reason, n]) => `${reason} ${n}`).join(', ')
  throw new BadInputError('no_usable_row', `not one of the ${result.read} rows of ${file} can be read: ${reasons}`, { file, reasons: result.rejectReasons })
}

/** The finished batch of the same bytes, told as a batch in which nothing was new. */
async function findImported(db: Db, request: ImportRequest, presetName: string | undefined): Promise<ImportResult | undefined> {
  const names = request.source ? [request.source] : presetName ? [presetName] : (await readSources(db)).map((source) => source.name)
  let hash: string | undefined
  for (const name of names) {
    const source = await findSource(db, name)
    if (!source) continue
    const size = 'path' in request.input ? await stat(request.input.path).then((info) => info.size, () => -1) : null
    for (const batch of await readDoneBatches(db, source.id, size)) {
      hash ??= 'path' in request.input ? await hashFile(request.input.path) : request.input.hash
      if (batch.hash !== hash) continue
      return {
        source: source.name, file: batch.file, batchId: batch.id, alreadyImported: true, read: batch.read, new: 0, changed: 0, unchanged: batch.read,
        duplicate: 0, duplicateDiffering: 0, rejected: 0, rejectReasons: {}, firstDay: batch.firstDay, lastDay: batch.lastDay,
        quality: { ...EMPTY_QUALITY, ...batch.quality as QualityReport }, seconds: 0, versions: 0,
      }
    }
  }
  return undefined
}

const HEAD_BYTES = 1 << 16
/** A header further down than this is none: the file is one endless line. */
const HEAD_LIMIT = 12_000_000

/** The first records: enough bytes to hold a header, more where one line is that long. */
async function readHead(chunks: AsyncIterator<Buffer>): Promise<{ head: Buffer, whole: boolean }> {
  const parts: Buffer[] = []
  let size = 0
  let lines = 0
  while (size < HEAD_BYTES || lines === 0) {
    const { value, done } = await chunks.next()
    if (done) return { head: Buffer.concat(parts), whole: true }
    const chunk = value
    parts.push(chunk)
    size += chunk.length
    if (chunk.includes(10) || chunk.includes(13)) lines++
    if (lines === 0 && size > HEAD_LIMIT) throw new BadInputError('line_too_long', `line 1 is longer than ${HEAD_LIMIT / 1e6} MB: the file is no table`, { line: 1 })
  }
  return { head: Buffer.concat(parts), whole: false }
}

/** Feeds the input to the tokenizer and the encoder's lines to COPY. */
async function copyRows(deps: ImportDeps, client: pg.PoolClient, input: OpenInput, layout: Layout, encoder: RowEncoder, head: Buffer, chunks: AsyncIterator<Buffer>): Promise<void> {
  const tokens = new Tokenizer({ delimiter: layout.delimiter, replacementIsBad: input.encoding !== 'utf-8' })
  const copy = copyToStage(client, encoder.columns)
  let failed: Error | undefined
  let wake = (): void => {}
  copy.on('drain', () => wake()).on('close', () => wake()).on('error', (error) => {
    failed = error
    wake()
  })
  const send = async (buffer: Buffer): Promise<void> => {
    if (!failed && !copy.write(buffer)) await new Promise<void>((resolve) => { wake = resolve })
    if (failed) throw failed
  }
  let ordinal = 0
  const drain = async (last: boolean): Promise<void> => {
    while (tokens.read(last)) {
      ordinal++
      if (ordinal <= layout.headerRecords) {
        if (ordinal === layout.headerRecords) tokens.expectColumns(layout.mapping.header.length)
        continue
      }
      const line = input.madeHere ? ordinal : tokens.line
      const mark = input.madeHere && tokens.count > 0 ? fieldText(tokens, 0) : ''
      if (mark.startsWith(FAULT_MARK)) encoder.reject(tokens, line, mark.slice(FAULT_MARK.length), null, false)
      else encoder.encode(tokens, line)
      for (let full = encoder.writer.full.shift(); full; full = encoder.writer.full.shift()) await send(full)
    }
  }
  try {
    tokens.push(head)
    for (;;) {
      await drain(false)
      deps.onProgress?.({ bytes: input.bytesRead(), ...(input.totalBytes > 0 ? { totalBytes: input.totalBytes } : {}), rows: encoder.read })
      const { value, done } = await chunks.next()
      if (done) break
      tokens.push(value)
    }
    await drain(true)
    await send(encoder.writer.finish())
    await new Promise<void>((resolve, reject) => {
      copy.once('finish', resolve).once('error', reject)
      copy.end()
    })
  } catch (error) {
    const cause = failed ?? error
    await new Promise<void>((resolve) => {
      copy.once('close', resolve).once('error', () => resolve())
      copy.destroy(error as Error)
    })
    throw cause
  }
}

function describeMapping(layout: Layout): Record<string, string> {
  const names: Record<string, string> = {}
  for (const [field, columns] of layout.mapping.columns) names[field] = columns.map((at) => layout.mapping.header[at]).join(', ')
  return names
}
