/**
 * Once a week: the outlook of the seasons, and topics that go before others, as known on the last Sunday. Any night may be the first
 * to ask for a Sunday's tables; what it finds depends on the Sunday alone.
 */
import { formatDay, weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { createHistoryReader } from '../../features/history.ts'
import { readSelectedCounts } from '../../sql/counts.ts'
import type { Db } from '../../sql/db.ts'
import { readCityCountries, readPlaces, readTopics } from '../../sql/trees.ts'
import { readWeeklyTable, saveLeads, saveOutlook } from '../../sql/weekly-tables.ts'
import { HISTORY_DAYS } from '../detect.ts'
import { LEAST_DEPTH, leadsOf } from './leads.ts'
import { outlookOf } from './outlook.ts'

/** Seasons are compared over as many years as there are, ten at most. */
const SEASON_DAYS = 3653
/** Cities, districts and streets. */
const SEASON_DEPTH = 2

export interface Weekly {
  /** Brings the tables of the last Sunday up to date; a Sunday's own night writes them anew. Nights must not go backwards. */
  refresh(night: Day): Promise<{ sunday: string, rebuilt: boolean }>
}

/** The last Sunday, the day itself included. */
export function lastSunday(night: Day): Day {
  return night - (weekday(night) % 7)
}

/** Keeps what it has read for the next week. @param db where nights are written */
export function createWeekly(db: Db): Weekly {
  const families = createHistoryReader((...range) => readSelectedCounts(db, { familiesToDepth: SEASON_DEPTH }, ...range), SEASON_DAYS)
  const leaves = createHistoryReader((...range) => readSelectedCounts(db, { leavesFromDepth: LEAST_DEPTH }, ...range), HISTORY_DAYS)
  return {
    async refresh(night) {
      const day = lastSunday(night)
      const sunday = formatDay(day)
      const known = [await readWeeklyTable(db, 'seasonal_outlook', sunday), await readWeeklyTable(db, 'topic_leads', sunday)]
      if (day < night && known.every((table) => table?.night === sunday)) return { sunday, rebuilt: false }
      const places = await readPlaces(db, sunday)
      const topics = await readTopics(db, sunday)
      const outlook = outlookOf({ history: await families.asOf(day), places, topics, countries: await readCityCountries(db) })
      const leads = leadsOf(await leaves.asOf(day), places, topics)
      await db.transaction(async (client) => {
        await saveOutlook(client, sunday, outlook.rows, outlook.tested)
        await saveLeads(client, sunday, leads.rows, leads.tested)
      })
      return { sunday, rebuilt: true }
    },
  }
}
