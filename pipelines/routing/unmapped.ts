/**
 * Alerts that nobody owned: they fell to the hotline's desk. Each is a place and family for which a rule is missing.
 */
import type { Queryable } from '../../sql/db.ts'
import { readDeskAlerts } from '../../sql/routing.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import type { Suggestion } from './learned.ts'

/** Keys are promised in docs/cli.md. */
export interface Unmapped { place: string[], family: string[], alerts: string[], suggestion: Suggestion | null }

/** Alerts as they stood on their last night up to `night`, by place and family, those with the most alerts first. */
export async function listUnmapped(db: Queryable, night: string): Promise<Unmapped[]> {
  const [places, topics] = [await readPlaces(db), await readTopics(db)]
  const rows = await readDeskAlerts(db, night)
  return rows.map(({ placeId, familyId, alerts, suggestion }) => ({
    place: places.get(placeId)!.rollup.map((id) => places.get(id)!.name), family: topics.get(familyId)!.rollup.slice(1).map((id) => topics.get(id)!.name),
    alerts, suggestion: suggestion as Suggestion | null,
  }))
}
