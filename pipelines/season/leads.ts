/**
 * Topics that go before others at the same place, as known on a Sunday night: streets, and what lies below them.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { History } from '../../features/history.ts'
import { findLeads } from '../../models/lead/lagged-pairs.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import type { LeadRow } from '../../sql/weekly-tables.ts'
import { isNamedPair } from '../named-leads.ts'
import { round } from '../signal-row.ts'
import { weeklyRises } from '../weekly-rises.ts'

/** Districts are so large that seasons, not places, would speak. */
export const LEAST_DEPTH = 2
/** Weeks of a past below which nothing is looked for. */
const LEAST_WEEKS = 26
const EXAMPLES = 3

export interface LeadTable { rows: LeadRow[], tested: number }

export function leadsOf(history: History, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>): LeadTable {
  const rows: LeadRow[] = []
  let tested = 0
  const first = history.day.reduce((low, day) => Math.min(low, day), history.until)
  if (history.until - first < LEAST_WEEKS * 7) return { rows, tested }
  const depths = new Set([...places.values()].map((place) => place.depth).filter((depth) => depth >= LEAST_DEPTH))
  for (const depth of [...depths].sort((a, b) => a - b)) {
    const rises = weeklyRises(history, places, topics, depth, first)
    const topicAt = (i: number): TopicRow => topics.get(rises.topicIds[i]!)!
    const found = findLeads(rises, {}, (before, after) => isNamedPair(topicAt(before), topicAt(after)))
    tested += found.tested
    const dayOf = (at: number): Day => rises.from + rises.week[at]! * 7
    for (const lead of found.leads) {
      const latest = lead.pairs.toSorted((a, b) => rises.week[b.after]! - rises.week[a.after]! || a.after - b.after).slice(0, EXAMPLES)
      rows.push({
        placeDepth: depth, beforeTopicId: topicAt(lead.before).id, afterTopicId: topicAt(lead.after).id,
        lag: lead.lags[1], lagLow: lead.lags[0], lagHigh: lead.lags[2], rises: lead.rises, hits: lead.hits, expected: round(lead.expected),
        places: lead.places, backward: lead.backward, p: Number(lead.p.toPrecision(4)), q: Number(lead.q.toPrecision(4)),
        examples: latest.map(({ before, after }) => ({ placeId: rises.placeIds[rises.place[after]!]!, before: formatDay(dayOf(before)), after: formatDay(dayOf(after)) })),
      })
    }
  }
  return { rows, tested }
}
