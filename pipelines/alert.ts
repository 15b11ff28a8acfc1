/**
 * Step 6 of a night: signals become alerts, with one open alert per cause, a level, units, a deadline, and a notice in the
 * outbox where there is something new to say. Running a night again gives the same alerts and no second notice.
 */
import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { lastDay } from '../core/deadline.ts'
import { insertAlertFacts } from '../sql/alert-facts.ts'
import type { AlertFactsRow } from '../sql/alert-facts.ts'
import * as alerts from '../sql/alerts.ts'
import { readSignals } from '../sql/signals.ts'
import type { SignalRow } from '../sql/signals.ts'
import { familyOf } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { readUnitNames } from '../sql/units.ts'
import { readWordBursts } from '../sql/words.ts'
import type { WordBurstRow } from '../sql/words.ts'
import { createBudget } from './alert-budget.ts'
import { readNightPeople, RETURN_CALLERS, RETURN_DAYS } from './alert-life/night.ts'
import type { NightPeople } from './alert-life/night.ts'
import { describeAlert } from './alert-why.ts'
import { readCalendars } from './clocks/in-force.ts'
import { callersWithin, readEvidence } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { knownAfter, newsOf } from './hysteresis.ts'
import type { News, Told } from './hysteresis.ts'
import { labelAlerts } from './learn/labels.ts'
import { readLearning } from './learn/learning.ts'
import { movedBy, offsetOf, rankAlerts, saveRanking } from './learn/rank-alerts.ts'
import { readForecastLookup } from './forecast.ts'
import { alertForecast } from './forecast/alert-forecast.ts'
import { familiesByPlace, levelFacts, readTellingTickets } from './level-facts.ts'
import { higher, lower, rateLevel } from './levels.ts'
import type { Level, LevelFacts } from './levels.ts'
import { foldNested, joinAreas, matchSignals, relateClusters } from './lineage.ts'
import type { OpenAlert } from './lineage.ts'
import { routeAlerts, settleNews, tellUnits } from './routing/night.ts'
import { parentsOf } from './routing/parents.ts'
import { exceptionFor, verdictUnder, wordMode } from './rules.ts'
import type { ExceptionRule, Kind, Rules } from './rules.ts'
import { raiseSeasonal } from './seasonal-alerts.ts'
import { explains, positionsOf } from './ticket-signals.ts'

export interface AlertStep {
  night: Day
  places: Map<number, PlaceRow>
  topics: Map<number, TopicRow>
  /** As in force on the night, without those that do not hold yet. */
  rules: Rules
  /** The unit that owns what has no other owner. */
  hotlineUnit: string
  /** Country of each city, by the city's name. */
  countries: ReadonlyMap<string, string>
  /** Whether notices may leave: false for nights of the past, whose notices are withheld. */
  notify: boolean
  /** What is written of notices that may not leave. */
  withheldAs: 'past_night' | 'catch_up' | 'replay'
  /** Newest night that was run, this one included. */
  lastNight: string
}

/** A signal that is an alert tonight, before it is rated. */
interface Raised {
  id: string
  signal: SignalRow
  /** Positions of its tickets. */
  cell: number[]
  place: PlaceRow
  familyId: number
  kind: Kind
  exception: ExceptionRule | undefined
  before: alerts.OpenAlertRow | undefined
  units: alerts.AlertUnits
  /** Tickets of the alert so far. */
  tickets: number
}

/** The same, rated. */
interface Rated extends Raised {
  seen: LevelFacts
  verdict: 'alert' | 'watch'
  rule: string
  ruled: Level
  level: Level
  event: 'opened' | 'returned' | 'raised' | 'lowered' | 'continued'
  /** What its units know, what there is to know, and what of it is new. */
  known: Told | undefined
  now: Told
  tell: News | null
}

const MOST_PHRASES = 8
/** What stands out by its tickets and not by counts is no more than a warning. */
const HIGHEST_OF_TICKETS: Level = 'yellow'
/** The root of the topics. */
const ALL_TOPICS = 1

export interface AlertCounts { new: number, continued: number, ended: number, notices: number }

