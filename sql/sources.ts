/**
 * Where tickets come from: one row a source, with the ledger of its batches.
 */
import type { Queryable } from './db.ts'
import { statement } from './db.ts'

export interface Source { id: number, name: string, preset: string, city: string, country: string, timeZone: string }

export interface SourceRow extends Source {
  tickets: number
  batches: number
  rejected: number
  firstDay: string | null
  lastDay: string | null
  /** Last time at which something was learned, ISO 8601. */
  lastImportAt: string | null
}

export interface NewSource {
  name: string
  preset: string
  city: string
  country: string
  timeZone: string
  datum: string
  staffChannels: string[]
  profile: object
}

/** The source of that name, made where it is missing; what it was made with stays. */
export async function ensureSource(db: Queryable, source: NewSource): Promise<Source> {
  const { rows } = await db.query<Source>(statement('import-source'), [source.name, source.preset, source.city, source.country, source.timeZone,
    source.datum, source.staffChannels, JSON.stringify(source.profile)])
  return rows[0]!
}

export async function findSource(db: Queryable, name: string): Promise<Source | undefined> {
  const { rows } = await db.query<Source>(statement('import-source-find'), [name])
  return rows[0]
}

/** All sources by name, with the totals of their ledgers. */
export async function readSources(db: Queryable): Promise<SourceRow[]> {
  const { rows } = await db.query<SourceRow>(statement('import-sources'))
  return rows
}

