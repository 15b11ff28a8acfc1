/**
 * What has become of an import: its ledger, told from the batch just merged, or from the finished batch of the same bytes.
 */
import { stat } from 'node:fs/promises'
import { BadInputError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import { readDoneBatches } from '../../sql/imports.ts'
import type { MergeCounts } from '../../sql/imports.ts'
import { findSource, readSources } from '../../sql/sources.ts'
import type { Source } from '../../sql/sources.ts'
import type { ImportRequest } from './import-request.ts'
import { hashFile } from './open-input.ts'
import type { OpenInput } from './open-input.ts'
import { EMPTY_QUALITY } from './quality.ts'
import type { QualityReport } from './quality.ts'
import type { RowEncoder } from './row-encoder.ts'

export interface ImportResult {
  source: string
  file: string
  batchId: string
  /** Of the source, in which times without an offset are read. */
  timeZone: string
  country: string
  /** Nobody said it: the source is new and has the time zone of its format. */
  timeZoneAssumed: boolean
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

/** What SQL and the reader found out about a batch. */
export interface Merged { counts: MergeCounts, quality: QualityReport, rejected: Record<string, number>, sample?: Record<string, unknown>[] }

/** The ledger of a merged batch. */
export function toResult(source: Source, input: OpenInput, batchId: string, encoder: RowEncoder, merged: Merged, seconds: number, timeZoneAssumed: boolean): ImportResult {
  const { counts, quality, rejected } = merged
  return {
    source: source.name, file: input.name, batchId, timeZone: source.timeZone, country: source.country, timeZoneAssumed, alreadyImported: false, read: encoder.read, ...counts,
    rejected: Object.values(rejected).reduce((sum, n) => sum + n, 0), rejectReasons: rejected,
    firstDay: quality.firstDay, lastDay: quality.lastDay, quality, seconds,
  }
}

/**
 * A file of which not one row can be read was not meant for this preset.
 *
 * @throws {BadInputError} all rows were rejected
 */
export function refuseHopeless(result: ImportResult, file: string): void {
  if (result.read === 0 || result.rejected < result.read) return
  const reasons = Object.entries(result.rejectReasons).map(([reason, n]) => `${reason} ${n}`).join(', ')
  throw new BadInputError('no_usable_row', `not one of the ${result.read} rows of ${file} can be read: ${reasons}`, { file, reasons: result.rejectReasons })
}

/**
 * The tickets of a source were read by what it was made with.
 *
 * @throws {BadInputError} it is asked to have another time zone or country
 */
export function refuseOther(source: Pick<ImportResult, 'source' | 'timeZone' | 'country'>, asked: { timeZone?: string, country?: string }): void {
  for (const key of ['timeZone', 'country'] as const) {
    const [has, given] = [source[key], asked[key] ?? source[key]]
    if (has !== given) throw new BadInputError('source_differs', `the source ${source.source} has ${has}, not ${given}: what is of another place needs another --source`, { source: source.source, has, given })
  }
}

/** The finished batch of the same bytes, told as a batch in which nothing was new. */
export async function findImported(db: Db, request: ImportRequest, presetName: string | undefined): Promise<ImportResult | undefined> {
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
        source: source.name, file: batch.file, batchId: batch.id, timeZone: source.timeZone, country: source.country, timeZoneAssumed: false, alreadyImported: true, read: batch.read, new: 0, changed: 0, unchanged: batch.read,
        duplicate: 0, duplicateDiffering: 0, rejected: 0, rejectReasons: {}, firstDay: batch.firstDay, lastDay: batch.lastDay,
        quality: { ...EMPTY_QUALITY, ...batch.quality as QualityReport }, seconds: 0, versions: 0,
      }
    }
  }
  return undefined
}