/** Everything happens in the caller's transaction. */
export async function raiseAlerts(client: PoolClient, step: AlertStep): Promise<AlertCounts> {
  const { night, places, topics, rules } = step
  const { quietNights } = rules.closing
  const date = formatDay(night)
  const calendarOf = await readCalendars(client, date)
  await alerts.lookUpOnce(client)
  await alerts.forgetNight(client, date)
  const rollupOf = (place: number): readonly number[] => places.get(place)!.rollup
  const heard = oneSignalPerCause(await readSignals(client, date), topics)
  const evidence = await readEvidence(client, night, heard.flatMap(placesOf), heard.map((signal) => (signal.evidence.tickets ? ALL_TOPICS : signal.topicId)), places, topics)
  const cellOf = (signal: SignalRow): number[] => (signal.evidence.tickets ? positionsOf(signal.evidence.tickets, evidence) : placesOf(signal).flatMap((place) => evidence.cell(place, signal.topicId)))
  const isAbove = (topic: number, other: number): boolean => topic !== other && topics.get(other)!.rollup.includes(topic)
  const bursts = wordMode(rules) === 'alerts' ? (await readWordBursts(client, date)).filter(({ verdict }) => verdict === 'alert') : []

  /** Those of its window. */
  const ticketsOf = (signal: SignalRow, cell: readonly number[]): string[] =>
    cell.filter((at) => evidence.day[at]! > night - signal.windowDays).map((at) => evidence.ticket(at))
  const causes = heard.map((signal) => ({ place: signal.placeId, neighbours: signal.evidence.neighbours, family: familyOf(topics, signal.topicId), tickets: ticketsOf(signal, cellOf(signal)) }))
  const spokenFor = foldNested(causes, isAbove)
  const signals = heard.filter((_, i) => spokenFor[i] === i)
  const cells = signals.map(cellOf)

  // A cause that was struck off keeps its alert, to come back to it.
  const people = await readNightPeople(client, date, step.withheldAs === 'replay')
  const rows = await alerts.readOpenAlerts(client, formatDay(night - quietNights), date, people.struckOff)
  const openRows = rows.filter((row) => row.lastNight >= formatDay(night - quietNights))
  const openTickets = await alerts.readAlertTickets(client, rows.map((row) => row.id), date)
  const open: OpenAlert[] = [...openRows, ...rows.filter((row) => row.lastNight < formatDay(night - quietNights))].map((row) => ({ id: row.id, place: row.placeId, family: row.familyId, tickets: openTickets.get(row.id)! }))
  const told = Map.groupBy(causes, (_, i) => spokenFor[i]!)
  const fresh = causes.flatMap((cause, at) => (spokenFor[at] === at ? [{ ...cause, tickets: [...new Set(told.get(at)!.flatMap(({ tickets }) => tickets))] }] : []))
  const matches = matchSignals(fresh, open, isAbove)
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const befores = matches.map((match) => match && rowOf.get(match.id))
  const kinds = signals.map((signal, i) => (befores[i]?.kind ?? kindOf(rules, signal, places.get(signal.placeId)!)) as Kind)
  const exceptions = signals.map((signal) => exceptionFor(rules, places.get(signal.placeId)!.path, topics.get(signal.topicId)!.path))
  const raises = (i: number): boolean => (befores[i] !== undefined || rules.kinds[kinds[i]!].enabled) && signals[i]!.observed >= (exceptions[i]?.minCallers ?? 0)
  // What people silenced or struck off speaks for nothing but itself.
  const speaks = (i: number): boolean => raises(i) && people.silent(befores[i]!.id) === null && people.struckOffOn(befores[i]!.id) === undefined
  const speakers = joinAreas(fresh, matches, { rollup: rollupOf, above: isAbove, placeOf: placesOfTickets(evidence), speaks })

  // Before tonight's leads are chosen: a week's alerts stay with the units that were told.
  const sent = await alerts.countSentThisWeek(client, date)
  const joining = Map.groupBy(fresh.keys(), (i) => speakers[i]!)
  const found: Omit<Raised, 'units' | 'tickets'>[] = []
  const fresher: { id: string, tickets: readonly string[] }[] = []
  for (const [i, signal] of signals.entries()) {
    if (speakers[i] !== i || !raises(i)) continue
    const before = befores[i]
    const place = places.get(signal.placeId)!
    // Told by more topics tonight, it still is the family's.
    const family = familyOf(topics, signal.topicId)
    const familyId = before && isAbove(family, before.familyId) ? before.familyId : family
    const id = before?.id ?? alertId(date, place, topics.get(familyId)!)
    const known = openTickets.get(id)
    const joined = joining.get(i)!
    const tickets = joined.length === 1 ? fresh[i]!.tickets : [...new Set(joined.flatMap((at) => fresh[at]!.tickets))]
    fresher.push({ id, tickets: known ? tickets.filter((ticket) => !known.has(ticket)) : tickets })
    found.push({ id, signal, cell: cells[i]!, place, familyId, kind: kinds[i]!, exception: exceptions[i], before })
  }
  await alerts.insertAlerts(client, found.flatMap(({ id, kind, signal, familyId, before }) => (before ? [] : [{ id, kind, placeId: signal.placeId, topicId: signal.topicId, familyId, night: date }])))
  const added = await alerts.insertAlertTickets(client, date, fresher)
  const routing = await routeAlerts(client, step, found.map(({ id, signal, familyId }) => ({ id, placeId: signal.placeId, topicId: isAbove(signal.topicId, familyId) ? familyId : signal.topicId, familyId })))
  const kept = found.map((raised): Raised => ({ ...raised, tickets: (openTickets.get(raised.id)?.size ?? 0) + (added.get(raised.id) ?? 0), units: routing.units(raised.id) }))

  const telling = await readTellingTickets(client, night, kept, rules)
  const families = familiesByPlace(kept.map(({ signal, familyId }) => ({ placeId: signal.placeId, familyId })), openRows)
  const learning = await readLearning(client, night, rules.learning)
  const lookup = await readForecastLookup(client, date)
  const rated = kept.map((raised): Rated => {
    const { id, signal, cell, place, familyId, exception } = raised
    const seen = levelFacts({ signal, cell, place, families: families.get(signal.placeId)!, tickets: telling.get(id), ahead: (days) => lookup(signal.placeId, signal.topicId, days) }, evidence, night)
    const verdict = verdictUnder(rules, exception, signal, movedBy(learning, signal, familyId))
    const ruling = rateLevel(seen, { verdict, ...exception, ...(signal.evidence.tickets ? { highestLevel: lower(HIGHEST_OF_TICKETS, exception?.highestLevel ?? 'red') } : {}) }, rules)
    const course = courseOf(raised, ruling.level, people, evidence)
    const known = raised.before && knownBefore(raised.before, people, openTickets.get(id)!.size)
    const now: Told = { level: course.level, placeId: signal.placeId, places: placesOf(signal).length, tickets: raised.tickets }
    const over = people.struckOffOn(id) !== undefined && course.event !== 'returned'
    return { ...raised, seen, verdict, rule: ruling.rule, ruled: ruling.level, ...course, known, now, tell: over ? null : newsOf(known, now, course.event === 'returned', rollupOf) }
  })
  const ranks = rankAlerts(rated, learning, evidence, night)
  await saveRanking(client, date, rated, ranks, learning)
  const labels = await labelAlerts(client, night, rated, evidence)

  const parents = parentsOf(kept.map(({ id, signal, familyId }) => ({ id, placeId: signal.placeId, topicId: signal.topicId, familyId })), places, topics)
  const news = await settleNews(client, step, routing, rated.map(({ id, kind, level, signal, tell, known, before, units }) => ({
    id, kind, level, tell, overdue: tell === 'widened' || known !== undefined && higher(known.level, before!.level as Level) !== known.level, silent: people.silent(id), units, placeId: signal.placeId, topicId: signal.topicId, begins: night - signal.windowDays + 1, parentId: parents.get(id) ?? null,
  })))

  // Budgets are used in the order of the ranks, alerts are written in the order of their signals.
  const budget = createBudget(sent, rules.budget, await readUnitNames(client))
  const within = new Map<string, boolean>()
  for (const { id, level, units, before } of rated.toSorted((a, b) => ranks.get(a.id)!.rank - ranks.get(b.id)!.rank)) {
    // What nobody is told of takes nothing of a budget, nor does a wider area: the unit has the alert, or was over its budget when it came.
    within.set(id, news.of(id) !== null && news.of(id) !== 'widened' ? budget.take(units.leadUnitId, level) : before?.withinBudget ?? true)
  }
  const counts: AlertCounts = { new: 0, continued: 0, ended: 0, notices: 0 }
  const written: alerts.AlertNightRow[] = []
  const events: alerts.AlertEventRow[] = []
  const deadlines: { id: string, dueOn: string | null, certain: boolean }[] = []
  for (const { id, signal, cell, place, familyId, kind, exception, before, verdict, rule, ruled, level, event, known, now } of rated) {
    const withinBudget = within.get(id)!
    const { rank, why } = ranks.get(id)!
    const { tickets, callers } = routing.held(id)
    written.push({
      alertId: id, level, placeId: signal.placeId, topicId: signal.topicId, observed: signal.observed, expected: signal.expected, upper: signal.upper,
      windowDays: signal.windowDays, log10P: signal.log10P, recurrenceDays: signal.recurrenceDays, rank, withinBudget, tickets, callers,
      why: { ...describeAlert(signal, { rule, verdict, exception: exception?.id }, cell, evidence, night), ...why, ...labels.get(id), ...offsetOf(learning, signal, familyId), ...phrasesFor(bursts, () => new Set([...openTickets.get(id) ?? [], ...ticketsOf(signal, cell)])), ...alertForecast(lookup, signal.placeId, signal.topicId) },
      ruledLevel: ruled, told: knownAfter(known, now, news.of(id), rollupOf),
    })
    events.push({ id, kind: event, before: before?.level ?? null, after: level })
    if (before && before.placeId !== signal.placeId) events.push({ id, kind: 'moved', before: places.get(before.placeId)!.path, after: place.path })
    if (event === 'continued' || event === 'lowered') {
      deadlines.push({ id, dueOn: before!.dueOn, certain: before!.dueCertain })
    } else {
      const calendar = calendarOf(step.countries.get(places.get(place.rollup[0]!)!.name) ?? 'CN')
      const due = lastDay({ unit: 'working_day', amount: rules.kinds[kind].replyWorkingDays[level], start: 'next_day' }, night + 1, calendar)
      deadlines.push({ id, dueOn: formatDay(due.day), certain: due.certain })
    }
    counts[before ? 'continued' : 'new']++
  }
  await alerts.insertAlertNights(client, date, written)
  await alerts.saveAlertSeries(client, date, rated.map(({ id, signal: { evidence: { series } } }) => ({ id, ...series })))
  await alerts.setDeadlines(client, deadlines)
  const earlier = await alerts.readEarlierAlerts(client, rated.flatMap(({ id, before }) => (before ? [] : [id])), formatDay(night - quietNights - RETURN_DAYS), formatDay(night - quietNights))
  for (const [id, old] of earlier) events.push({ id, kind: 'returned', before: old, after: null })
  const yesterday = new Set(openRows.filter((row) => row.lastNight === formatDay(night - 1)).map((row) => row.id))
  const { merged, split } = relateClusters(fresh, open, matches)
  for (const { alert, into } of merged) if (yesterday.has(alert)) events.push({ id: alert, kind: 'merged', before: null, after: into })
  const keptBy = new Map(kept.map((raised) => [raised.signal, raised]))
  for (const { signal, from } of split) {
    const part = keptBy.get(signals[signal]!)
    if (part) events.push({ id: part.id, kind: 'split', before: from, after: null })
  }
  await alerts.insertAlertEvents(client, date, events)
  await insertAlertFacts(client, date, rated.map(({ id, units, seen }): AlertFactsRow => ({ alertId: id, unitId: units.leadUnitId, facts: seen })))
  counts.notices += await tellUnits(client, step, routing, news, rated.map(({ id, kind, level, tell, now, known, units, signal, cell, place, familyId }) => ({
    id, kind, level, tell, version: tell === 'returned' ? String(people.round(id) + 1) : tell === 'widened' ? `${place.path}/${now.places}` : tell === 'raised' && news.of(id) === 'released' ? `${known!.level}/${known!.tickets}` : '', units, signal, cell, place, familyId, family: topics.get(familyId)!.path, withinBudget: within.get(id)!, parentId: parents.get(id) ?? null,
  })), evidence)
  const seasonal = await raiseSeasonal(client, step, rated.length)
  counts.new += seasonal.new
  counts.continued += seasonal.continued
  counts.notices += seasonal.notices
  counts.ended = seasonal.ended + await endQuiet(client, night, quietNights)
  await alerts.keepNightState(client, date)
  await alerts.refreshAlerts(client, step.lastNight, quietNights)
  return counts
}

