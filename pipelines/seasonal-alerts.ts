/**
 * Alerts of the seasons: what rose in the coming weeks of past years is told two to eight weeks ahead, once a family and season, to
 * the bureau of the topic and the territories where it was strongest, with the time until it begins as its clock. They take nothing of
 * any unit's budget, hold no tickets, and never meet the alerts of signals: those speak of what is, these of what comes.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { formatDay, parseDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { lastDay } from '../core/deadline.ts'
import type { OfficeCalendar } from '../core/office-calendar.ts'
import * as alerts from '../sql/alerts.ts'
import { assignSeasonalUnits, readSeasonalAlerts } from '../sql/seasonal-alerts.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { readCityOutlooks } from '../sql/weekly-tables.ts'
import type { OutlookRow } from '../sql/weekly-tables.ts'
import { readSeasonalRouting } from './routing/seasonal.ts'
import { readCalendars } from './clocks/in-force.ts'
import type { Recipient, Rules } from './rules.ts'
import { lastSunday } from './season/sundays.ts'
import { TOLD_SUNDAYS } from './season/weekly.ts'
import { round } from './signal-row.ts'

export interface SeasonalStep {
  night: Day
  places: Map<number, PlaceRow>
  topics: Map<number, TopicRow>
  rules: Rules
  hotlineUnit: string
  countries: ReadonlyMap<string, string>
  notify: boolean
  withheldAs: 'past_night' | 'catch_up' | 'replay'
}

export interface SeasonalCounts { new: number, continued: number, ended: number, notices: number }

/** What an alert of a season says; the keys are promised in docs/cli.md. */
export interface SeasonalWhy {
  rule: 'season_ahead'
  sunday: string
  begins_on: string
  peaks_on: string
  weeks_ahead: number
  factor: number
  low: number
  high: number
  /** Callers a week: of the last four weeks, and expected at the peak. */
  present: number
  expected: number
  /** Past years in which it was seen; one is a thing once seen. */
  years: OutlookRow['years']
  once: boolean
  areas: { place: string[], share: number, lift: number }[]
  q: number
}

/** A family that was to be expected within this many Sundays before is the same season. */
const SAME_SEASON_SUNDAYS = 10
/** The checklist is due so many days before the season, and no sooner than so many working days from now. */
const READY_DAYS = 7
const LEAST_WORKING_DAYS = 3

/** A season that is told, by the Sunday that first saw it coming. */
interface Season { sunday: Day, row: OutlookRow, weeks: number, place: PlaceRow, family: TopicRow }

/** In the transaction of the night's alerts, after those of its signals. What stands depends on the Sundays' tables, not on the nights that were run. */
export async function raiseSeasonal(client: PoolClient, step: SeasonalStep, ranksUsed: number): Promise<SeasonalCounts> {
  const { night, rules } = step
  const date = formatDay(night)
  const calendarOf = await readCalendars(client, date)
  const counts: SeasonalCounts = { new: 0, continued: 0, ended: 0, notices: 0 }
  const before = await readSeasonalAlerts(client, formatDay(night - 7 * TOLD_SUNDAYS), date)
  const seasons = rules.kinds.seasonal.enabled ? await standingSeasons(client, step) : []
  const standing = new Set<string>()
  const events: alerts.AlertEventRow[] = []
  const deadlines: { id: string, dueOn: string, certain: boolean }[] = []
  const routes = seasons.length === 0 ? undefined : await readSeasonalRouting(client, step)
  const stands = seasons.map((season) => ({ ...season, id: seasonalId(formatDay(season.sunday), season.place, season.family) }))
  await alerts.insertAlerts(client, stands.map(({ id, place, family }) => ({ id, kind: 'seasonal', placeId: place.id, topicId: family.id, familyId: family.id, night: date })))
  const told = []
  for (const { id, sunday, row, weeks, place, family } of stands) {
    standing.add(id)
    const isNew = !before.some((alert) => alert.id === id)
    const why = describe(row, sunday, weeks, step.places)
    told.push({ id, isNew, why, place, family, route: await routes!.assign(id, place, family, await assignSeasonalUnits(client, id, row.areas.map((area) => area.placeId), step.hotlineUnit)) })
    events.push({ id, kind: isNew ? 'opened' : 'continued', before: isNew ? null : 'blue', after: 'blue' })
    const due = readyBy(parseDay(row.beginsOn), sunday, calendarOf(step.countries.get(place.name) ?? 'CN'))
    deadlines.push({ id, dueOn: formatDay(due.day), certain: due.certain })
    counts[isNew ? 'new' : 'continued']++
  }
  await alerts.insertAlertNights(client, date, told.map(({ id, place, family, why }, i) => nightOf(id, place.id, family.id, why, ranksUsed + i + 1)))
  await routes?.save(told)
  for (const { id, isNew, why, place, family, route: { units, held } } of told) {
    if (isNew) counts.notices += await tell(client, step, id, why, place, family, rules.kinds.seasonal.recipients, units, held !== null)
  }
  for (const { id, lastNight } of before) {
    if (standing.has(id) || parseDay(lastNight) !== night - 1) continue
    events.push({ id, kind: 'ended', before: 'blue', after: null })
    counts.ended++
  }
  await alerts.setDeadlines(client, deadlines)
  await alerts.insertAlertEvents(client, date, events)
  return counts
}

