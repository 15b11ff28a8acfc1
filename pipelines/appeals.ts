/**
 * Out-of-scope appeals (不合理诉求): a stream of their own, by a human ruling. They are out of what units are measured by, stay among the
 * tickets that are counted, and where many ask for the same, policy staff see it as a wave. docs/out-of-scope.md
 */
import { formatDay, parseDay } from '../core/days.ts'
import { BadInputError, InvalidOptionError } from '../core/errors.ts'
import { logTail } from '../models/math/distributions.ts'
import { findTickets, insertRuling, lockTicket, readAppeals, readRulings } from '../sql/appeals.ts'
import type { Ruling } from '../sql/appeals.ts'
import type { Db, Queryable } from '../sql/db.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'

export interface RulingRequest {
  no: string
  /** Name of the source; needed where several have the number. */
  source?: string | undefined
  ruling: Ruling
  by: string
  reason: string
  /** First night that may know of it, YYYY-MM-DD. */
  knownOn: string
  /** Rulings that the person had seen of the ticket; another number refuses the ruling. Null: whatever it is. */
  version: number | null
}

export interface RulingResult { ticket: string, source: string, ruling: Ruling, version: number, known_on: string }

/** @throws {BadInputError} no such ticket, one of several sources, nothing to change, or (`ruling_conflict`) somebody ruled meanwhile */
export async function ruleAppeal(db: Db, { no, source, ruling, by, reason, knownOn, version }: RulingRequest): Promise<RulingResult> {
  if (by.trim() === '') throw new InvalidOptionError('by', by, 'who rules')
  if (reason.trim() === '') throw new InvalidOptionError('reason', reason, 'why')
  parseDay(knownOn, 'on')
  const found = (await findTickets(db, no)).filter((ticket) => source === undefined || ticket.name === source)
  if (found.length === 0) throw new BadInputError('no_such_ticket', `no ticket has the number ${no}`, { ticket: no })
  if (found.length > 1) throw new BadInputError('ambiguous_ticket', `${found.length} sources have a ticket ${no}: name one of ${found.map(({ name }) => name).join(', ')}`, { ticket: no, sources: found.map(({ name }) => name) })
  const ticket = found[0]!
  return await db.transaction(async (client) => {
    await lockTicket(client, ticket.source, no)
    const before = await readRulings(client, ticket.source, no)
    if (version !== null && version !== before.length) throw new BadInputError('ruling_conflict', `ticket ${no} has ${before.length} rulings by now, not ${version}: look at it again`, { ticket: no, version: before.length, seen: version })
    if (before.at(-1)?.ruling === ruling) throw new BadInputError('already_ruled', `ticket ${no} is ruled ${ruling} already`, { ticket: no, ruling })
    const last = before.at(-1)?.knownOn
    if (last !== undefined && knownOn < last) throw new BadInputError('ruling_before_last', `ticket ${no} was ruled with effect from ${last}: a ruling from ${knownOn} would change what nights knew`, { ticket: no, last })
    await insertRuling(client, ticket.source, no, { seq: before.length + 1, ruling, byWhom: by, reason, knownOn })
    return { ticket: no, source: ticket.name, ruling, version: before.length + 1, known_on: knownOn }
  })
}

export interface Appeal {
  ticket: string
  source: string
  day: string
  place: string[]
  topic: string[]
  title: string | null
  origin: 'ruled' | 'imported'
  by: string | null
  reason: string | null
  known_on: string | null
  version: number
}

/** Appeals of the last `days` days that are out of scope as known on the night, newest first. */
export async function listAppeals(db: Queryable, night: string, days: number): Promise<Appeal[]> {
  const last = parseDay(night)
  const [places, topics] = [await readPlaces(db), await readTopics(db)]
  return (await readAppeals(db, night, formatDay(last + 1 - days), formatDay(last + 1))).map((row) => ({
    ticket: row.no, source: row.source, day: row.day, place: places.get(row.placeId)!.path.split('›'), topic: topics.get(row.topicId)!.rollup.slice(1).map((id) => topics.get(id)!.name),
    title: row.title, origin: row.origin, by: row.byWhom, reason: row.reason, known_on: row.knownOn, version: row.version,
  }))
}

export interface Wave {
  /** The district, or the city where most lie elsewhere. */
  place: string[]
  topic: string[]
  /** Distinct callers of the last four weeks, and how many four weeks of the year before had on average. */
  callers: number
  usual: number
  /** Nights between two such by chance, among all that are looked at. */
  recurrence_days: number
}

const WAVE_DAYS = 28
const PAST_DAYS = 364
const FEWEST_CALLERS = 3
/** Waves rarer than this by chance are told. */
const WAVE_RECURRENCE_DAYS = 100

/** Topic families of a city or district that many more ask for out of scope than in the year before; strongest first. */
export async function listWaves(db: Queryable, night: string): Promise<Wave[]> {
  const last = parseDay(night)
  const [places, topics] = [await readPlaces(db), await readTopics(db)]
  const cells = new Map<string, { place: number, family: number, now: Set<string>, past: Set<string> }>()
  for (const row of await readAppeals(db, night, formatDay(last + 1 - WAVE_DAYS - PAST_DAYS), formatDay(last + 1))) {
    const family = topics.get(row.topicId)!.familyId ?? row.topicId
    const caller = row.caller ?? `${row.source}/${row.no}`
    for (const place of places.get(row.placeId)!.rollup.slice(0, 2)) {
      const key = `${place}/${family}`
      const cell = cells.get(key) ?? { place, family, now: new Set<string>(), past: new Set<string>() }
      cells.set(key, cell)
      if (parseDay(row.day) > last - WAVE_DAYS) cell.now.add(caller)
      else cell.past.add(`${caller} ${Math.floor((last - WAVE_DAYS - parseDay(row.day)) / WAVE_DAYS)}`)
    }
  }
  const windows = PAST_DAYS / WAVE_DAYS
  return [...cells.values()].map(({ place, family, now, past }) => {
    // Of a rate known from so many callers, half a caller added: the predictive distribution is negative binomial.
    const logP = logTail(now.size, (past.size + 0.5) / windows, past.size + 0.5)
    return {
      place: places.get(place)!.path.split('›'), topic: topics.get(family)!.rollup.slice(1).map((id) => topics.get(id)!.name), callers: now.size, usual: past.size / windows,
      recurrence_days: Math.round(10 * Math.exp(-logP) / Math.max(1, cells.size)) / 10,
    }
  }).filter(({ callers, recurrence_days: rare }) => callers >= FEWEST_CALLERS && rare >= WAVE_RECURRENCE_DAYS).sort((a, b) => b.recurrence_days - a.recurrence_days || (a.place.join() < b.place.join() ? -1 : 1))
}