/**
 * The level and what happened to it. It goes up at once, and down by a person alone. Of a cause that was struck off it begins anew where people came after
 * that, and stays where it is while older ones are still in the window.
 */
function courseOf({ id, before, cell }: Raised, ruled: Level, people: NightPeople, evidence: Evidence): Pick<Rated, 'level' | 'event'> {
  if (!before) return { level: ruled, event: 'opened' }
  const off = people.struckOffOn(id)
  const last = before.level as Level
  if (off !== undefined) return callersWithin(evidence, cell, off) >= RETURN_CALLERS ? { level: ruled, event: 'returned' } : { level: last, event: 'continued' }
  const lowered = people.loweredAfter(id, before.lastNight)
  const level = higher(lowered ?? last, ruled)
  return { level, event: level === last ? 'continued' : higher(level, last) === level ? 'raised' : 'lowered' }
}

/** What the units know of an open alert; a level that a person lowered is known to be lower. */
function knownBefore(before: alerts.OpenAlertRow, people: NightPeople, tickets: number): Told {
  return {
    level: people.loweredAfter(before.id, before.lastNight) ?? before.toldLevel as Level, placeId: before.toldPlaceId, places: before.toldPlaces,
    tickets: before.toldTickets ?? tickets,
  }
}

/** What the callers of an alert began to say, as far as its tickets hold the bursts of the night. */
function phrasesFor(bursts: readonly WordBurstRow[], readTickets: () => ReadonlySet<string>): { phrases?: string[] } {
  if (bursts.length === 0) return {}
  const tickets = readTickets()
  const phrases = [...new Set(bursts.filter((burst) => explains(tickets, burst)).flatMap((burst) => burst.phrases.map(({ text }) => text)))]
  return phrases.length > 0 ? { phrases: phrases.slice(0, MOST_PHRASES) } : {}
}

