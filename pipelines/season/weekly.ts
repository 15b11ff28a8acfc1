/**
 * Once a week: the outlook of the seasons, topics that go before others, and who closed which tickets, as known on the last Sunday. Any night may be the first
 * to ask for a Sunday's tables; what it finds depends on the Sunday alone.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { createHistoryReader } from '../../features/history.ts'
import { readSelectedCounts } from '../../sql/counts.ts'
import type { Db } from '../../sql/db.ts'
import { readCityCountries, readPlaces, readTopics } from '../../sql/trees.ts'
import { readWeeks, saveLeads, saveOutlook } from '../../sql/weekly-tables.ts'
import { HISTORY_DAYS } from '../detect.ts'
import { refreshRoutingCounts } from '../routing/learned.ts'
import { LEAST_DEPTH, leadsOf } from './leads.ts'
import { outlookOf } from './outlook.ts'
import { lastSunday } from './sundays.ts'

/** Seasons are compared over as many years as there are, ten at most. */
const SEASON_DAYS = 3653
/** Cities, districts and streets. */
const SEASON_DEPTH = 2

/** Sundays before the last one whose outlook says what was told before: eight weeks ahead, and ten in which a season stays the same. */
export const TOLD_SUNDAYS = 18

export interface Weekly {
  /** Brings the tables of the last Sundays up to date; a Sunday's own night writes them anew. Nights must not go backwards. */
  refresh(night: Day): Promise<{ sunday: string, rebuilt: number }>
}

/** Keeps what it has read for the next week. @param db where nights are written */
export function createWeekly(db: Db): Weekly {
  const families = createHistoryReader((...range) => readSelectedCounts(db, { familiesToDepth: SEASON_DEPTH }, ...range), SEASON_DAYS)
  const leaves = createHistoryReader((...range) => readSelectedCounts(db, { leavesFromDepth: LEAST_DEPTH }, ...range), HISTORY_DAYS)
  return {
    async refresh(night) {
      const last = lastSunday(night)
      const span = [formatDay(last - 7 * TOLD_SUNDAYS), formatDay(last)] as const
      const outlooks = await readWeeks(db, 'seasonal_outlook', ...span)
      const leads = await readWeeks(db, 'topic_leads', ...span)
      let rebuilt = 0
      for (let day = last - 7 * TOLD_SUNDAYS; day <= last; day += 7) {
        const sunday = formatDay(day)
        const isOwn = day === night
        const needsLeads = day === last && (isOwn || !leads.has(sunday))
        if (!isOwn && outlooks.has(sunday) && !needsLeads) continue
        const places = await readPlaces(db, sunday)
        const topics = await readTopics(db, sunday)
        const outlook = outlookOf({ history: await families.asOf(day), places, topics, countries: await readCityCountries(db) })
        const table = needsLeads ? leadsOf(await leaves.asOf(day), places, topics) : undefined
        await db.transaction(async (client) => {
          await saveOutlook(client, sunday, outlook.rows, outlook.tested)
          if (table) await saveLeads(client, sunday, table.rows, table.tested)
        })
        rebuilt++
      }
      await refreshRoutingCounts(db, night)
      return { sunday: span[1], rebuilt }
    },
  }
}
