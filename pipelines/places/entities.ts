/**
 * The registry as people look at it: search, one place with its spellings, and what no place was found for.
 */
import { BadInputError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import { countUnresolved, findEntities, readEntity, removeAlias, saveAliases } from '../../sql/places.ts'
import type { AliasKind, EntityRow } from '../../sql/places.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { listTreeEvents, versionOf } from '../trees/merge.ts'
import { findByPath } from '../typed-path.ts'
export type { AliasKind, EntityRow } from '../../sql/places.ts'

export const PLACE_KINDS = ['city', 'district', 'street', 'community', 'grid', 'compound', 'project', 'school', 'bus_line', 'merchant', 'developer', 'point'] as const
export const ALIAS_KINDS: readonly AliasKind[] = ['promotion', 'registered', 'former', 'spelling']

export interface EntityDetail extends EntityRow {
  /** Paths of places that lead here. */
  leads: string[]
  /** Events so far: a merge that has seen another number is refused. */
  version: number
  events: { id: string, act: string, from: string, into: string, by: string, why: string, at: string, undone_by: string | null }[]
}

/** The place of a typed path. @throws {BadInputError} none, or more than one */
export async function findPlace(db: Db, typed: string): Promise<PlaceRow> {
  return findByPath((await readPlaces(db)).values(), typed, 'no_such_place')
}

export async function listEntities(db: Db, options: { word?: string | undefined, kind?: string | undefined, limit?: number | undefined } = {}): Promise<EntityRow[]> {
  return findEntities(db, options.word ?? null, options.kind ?? null, options.limit ?? 50)
}

export async function showEntity(db: Db, typed: string): Promise<EntityDetail> {
  const place = await findPlace(db, typed)
  const entity = (await readEntity(db, place.id))!
  const events = (await listTreeEvents(db, 'place')).filter(({ fromId, intoId }) => fromId === place.id || intoId === place.id)
  return {
    ...entity, version: await versionOf(db, 'place', place.id),
    events: events.map(({ id, act, from, into, by, why, at, undoneBy }) => ({ id, act, from, into, by, why, at: at.toISOString(), undone_by: undoneBy })),
  }
}

/** Declares a further spelling of a place; imports lead it there from now on. @returns whether it is new */
export async function addAlias(db: Db, typed: string, name: string, kind: AliasKind, by: string): Promise<{ path: string, added: boolean }> {
  const clean = name.normalize('NFKC').trim()
  if (clean === '') throw new BadInputError('empty_name', 'a spelling needs at least one character', {})
  const place = await findPlace(db, typed)
  return { path: place.path, added: (await saveAliases(db, [{ placeId: place.id, name: clean, kind, by }])) > 0 }
}

export async function dropAlias(db: Db, typed: string, name: string): Promise<{ path: string, removed: boolean }> {
  const place = await findPlace(db, typed)
  return { path: place.path, removed: await removeAlias(db, place.id, name) }
}

/** How precisely tickets are placed, by source. */
export async function listUnresolved(db: Db): Promise<Awaited<ReturnType<typeof countUnresolved>>> {
  return countUnresolved(db)
}