/** Where a ticket of the evidence is, looked up when first asked. */
function placesOfTickets(evidence: Evidence): (ticket: string) => number {
  let places: Map<string, number> | undefined
  return (ticket) => (places ??= new Map(Array.from(evidence.place, (place, at) => [evidence.ticket(at), place]))).get(ticket)!
}

/** The signal's place and its neighbours, where they stand out together. */
function placesOf(signal: SignalRow): number[] {
  return [signal.placeId, ...signal.evidence.neighbours]
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

/** A new alert's: the first kind, in the order common, emerging, whose trigger holds. */
function kindOf({ kinds }: Rules, signal: SignalRow, place: PlaceRow): Kind {
  const { trigger } = kinds.common
  return trigger && signal.windowDays >= trigger.windowDays && place.depth <= trigger.maxDepth ? 'common' : 'emerging'
}

/** Alerts whose quiet nights are over tonight. */
async function endQuiet(client: PoolClient, night: Day, quietNights: number): Promise<number> {
  const lastSignal = night - quietNights - 1
  const gone = (await alerts.readOpenAlerts(client, formatDay(lastSignal), formatDay(night + 1))).filter((row) => row.lastNight === formatDay(lastSignal))
  await alerts.insertAlertEvents(client, formatDay(night), gone.map(({ id, level }) => ({ id, kind: 'ended', before: level, after: null })))
  return gone.length
}
