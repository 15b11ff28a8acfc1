/**
 * Topics that go before others as a regressor: how much oftener than by chance a topic is to rise at a place in the next weeks, for what
 * rose there lately. For the forecast.
 */
import type { Day } from '../../core/days.ts'
import { sumBetween } from '../../features/history.ts'
import type { History } from '../../features/history.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import type { LeadRow } from '../../sql/weekly-tables.ts'

/** Callers of the earlier topic that are a sign. */
const LEAST_CALLERS = 2
/** No lead is believed beyond this lift. */
const MOST_LIFT = 8

export interface LeadRegressor {
  /** Logarithm of the largest lift among the leads that show at the place; 0 where none does. */
  of(placeId: number, topicId: number): number
}

/**
 * @param history  as of the night; of the topics that go before at least
 * @param leads    of the last Sunday
 */
export function createLeadRegressor(history: History, places: ReadonlyMap<number, PlaceRow>, leads: readonly LeadRow[], night: Day): LeadRegressor {
  const byAfter = Map.groupBy(leads, (lead) => lead.afterTopicId)
  return {
    of: (placeId, topicId) => {
      const depth = places.get(placeId)?.depth
      let most = 0
      for (const lead of byAfter.get(topicId) ?? []) {
        if (lead.placeDepth !== depth) continue
        const s = history.find(placeId, lead.beforeTopicId)
        // It began at most as long ago as the later topic usually takes.
        const days = 7 * Math.ceil(lead.lagHigh + 1)
        if (s < 0 || sumBetween(history, s, night + 1 - days, night + 1) < LEAST_CALLERS) continue
        most = Math.max(most, Math.log(Math.min(MOST_LIFT, lead.hits / Math.max(lead.expected, 1e-9))))
      }
      return most
    },
  }
}
