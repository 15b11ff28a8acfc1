/**
 * Step 6 of a night: signals become alerts, with one open alert per cause, a level, units, a deadline, and a notice in the
 * outbox where there is something new to say. Running a night again gives the same alerts and no second notice.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { addWorkingDays, workCalendar } from '../core/calendar.ts'
import type { Settings } from '../core/config.ts'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import * as alerts from '../sql/alerts.ts'
import { readSignals } from '../sql/signals.ts'
import type { SignalRow } from '../sql/signals.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { createBudget } from './alert-budget.ts'
import { writeNotices } from './alert-notices.ts'
import { describeAlert } from './alert-why.ts'
import { callersWithin, readEvidence } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { higher, rateLevel, REPLY_WORKING_DAYS } from './levels.ts'
import type { Level } from './levels.ts'
import { matchSignals } from './lineage.ts'
import type { OpenAlert } from './lineage.ts'

export interface AlertStep {
  night: Day
  places: Map<number, PlaceRow>
  topics: Map<number, TopicRow>
  settings: Settings
  /** Country of each city, by the city's name. */
  countries: ReadonlyMap<string, string>
  /** Whether notices may leave: false for nights of the past, whose notices are withheld. */
  notify: boolean
  /** Newest night that was run, this one included. */
  lastNight: string
}

export interface AlertCounts { new: number, continued: number, ended: number, notices: number }

/** Everything happens in the caller's transaction. */
export async function raiseAlerts(client: PoolClient, step: AlertStep): Promise<AlertCounts> {
  const { night, places, topics, settings } = step
  const date = formatDay(night)
  await alerts.forgetNight(client, date)
  const signals = oneSignalPerCause(await readSignals(client, date), topics)
  const openRows = await alerts.readOpenAlerts(client, formatDay(night - settings.quietNights), date)
  const evidence = await readEvidence(client, night, signals.flatMap(placesOf), signals.map((signal) => signal.topicId), places, topics)
  const cells = signals.map((signal) => placesOf(signal).flatMap((place) => evidence.cell(place, signal.topicId)))

  const openTickets = await alerts.readAlertTickets(client, openRows.map((row) => row.id), date)
  const open: OpenAlert[] = openRows.map((row) => ({ id: row.id, place: row.placeId, family: row.familyId, tickets: openTickets.get(row.id)! }))
  const matches = matchSignals(
    signals.map((signal, i) => ({
      place: signal.placeId, family: familyOf(topics, signal.topicId),
      tickets: cells[i]!.filter((at) => evidence.day[at]! > night - signal.windowDays).map((at) => evidence.ticket(at)),
    })),
    open)

  const budget = createBudget(await alerts.countSentThisWeek(client, date), settings.alertBudgetPerUnitWeek)
  const counts: AlertCounts = { new: 0, continued: 0, ended: 0, notices: 0 }
  const ids: string[] = []
  for (const [i, signal] of signals.entries()) {
    const match = matches[i]
    const before = match && openRows.find((row) => row.id === match.id)
    const id = before?.id ?? alertId(date, places.get(signal.placeId)!, topics.get(familyOf(topics, signal.topicId))!)
    ids.push(id)
    if (!before) {
      const kind = signal.windowDays >= 28 && places.get(signal.placeId)!.depth === 0 ? 'common' : 'emerging'
      await alerts.insertAlert(client, { id, kind, placeId: signal.placeId, topicId: signal.topicId, familyId: familyOf(topics, signal.topicId), night: date })
    }
    for (const place of placesOf(signal)) {
      await alerts.insertAlertTickets(client, id, date, place, signal.topicId, formatDay(night + 1 - signal.windowDays), formatDay(night + 1))
    }
    const ruling = rate(signal, cells[i]!, evidence, night, places.get(signal.placeId)!)
    const level = before ? higher(before.level as Level, ruling.level) : ruling.level
    const event = !before ? 'opened' : level !== before.level ? 'raised' : 'continued'
    const units = await alerts.assignUnits(client, id, date, settings.hotlineUnit)
    const fresh = event !== 'continued'
    const withinBudget = fresh ? budget.take(units.leadUnitId, level) : before!.withinBudget
    await alerts.insertAlertNight(client, date, {
      alertId: id, level, placeId: signal.placeId, topicId: signal.topicId, observed: signal.observed, expected: signal.expected, upper: signal.upper,
      windowDays: signal.windowDays, log10P: signal.log10P, recurrenceDays: signal.recurrenceDays, rank: i + 1, withinBudget,
      why: describeAlert(signal, ruling.rule, cells[i]!, evidence, night),
    })
    await alerts.insertAlertEvent(client, id, date, event, before?.level ?? null, level)
    if (before && before.placeId !== signal.placeId) {
      await alerts.insertAlertEvent(client, id, date, 'moved', places.get(before.placeId)!.path, places.get(signal.placeId)!.path)
    }
    const { series } = signal.evidence
    await alerts.saveAlertSeries(client, id, date, series.from, series.observed, series.expected, series.upper)
    if (fresh) {
      const due = addWorkingDays(workCalendar(step.countries.get(places.get(places.get(signal.placeId)!.rollup[0]!)!.name) ?? 'CN'), night + 1, REPLY_WORKING_DAYS[level])
      await alerts.setDeadline(client, id, formatDay(due.day), due.certain)
      counts.notices += await writeNotices(client, { night, notify: step.notify, quietNights: settings.quietNights }, { id, event, level, withinBudget, place: places.get(signal.placeId)!.path, family: topics.get(familyOf(topics, signal.topicId))!.path }, units)
    }
    counts[before ? 'continued' : 'new']++
  }
  for (const [i, signal] of signals.entries()) {
    await alerts.setParent(client, ids[i]!, parentOf(signal, signals, ids, places, topics))
  }
  counts.ended = await endQuiet(client, night, settings.quietNights)
  await alerts.refreshAlerts(client, step.lastNight, settings.quietNights)
  return counts
}

