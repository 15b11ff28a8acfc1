/**
 * Which alert lies around which: the smallest other one of the night that holds its place, and its topic or its family.
 */
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'

export interface Located { id: string, placeId: number, topicId: number, familyId: number }

/** By id; alerts without a parent are absent. O(alerts × depth × alerts of one place). */
export function parentsOf(alerts: readonly Located[], places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>): Map<string, string> {
  const byPlace = Map.groupBy(alerts, ({ placeId }) => placeId)
  const parents = new Map<string, string>()
  for (const { id, placeId, topicId, familyId } of alerts) {
    const above = topics.get(topicId)!.rollup
    const around = places.get(placeId)!.rollup.slice(0, -1).toReversed()
      .flatMap((at) => byPlace.get(at) ?? []).find((other) => above.includes(other.topicId) || other.familyId === familyId)
    if (around) parents.set(id, around.id)
  }
  return parents
}
