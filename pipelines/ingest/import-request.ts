/**
 * What an import is asked for, and what it needs around it.
 */
import type { Config } from '../../core/config.ts'
import type { Log } from '../../core/log.ts'
import type { Db } from '../../sql/db.ts'
import type { InputRequest } from './open-input.ts'

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
  /** IANA zone of its local times, and country of its holidays (ISO 3166); default the preset's. What a source was made with stays. */
  timeZone?: string
  country?: string
  /** When we learned of rows without an arrival time: 'auto' takes now for those of the last three days. */
  recorded?: 'auto' | 'accepted' | 'arrival'
  /** A saved mapping. */
  profile?: string
  /** Not one usable row is no error: the rows are of the right kind by their origin, and all become rejects. */
  acceptHopeless?: boolean
}
