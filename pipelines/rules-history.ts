/**
 * The past as other rules are asked of it: what nights kept of their alerts, in the live tables or in those of a replay.
 */
import { formatDay, parseDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'
import type { Settings } from '../core/config.ts'
import type { Db } from '../sql/db.ts'
import { listReplays, openReplay } from '../sql/replays.ts'
import type { ReplayRow } from '../sql/replays.ts'
import { countWithoutFacts, readPastNights, readSpoken } from '../sql/rules-history.ts'
import { readVersions } from '../sql/rules.ts'
import { readBusyUnits, readRunRange, readScoredRange } from '../sql/scorecard.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { readUnitNames } from '../sql/units.ts'
import type { Level, LevelFacts } from './levels.ts'
import type { PastNight } from './rules-rerun.ts'
import { hashRules, initialRules, rulesOn } from './rules.ts'
import type { Rules } from './rules.ts'

/** Days of tickets that word rules look at. */
const SPOKEN_DAYS = 30

export interface PastRange {
  /** Connections that find the nights first; closed by whoever opened the range. */
  db: Db
  /** Name of the replay, null for the live nights. */
  replay: string | null
  /** Nights that ran in [from, until), ascending. */
  ran: Day[]
  from: Day
  until: Day
  /** All nights before `until`, in order of night and rank: alerts may have begun before `from`. */
  nights: PastNight[]
  /** Rules by which a night was judged. */
  judgedBy: (night: Day) => Rules
  unitNames: ReadonlyMap<number, string>
  /** Units that had tickets in the range. */
  busyUnits: number[]
}

export interface RangeRequest {
  from?: string | undefined
  /** Last night, included. */
  until?: string | undefined
  /** Name of a replay; default the newest one that holds the range, else the live nights. */
  replay?: string | undefined
}

/**
 * Reads only, but opens connections for a replay: `close` them.
 *
 * @throws {BadInputError} no night of the range has run, no such replay, or nights that kept nothing to ask
 */
export async function readPast(store: Db, settings: Settings, request: RangeRequest): Promise<PastRange & { close: () => Promise<void> }> {
  const judgedBy = await rulesByNight(store, settings)
  const replay = await chooseReplay(store, request, judgedBy)
  const db = replay ? openReplay(store, replay.name, 2) : store
  const close = async (): Promise<void> => { if (replay) await db.close() }
  try {
    const ran = await readRunRange(db)
    if (!ran) throw new BadInputError('no_night_yet', 'no night has run yet', {})
    const first = request.from ?? (replay ? replay.from : ran.first)
    const last = request.until ?? ran.last
    const until = parseDay(last, 'until') + 1
    const nights = await readScoredRange(db, formatDay(parseDay(first, 'from')), formatDay(until))
    if (nights.length === 0) throw new BadInputError('no_scored_night', 'no night of the range has run', { from: first, until: last })
    const from = nights[0]!
    const end = nights.at(-1)! + 1
    const lacking = await countWithoutFacts(db, formatDay(end))
    if (lacking > 0) {
      throw new BadInputError('nights_without_facts', `${lacking} nights of alerts were run by an earlier version, which kept nothing that rules can be asked of: weisu replay runs them anew`, { nights: lacking })
    }
    return {
      db, replay: replay?.name ?? null, ran: nights, from, until: end, close,
      nights: await readNights(db, formatDay(end)), judgedBy,
      unitNames: await readUnitNames(store), busyUnits: await readBusyUnits(db, formatDay(from), formatDay(end)),
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function chooseReplay(store: Db, { from, until, replay }: RangeRequest, judgedBy: (night: Day) => Rules): Promise<ReplayRow | undefined> {
  const all = (await listReplays(store)).filter(({ status }) => status === 'done')
  if (replay !== undefined) {
    const found = all.find(({ name }) => name === replay)
    if (!found) throw new BadInputError('no_such_replay', `there is no finished replay ${replay}: weisu replay --list`, { name: replay })
    if (found.rules.source === 'file') throw new BadInputError('replay_of_file', `replay ${replay} went by the rules of a file, not by those in force`, { name: replay })
    if (!wentBy(found, judgedBy)) throw new BadInputError('replay_of_others', `replay ${replay} went by rules that are in force no more: run it again`, { name: replay })
    return found
  }
  if (from === undefined && until === undefined) return undefined
  // Live nights are what was said; a replay is asked where they do not reach.
  const live = await readRunRange(store)
  const holds = (first: string, last: string): boolean => (from === undefined || first <= from) && (until === undefined || last >= until)
  if (live && holds(live.first, live.last)) return undefined
  return all.find((row) => row.rules.source === 'in_force' && wentBy(row, judgedBy) && holds(row.from, formatDay(parseDay(row.until) - 1)))
}

/** Whether its nights went by what is now held to have been in force on them: the product's own rules are of a version of the program. */
function wentBy({ rules }: ReplayRow, judgedBy: (night: Day) => Rules): boolean {
  const versions = (rules.versions ?? []) as { from: string, hash: string }[]
  return versions.every(({ from, hash }) => hashRules(rulesOn(judgedBy(parseDay(from)), from)) === hash)
}

/** All nights of alerts before `until`. */
export async function readNights(db: Db, until: string): Promise<PastNight[]> {
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  return (await readPastNights(db, until)).map((row) => ({
    alertId: row.alertId, night: row.night, kind: row.kind, cause: `${row.placeId}/${row.familyId}`, place: places.get(row.placeId)!.path, topic: topics.get(row.topicId)!.path,
    unitId: row.unitId, rank: row.rank, observed: row.observed, recurrenceDays: row.recurrenceDays, verdict: row.verdict, rule: row.rule, offset: row.offset,
    level: row.level as Level, withinBudget: row.withinBudget, held: row.held, released: row.released, facts: row.facts as LevelFacts,
  }))
}

/** The versions in force; a replay by the rules of a file keeps only their hash. */
async function rulesByNight(store: Db, settings: Settings): Promise<(night: Day) => Rules> {
  const initial = initialRules(settings)
  const versions = await readVersions(store)
  return (night) => (versions.findLast(({ effectiveOn }) => effectiveOn <= formatDay(night))?.rules ?? initial) as Rules
}

/**
 * Counts the words of rules that the nights did not look for, in the tickets' present wording; the other facts stay as they are.
 *
 * @param rules  whose word lists are asked for
 */
export async function withWords(past: PastRange, rules: Rules): Promise<PastNight[]> {
  const lists = rules.levels.flatMap(({ id, when }) => (when.words ? [{ id, words: when.words.any.map((word) => word.toLowerCase()) }] : []))
  const known = new Map(past.judgedBy(past.until - 1).levels.flatMap(({ id, when }) => (when.words ? [[id, JSON.stringify(when.words.any)] as const] : [])))
  const unknown = lists.filter(({ id }) => known.get(id) !== JSON.stringify(rules.levels.find((rule) => rule.id === id)!.when.words!.any))
  if (unknown.length === 0) return past.nights
  const spoken = Map.groupBy(await readSpoken(past.db, unknown, formatDay(past.until)), (row) => row.alertId)
  return past.nights.map((night) => {
    const rows = night.facts.depth <= 1 ? [] : (spoken.get(night.alertId) ?? []).filter((row) => row.night <= night.night && row.day > night.night - SPOKEN_DAYS)
    const words: Record<string, number> = { ...night.facts.words }
    for (const { id } of unknown) words[id] = new Set(rows.filter(({ rule }) => rule === id).map(({ caller }) => caller)).size
    return { ...night, facts: { ...night.facts, words } }
  })
}