/** The signal's place and its neighbours, where they stand out together. */
function placesOf(signal: SignalRow): number[] {
  return [signal.placeId, ...signal.evidence.neighbours]
}

/** The family stands for the cause; a topic above the families stands for itself. */
export function familyOf(topics: Map<number, TopicRow>, topic: number): number {
  return topics.get(topic)!.familyId ?? topic
}

/** Signals come strongest first; a second one of the same place and family speaks of the same cause. */
function oneSignalPerCause(signals: SignalRow[], topics: Map<number, TopicRow>): SignalRow[] {
  const seen = new Set<string>()
  return signals.filter((signal) => {
    const key = `${signal.placeId}/${familyOf(topics, signal.topicId)}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** The same cause first seen on the same night has the same id on every machine: names, not serial numbers. */
function alertId(date: string, place: PlaceRow, family: TopicRow): string {
  const digest = createHash('sha256').update(`${date}\n${place.path}\n${family.path}`).digest('hex').slice(0, 8)
  return `${date.replaceAll('-', '')}-${digest}`
}

function rate(signal: SignalRow, cell: number[], evidence: Evidence, night: Day, place: PlaceRow): { level: Level, rule: string } {
  const callers = (days: number): number => callersWithin(evidence, cell, night - days)
  const expected = (days: number): number => signal.evidence.windows.find((window) => window.days === days)?.expected ?? 0
  return rateLevel({
    verdict: signal.verdict, depth: place.depth, households: place.households,
    callers: [callers(7), callers(14), callers(30)],
    expected: [expected(7), expected(14), expected(28) * 30 / 28],
    observed: signal.observed, expectedInWindow: signal.expected,
  })
}

/** The smallest other signal around this one, if any: its alert is the parent. */
function parentOf(signal: SignalRow, signals: SignalRow[], ids: string[], places: Map<number, PlaceRow>, topics: Map<number, TopicRow>): string | null {
  let parent: { id: string, depth: number } | undefined
  signals.forEach((other, i) => {
    if (other === signal || other.placeId === signal.placeId) return
    const around = places.get(signal.placeId)!.rollup.includes(other.placeId)
      && (topics.get(signal.topicId)!.rollup.includes(other.topicId) || familyOf(topics, signal.topicId) === familyOf(topics, other.topicId))
    const depth = places.get(other.placeId)!.depth
    if (around && (!parent || depth > parent.depth)) parent = { id: ids[i]!, depth }
  })
  return parent?.id ?? null
}

/** Alerts whose quiet nights are over tonight. */
async function endQuiet(client: PoolClient, night: Day, quietNights: number): Promise<number> {
  const lastSignal = night - quietNights - 1
  const gone = await alerts.readOpenAlerts(client, formatDay(lastSignal), formatDay(night + 1))
  let ended = 0
  for (const row of gone) {
    if (row.lastNight !== formatDay(lastSignal)) continue
    await alerts.insertAlertEvent(client, row.id, formatDay(night), 'ended', row.level, null)
    ended++
  }
  return ended
}
