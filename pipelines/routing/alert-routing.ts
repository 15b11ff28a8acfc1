/**
 * How one alert came to its owner and where within its area it is, as of its last night: for whoever looks at it.
 */
import type { Queryable } from '../../sql/db.ts'
import { readAlertPlaces, readRoute, readUnitFacts } from '../../sql/routing.ts'
import type { Suggestion } from './learned.ts'

/** Keys are promised in docs/cli.md. */
export interface AlertRouting {
  step: string
  rule: string | null
  version: number | null
  /** Units that refused it. */
  refused: string[]
  suggestion: Suggestion | null
  /** Why nobody was told of it, and by what; null where its units were. */
  held: string | null
  held_by: string | null
}

export interface AffectedPlace { place: string[], callers: number, usual: number | null, alert: string | null }

/** routing is null for alerts of nights that were run before routes were kept. */
export async function readAlertRouting(db: Queryable, alertId: string): Promise<{ routing: AlertRouting | null, places: AffectedPlace[] }> {
  const route = await readRoute(db, alertId)
  const listed = await readAlertPlaces(db, alertId)
  const units = route && route.refused.length > 0 ? new Map((await readUnitFacts(db)).map(({ id, name }) => [id, name])) : new Map<number, string>()
  return {
    routing: route ? {
      step: route.step, rule: route.rule, version: route.version, refused: route.refused.map((id) => units.get(id) ?? String(id)), suggestion: route.suggestion as Suggestion | null,
      held: route.held, held_by: route.heldBy,
    } : null,
    places: listed.map(({ names, callers, usual, childId }) => ({ place: names, callers, usual, alert: childId })),
  }
}
