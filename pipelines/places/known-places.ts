/**
 * What an import knows of places before it reads a row: names and spellings of the registry, and outlines.
 */
import type { Datum } from '../../core/place-kinds.ts'
import { Gazetteer } from '../../features/gazetteer.ts'
import type { GazetteerEntry } from '../../features/gazetteer.ts'
import { OutlineIndex } from '../../features/outline-index.ts'
import type { Queryable } from '../../sql/db.ts'
import { readAliases, readOutlines, readRegistered } from '../../sql/places.ts'
import { PATH_SEPARATOR } from '../../sql/registry.ts'

export interface KnownPlaces {
  /** Null where no registry was declared. */
  readonly gazetteer: Gazetteer | null
  readonly outlines: OutlineIndex<readonly string[]>
  /** Kind of a place by its path below the city. */
  kinds: ReadonlyMap<string, string>
  /** Of the tickets' points. */
  datum: Datum
}

/** Registered places of the city and their spellings; none of another city. */
export async function readKnownPlaces(db: Queryable, city: string, datum: string): Promise<KnownPlaces> {
  const own = (await readRegistered(db)).filter(({ path }) => path.startsWith(`${city}${PATH_SEPARATOR}`))
  const below = (path: string): string[] => path.split(PATH_SEPARATOR).slice(1)
  const kinds = new Map(own.map(({ path, kind }) => [below(path).join(PATH_SEPARATOR), kind]))
  const byId = new Map(own.map((place) => [place.id, place]))
  const entries: GazetteerEntry[] = own.map(({ name, path, kind }) => ({ name, path: below(path), kind }))
  for (const { placeId, name } of await readAliases(db)) {
    const place = byId.get(placeId)
    if (place) entries.push({ name, path: below(place.path), kind: place.kind })
  }
  const outlines = (await readOutlines(db)).filter(({ path }) => path.startsWith(`${city}${PATH_SEPARATOR}`))
  for (const { path, kind } of outlines) kinds.set(below(path).join(PATH_SEPARATOR), kind)
  // Most sources tell the place of each ticket: what is looked up in texts and by points is built when the first one does not.
  let gazetteer: Gazetteer | undefined
  let index: OutlineIndex<readonly string[]> | undefined
  return {
    kinds, datum: datum as Datum,
    get gazetteer() { return entries.length > 0 ? gazetteer ??= new Gazetteer(entries) : null },
    get outlines() { return index ??= new OutlineIndex(outlines.map(({ path, depth, polygons }) => ({ value: below(path), depth, polygons }))) },
  }
}
