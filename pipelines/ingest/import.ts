/**
 * Takes one file or stream of tickets into the store: reader → COPY into a staging table → set-based SQL → tickets,
 * versions, rejects, ledger. One transaction: it is all there, or nothing has changed. The caller holds the write lock.
 */
import type pg from 'pg'
import { checkTimeZone } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { readCallerSecret } from '../../features/caller-key.ts'
import type { Queryable } from '../../sql/db.ts'
import { beginStage, ensureTrees, mergeStage, nextBatchId, readPiles, readStageIds, readStageSample, writeBatch, writeRejects } from '../../sql/imports.ts'
import type { MergeContext, StageIds, TreeEntry } from '../../sql/imports.ts'
import { ensureSource, findSource, readSources } from '../../sql/sources.ts'
import type { SourceRow } from '../../sql/sources.ts'
import { copyRows, readHead } from './copy-rows.ts'
import type { ImportDeps, ImportRequest } from './import-request.ts'
import { findImported, refuseHopeless, refuseOther, toResult } from './import-result.ts'
import type { ImportPreview, ImportResult, Merged } from './import-result.ts'
import { findLayout } from './layout.ts'
import type { Layout } from './layout.ts'
import { openInput } from './open-input.ts'
import type { OpenInput } from './open-input.ts'
import { readPreset } from './presets.ts'
import { readProfile } from './profile.ts'
import type { Profile } from './profile.ts'
import { EMPTY_QUALITY, leastPile, toQualityReport } from './quality.ts'
import type { QualityReport } from './quality.ts'
import type { PathRegistry } from './registry.ts'
import { readKnownPlaces } from '../places/known-places.ts'
import { RowEncoder } from './row-encoder.ts'
export type { SourceRow } from '../../sql/sources.ts'
export type { ImportDeps, ImportRequest } from './import-request.ts'
export type { ImportPreview, ImportResult } from './import-result.ts'

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
    ...result, preset: layout?.preset.name ?? request.preset, format: input?.format ?? 'csv', encoding: input?.encoding() ?? 'utf-8',
    mapping, unmapped: (layout?.mapping.header ?? []).filter((_, at) => !mapped.has(at)), sample: sample ?? [],
  }
}

/** All sources with the totals of their ledgers. */
export async function listSources(db: Queryable): Promise<SourceRow[]> {
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

  const asked = askedOf(profile, request)

  const known = preview ? undefined : await findImported(db, request, preset?.name)
  if (known) {
    refuseOther(known, asked)
    return { result: { ...known, seconds: (performance.now() - began) / 1000 } }
  }

  const input = await openInput(request.input)
  const chunks = input.chunks[Symbol.asyncIterator]()
  try {
    const { head, whole } = await readHead(chunks)
    const layout = findLayout(head, whole, preset, given)
    const city = request.city ?? profile?.city ?? layout.preset.city
    let outcome: Run | undefined
    await db.transaction(async (client) => {
      const name = request.source ?? layout.preset.name
      const isNew = await findSource(client, name) === undefined
      const source = await ensureSource(client, {
        name, preset: layout.preset.name, city, country: asked.country ?? layout.preset.country, timeZone: asked.timeZone ?? layout.preset.time_zone,
        datum: layout.preset.datum, staffChannels: layout.preset.staff_channels, profile: {},
      })
      refuseOther({ ...source, source: name }, asked)
      const context: MergeContext = {
        sourceId: source.id, batchId: await nextBatchId(client), now: startedAt, recorded: request.recorded ?? 'auto', cutoffHours: config.settings.cutoffHours,
      }
      await beginStage(client, source.timeZone)
      const known = await readKnownPlaces(client, city, layout.preset.datum)
      const encoder = new RowEncoder({ known, preset: { ...layout.preset, time_zone: source.timeZone }, mapping: layout.mapping, city, callerSecret: readCallerSecret(config.dataDir, config.callerKeyFile), recorded: context.recorded, nowSeconds: startedAt.getTime() / 1000 })
      await copyRows(deps, client, input, layout, encoder, head, chunks)
      if (encoder.read === 0) throw new BadInputError('no_rows', `${input.name} has a header and no rows`, { file: input.name })
      const merged = await merge(client, context, encoder, layout, preview)
      const result = toResult(source, input, context.batchId, encoder, merged, (performance.now() - began) / 1000, isNew && asked.timeZone === undefined)
      if (!request.acceptHopeless) refuseHopeless(result, input.name)
      await writeBatch(client, { ...result, id: context.batchId, sourceId: source.id, fileName: input.name,
        // A file that is in the ledger may be looked at again; its preview is taken back and must not collide with it.
        fileHash: preview ? `preview of ${input.hash()}` : input.hash(), bytes: input.bytesRead(), preset: layout.preset.name, mapping: describeMapping(layout), startedAt })
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

/** What a source is to have, by this import or by the mapping it goes by. @throws {InvalidOptionError} no time zone, no country */
function askedOf(profile: Profile | undefined, request: ImportRequest): { timeZone?: string, country?: string } {
  const timeZone = request.timeZone ?? profile?.timeZone
  const country = request.country ?? profile?.country
  if (timeZone !== undefined) checkTimeZone('--time-zone', timeZone)
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) throw new InvalidOptionError('--country', country, 'two letters, ISO 3166')
  return { ...(timeZone === undefined ? {} : { timeZone }), ...(country === undefined ? {} : { country }) }
}

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

function describeMapping(layout: Layout): Record<string, string> {
  const names: Record<string, string> = {}
  for (const [field, columns] of layout.mapping.columns) names[field] = columns.map((at) => layout.mapping.header[at]).join(', ')
  return names
}
