/**
 * Emerging words of a night for people and scripts: those that the night wrote down, or found now with what it knew. The keys of
 * `WordRow` are promised in docs/cli.md.
 */
import { parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import type { Settings } from '../../core/config.ts'
import { readAlertsOfTickets } from '../../sql/alert-signals.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { readSteps } from '../../sql/runs.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { readWordBursts } from '../../sql/words.ts'
import type { WordBurstRow, WordPhrase } from '../../sql/words.ts'
import { readRulesInForce } from '../rules-in-force.ts'
import { EXPLAINED_SHARE } from '../ticket-signals.ts'
import { countNightWords, findWordBursts } from './word-bursts.ts'

export interface WordRow {
  rank: number
  /** Names from the city down, and from the top topic down; empty for all topics together. */
  place: string[]
  topic: string[]
  verdict: 'alert' | 'watch'
  phrases: WordPhrase[]
  /** Distinct callers of all its tickets; those of the window who say the strongest word, how many are usual, and the fewest that would be watched. */
  callers: number
  window_days: number
  observed: number
  expected: number
  upper: number
  recurrence_days: number
  /** The alert that holds most of its tickets as of the night. */
  alert: string | null
  tickets: string[]
}

/** Undefined where the night did not look for words. */
export async function readNightWords(db: Db, date: string): Promise<WordRow[] | undefined> {
  const judged = (await readSteps(db, date)).find((step) => step.name === 'detect' && step.status === 'succeeded')
  if (judged?.detail.words === undefined) return undefined
  return await present(db, date, await readWordBursts(db, date))
}

/** Counts what is missing and finds the bursts of the night anew; nothing else is written. */
export async function findNightWords(db: Db, date: string, settings: Settings, onDay?: (done: number, of: number) => void): Promise<WordRow[]> {
  const { rules } = await readRulesInForce(db, date, settings)
  const night = parseDay(date)
  await countNightWords(db, night, onDay)
  const { minCallers, watchDays, recurrenceDays } = rules.detection
  return await present(db, date, (await findWordBursts(db, night, { minCallers, watchDays, alertDays: recurrenceDays }, await readPlaces(db, date), await readTopics(db, date))).bursts)
}

/**
 * Rows at a place and below it.
 *
 * @param place  names joined by › or /, or the last name alone
 */
export async function wordsAt(db: Queryable, rows: readonly WordRow[], place: string | undefined): Promise<WordRow[]> {
  if (place === undefined) return [...rows]
  const names = place.split(/[›/]/).map((name) => name.trim())
  const isIt = (path: readonly string[]): boolean => names.length <= path.length && path.some((_, i) => names.every((name, k) => path[i + k] === name))
  if (![...(await readPlaces(db)).values()].some(({ path }) => isIt(path.split('›')))) throw new InvalidOptionError('place', place, 'the name of a place, or names from above down, joined by ›')
  return rows.filter((row) => isIt(row.place))
}

async function present(db: Queryable, date: string, bursts: readonly WordBurstRow[]): Promise<WordRow[]> {
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  const alerts = await readAlertsOfTickets(db, date, bursts.flatMap(({ tickets }) => tickets))
  return bursts.map(({ rank, placeId, topicId, verdict, phrases, callers, windowDays, observed, expected, upper, recurrenceDays, tickets }) => ({
    rank, place: places.get(placeId)!.path.split('›'), topic: topics.get(topicId)!.rollup.slice(1).map((id) => topics.get(id)!.name), verdict, phrases, callers, window_days: windowDays,
    observed, expected, upper, recurrence_days: recurrenceDays, alert: mostOf(tickets, alerts), tickets,
  }))
}

function mostOf(tickets: readonly string[], alerts: ReadonlyMap<string, readonly string[]>): string | null {
  const counts = new Map<string, number>()
  for (const ticket of tickets) for (const alert of alerts.get(ticket) ?? []) counts.set(alert, (counts.get(alert) ?? 0) + 1)
  const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return best && best[1] >= EXPLAINED_SHARE * tickets.length ? best[0] : null
}