/** Seasons that were seen coming and have not begun, the soonest first. */
async function standingSeasons(client: PoolClient, { night, places, topics, rules }: SeasonalStep): Promise<Season[]> {
  const { from, until } = rules.kinds.seasonal.weeksAhead ?? { from: 2, until: 8 }
  const last = lastSunday(night)
  const seen = new Map<string, Day>()
  const seasons: Season[] = []
  for (const row of await readCityOutlooks(client, formatDay(last - 7 * TOLD_SUNDAYS), formatDay(last))) {
    const sunday = parseDay(row.night)
    const weeks = Math.ceil((parseDay(row.beginsOn) - sunday) / 7)
    const place = places.get(row.placeId)
    const family = topics.get(row.familyId)
    if (!place || !family || row.begun || weeks < from || weeks > until) continue
    const key = `${row.placeId}/${row.familyId}`
    const earlier = seen.get(key)
    seen.set(key, sunday)
    if (earlier !== undefined && sunday - earlier <= 7 * SAME_SEASON_SUNDAYS) continue
    if (parseDay(row.beginsOn) > night) seasons.push({ sunday, row, weeks, place, family })
  }
  return seasons.sort((a, b) => parseDay(a.row.beginsOn) - parseDay(b.row.beginsOn) || (a.family.path < b.family.path ? -1 : a.family.path > b.family.path ? 1 : 0)
    || (a.place.path < b.place.path ? -1 : 1))
}

/** Names, not serial numbers; never that of an alert of signals. */
function seasonalId(date: string, place: PlaceRow, family: TopicRow): string {
  const digest = createHash('sha256').update(`seasonal\n${date}\n${place.path}\n${family.path}`).digest('hex').slice(0, 8)
  return `${date.replaceAll('-', '')}-${digest}`
}

function describe(row: OutlookRow, sunday: Day, weeks: number, places: ReadonlyMap<number, PlaceRow>): SeasonalWhy {
  return {
    rule: 'season_ahead', sunday: formatDay(sunday), begins_on: row.beginsOn, peaks_on: row.peaksOn, weeks_ahead: weeks,
    factor: row.factor, low: row.low, high: row.high, present: row.present, expected: round(row.present * row.factor, 1),
    years: row.years, once: row.years.length === 1,
    areas: row.areas.flatMap((area) => {
      const place = places.get(area.placeId)
      return place ? [{ place: place.rollup.map((id) => places.get(id)!.name), share: area.share, lift: area.lift }] : []
    }),
    q: row.q,
  }
}

/** Four weeks of callers: present, expected at the peak, and the upper end of its interval. */
function nightOf(alertId: string, placeId: number, topicId: number, why: SeasonalWhy, rank: number): alerts.AlertNightRow {
  return {
    alertId, level: 'blue', placeId, topicId, observed: Math.round(why.present * 4), expected: round(why.present * 4 * why.factor),
    upper: round(why.present * 4 * why.high), windowDays: 28, log10P: round(Math.log10(Math.max(1e-9, why.q))),
    // One look a week; q bounds the share of false ones among what is told.
    recurrenceDays: Math.min(1e9, round(7 / Math.max(1e-9, why.q))), rank, withinBudget: true, tickets: 0, callers: 0, why: { ...why },
  }
}

/** The last working day that lies READY_DAYS before the season, or later where that is too soon. */
function readyBy(begins: Day, told: Day, calendar: OfficeCalendar): { day: Day, certain: boolean } {
  const { day: soonest } = lastDay({ unit: 'working_day', amount: LEAST_WORKING_DAYS, start: 'next_day' }, told + 1, calendar)
  let day = begins - READY_DAYS
  while (day > soonest && !calendar.isWorking(day)) day--
  day = Math.max(day, soonest)
  return { day, certain: day < calendar.coveredUntil }
}

async function tell(
  client: PoolClient, { night, notify, withheldAs, rules }: SeasonalStep, id: string, why: SeasonalWhy, place: PlaceRow, family: TopicRow,
  recipients: readonly Recipient[], units: alerts.AlertUnits, silenced: boolean,
): Promise<number> {
  const named: Record<Recipient, (number | null)[]> = { lead: [units.leadUnitId], territory: [units.territoryUnitId, ...units.coUnitIds], co: units.coUnitIds }
  let written = 0
  for (const unitId of new Set(recipients.flatMap((recipient) => named[recipient]))) {
    if (unitId === null) continue
    const key = createHash('sha256').update(`${id}\nopened\nblue\n${unitId}`).digest('hex').slice(0, 12)
    const held = silenced ? 'silenced' : notify ? null : withheldAs
    const isNew = await alerts.insertNotice(client, {
      id: `${id}-${key}`, alertId: id, night: formatDay(night), reason: 'opened', unitId,
      payload: {
        alert: id, event: 'opened', level: 'blue', kind: 'seasonal', place: place.path, family: family.path, season: why.begins_on,
        checklist: why.areas.map((area) => area.place.join('›')),
      },
      status: held ? 'withheld' : 'pending', error: held,
    }, rules.closing.quietNights)
    if (isNew) written++
  }
  return written
}
