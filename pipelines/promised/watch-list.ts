/**
 * `weisu watch`: places where something was promised for days to come or just past, what is spoken of there that goes before broken
 * promises, and how much likelier than elsewhere that makes a rise of complaints.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { createHistoryReader } from '../../features/history.ts'
import { priorLogOdds } from '../../models/detect/prior-odds.ts'
import { readSelectedCounts } from '../../sql/counts.ts'
import type { Db } from '../../sql/db.ts'
import { readPromisedDates, readSpoken } from '../../sql/promised.ts'
import type { SpokenRow } from '../../sql/promised.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import type { TopicRow } from '../../sql/trees.ts'
import { HISTORY_DAYS } from '../detect.ts'
import { round } from '../signal-row.ts'
import { topicsOfPromise } from './promise-kinds.ts'
import { createPriors, RECENT_DAYS } from './prior.ts'
import type { PlacePrior } from './prior.ts'

/** What is to be seen at a place: its complaint itself, what goes before it, the date near or past, or nothing yet. */
export type WatchState = 'complaints' | 'leading' | 'due' | 'waiting'

/** Tickets and callers of the last RECENT_DAYS days. */
export interface WatchTopic { topic: string[], tickets: number, callers: number, first_day: string, last_day: string, odds: number }

/** The keys are promised in docs/cli.md. */
export interface WatchRow {
  /** Names from the city down. */
  place: string[]
  kind: string
  promised_on: string
  /** Below 0 the date is past. */
  days_left: number
  households: number | null
  note: string
  known_on: string
  state: WatchState
  leading: WatchTopic[]
  /** First complaint ever known at the place, and those of the last days. */
  first_complaint: string | null
  complaints: WatchTopic[]
  /** How many times likelier a rise of the complaint is than at a place like it without a promise. */
  odds: number
  prior_log_odds: number
  /** Odds of the date alone. */
  due_odds: number
  /** Topics of the kind of promise are unknown here: nothing can be raised. */
  no_topic: boolean
}

export interface WatchList { night: string, recent_days: number, rows: WatchRow[] }

/** A date this near, or past, is due. */
const DUE_DAYS = 90
/** Days of the past in which a first complaint is looked for. */
const EVER_DAYS = 3660

/** The likeliest first, then the nearest date. */
export async function listWatch(db: Db, date: string): Promise<WatchList> {
  const night = parseDay(date)
  // All places: what was promised there is known whether or not anybody called from them.
  const [places, topics, promises] = [await readPlaces(db), await readTopics(db), await readPromisedDates(db, night)]
  const kinds = [...new Set(promises.map(({ kind }) => kind))].map((kind) => topicsOfPromise(kind, topics))
  const asked = kinds.flatMap(({ complaint, leading }) => [...complaint.flatMap((topic) => [topic.id, topic.familyId ?? topic.id]), ...leading.map((topic) => topic.id)])
  const wanted = [...new Set(asked)].sort((a, b) => a - b)
  if (promises.length === 0) return { night: date, recent_days: RECENT_DAYS, rows: [] }
  const history = await createHistoryReader((...range) => readSelectedCounts(db, { topics: wanted }, ...range), HISTORY_DAYS).asOf(night)
  const { watched } = createPriors({ history, places, topics, promises, night })
  const placeIds = watched.map(({ promise }) => promise.placeId)
  const recent = groupRows(await readSpoken(db, placeIds, wanted, night + 1 - RECENT_DAYS, night))
  const ever = groupRows(await readSpoken(db, placeIds, wanted, night - EVER_DAYS, night))
  const namesOf = (topic: TopicRow): string[] => topic.rollup.slice(1).map((id) => topics.get(id)!.name)
  const rows = watched.map((prior): WatchRow => {
    const { promise, topics: { complaint, leading } } = prior
    const spoken = (of: TopicRow[]): WatchTopic[] => of.flatMap((topic) => {
      const row = recent.get(`${promise.placeId}/${topic.id}`)
      return row ? [{ topic: namesOf(topic), tickets: row.tickets, callers: row.callers, first_day: row.firstDay, last_day: row.lastDay, odds: round(oddsOf(prior, topic)) }] : []
    }).sort((a, b) => b.callers - a.callers || (a.topic.join() < b.topic.join() ? -1 : 1))
    const firsts = complaint.flatMap((topic) => ever.get(`${promise.placeId}/${topic.id}`)?.firstDay ?? []).sort()
    const logOdds = complaint.length === 0 ? 0 : priorLogOdds([prior.dueLogOdds, ...prior.hints.map((hint) => hint.logOdds)])
    const [complaints, before] = [spoken(complaint), spoken(leading)]
    const left = promise.promisedOn - night
    return {
      place: places.get(promise.placeId)!.rollup.map((id) => places.get(id)!.name), kind: promise.kind, promised_on: formatDay(promise.promisedOn), days_left: left,
      households: promise.households ?? places.get(promise.placeId)!.households, note: promise.note, known_on: formatDay(promise.knownOn),
      state: complaints.length > 0 ? 'complaints' : before.length > 0 ? 'leading' : left <= DUE_DAYS ? 'due' : 'waiting',
      leading: before, first_complaint: firsts[0] ?? null, complaints,
      odds: round(Math.exp(logOdds)), prior_log_odds: round(logOdds), due_odds: round(Math.exp(prior.dueLogOdds)), no_topic: complaint.length === 0,
    }
  })
  rows.sort((a, b) => b.prior_log_odds - a.prior_log_odds || Math.abs(a.days_left) - Math.abs(b.days_left) || (a.place.join() < b.place.join() ? -1 : 1))
  return { night: date, recent_days: RECENT_DAYS, rows }
}

function groupRows(rows: readonly SpokenRow[]): Map<string, SpokenRow> {
  return new Map(rows.map((row) => [`${row.placeId}/${row.topicId}`, row]))
}

function oddsOf(prior: PlacePrior, topic: TopicRow): number {
  return Math.exp(prior.hints.find((hint) => hint.topicId === topic.id)?.logOdds ?? 0)
}
