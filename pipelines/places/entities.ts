/**
 * The registry as people look at it: search, one place with its spellings, and what no place was found for.
 */
import { BadInputError } from '../../core/errors.ts'
import type { AliasKind } from '../../core/place-kinds.ts'
import type { Queryable } from '../../sql/db.ts'
import { countUnresolved, findEntities, readDatum, readEntity, readSpellings, removeAlias, saveAliases } from '../../sql/places.ts'
import type { AliasRow, EntityRow } from '../../sql/places.ts'
import { PATH_SEPARATOR } from '../../sql/registry.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { listTreeEvents, versionOf } from '../trees/merge.ts'
import { findByPath } from '../typed-path.ts'
export type { EntityRow } from '../../sql/places.ts'

export interface EntityDetail extends EntityRow {
  /** Paths of places that lead here. */
  leads: string[]
  /** Events so far: a merge that has seen another number is refused. */
  version: number
  events: { id: string, act: string, from: string, into: string, by: string, why: string, at: string, undone_by: string | null }[]
}

/** The place of a typed path. @throws {BadInputError} none, or more than one */
export async function findPlace(db: Queryable, typed: string): Promise<PlaceRow> {
  return findByPath((await readPlaces(db)).values(), typed, 'no_such_place')
}

export async function listEntities(db: Queryable, options: { word?: string | undefined, kind?: string | undefined, limit?: number | undefined } = {}): Promise<EntityRow[]> {
  return findEntities(db, options.word ?? null, options.kind ?? null, options.limit ?? 50)
}

export async function showEntity(db: Queryable, typed: string): Promise<EntityDetail> {
  const place = await findPlace(db, typed)
  const entity = (await readEntity(db, place.id))!
  const events = await listTreeEvents(db, 'place', place.id)
  return {
    ...entity, version: await versionOf(db, 'place', place.id),
    events: events.map(({ id, act, from, into, by, why, at, undoneBy }) => ({ id, act, from, into, by, why, at: at.toISOString(), undone_by: undoneBy })),
  }
}

export interface EntityForEdit {
  entity: EntityRow & { leads: string[] }
  spellings: AliasRow[]
  /** Everything that was said of the place, newest first. */
  events: Awaited<ReturnType<typeof listTreeEvents>>
  version: number
  /** Datum of the centre. */
  datum: string
  parent: PlaceRow | null
  below: number
}

/** A place by its id, as whoever is about to change it needs it. @throws {BadInputError} `no_such_place` */
export async function readForEdit(db: Queryable, id: number): Promise<EntityForEdit> {
  const places = await readPlaces(db)
  const place = places.get(id)
  if (!place) throw new BadInputError('no_such_place', `there is no place ${id}`, { typed: String(id), near: [] })
  return {
    entity: (await readEntity(db, id))!, spellings: await readSpellings(db, id), version: await versionOf(db, 'place', id), datum: await readDatum(db, place.path.split(PATH_SEPARATOR)[0]!),
    events: await listTreeEvents(db, 'place', id),
    parent: place.parentId === null ? null : places.get(place.parentId)!, below: [...places.values()].filter(({ parentId }) => parentId === id).length,
  }
}

/** Declares a further spelling of a place; imports lead it there from now on. @returns whether it is new */
export async function addAlias(db: Queryable, typed: string, name: string, kind: AliasKind, by: string): Promise<{ path: string, added: boolean }> {
  const clean = name.normalize('NFKC').trim()
  if (clean === '') throw new BadInputError('empty_name', 'a spelling needs at least one character', {})
  const place = await findPlace(db, typed)
  return { path: place.path, added: (await saveAliases(db, [{ placeId: place.id, name: clean, kind, by }])) > 0 }
}

export async function dropAlias(db: Queryable, typed: string, name: string): Promise<{ path: string, removed: boolean }> {
  const place = await findPlace(db, typed)
  return { path: place.path, removed: await removeAlias(db, place.id, name) }
}

/** How precisely tickets are placed, by source. */
export async function listUnresolved(db: Queryable): Promise<Awaited<ReturnType<typeof countUnresolved>>> {
  return countUnresolved(db)
}
