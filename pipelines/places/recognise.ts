/**
 * What would be recognised in a text? For people who look why a ticket has the place it has.
 */
import { recognisePlaces } from '../../features/recognise-places.ts'
import type { Db } from '../../sql/db.ts'
import { readCities } from '../../sql/places.ts'
import { readKnownPlaces } from './known-places.ts'

export interface RecognisedView { name: string, kind: string, confidence: number, by: string, path: string[] | null }

/** Places of a text, the finest first, with the registry of the store's first city. */
export async function recogniseText(db: Db, text: string): Promise<RecognisedView[]> {
  const city = (await readCities(db))[0]
  const known = city ? await readKnownPlaces(db, city.name, city.datum) : null
  const { site, community, road, street, district } = recognisePlaces([text], known?.gazetteer ?? null)
  return [site, community, road, street, district].flatMap((place) => (place ? [{ ...place, path: place.path ? [...place.path] : null }] : []))
}
