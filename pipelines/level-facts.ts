/**
 * What the level rules look at, as known on the night: callers and usual callers of the signal's place and topic, what else stands
 * out there, and what the tickets themselves tell.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { readTicketFacts } from '../sql/alert-facts.ts'
import type { TicketFactsRow } from '../sql/alert-facts.ts'
import type { Queryable } from '../sql/db.ts'
import type { SignalRow } from '../sql/signals.ts'
import type { PlaceRow } from '../sql/trees.ts'
import { callersWithin } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { LEVEL_DAYS } from './levels.ts'
import type { LevelFacts } from './levels.ts'
import type { Rules } from './rules.ts'
import { round } from './signal-row.ts'

/** Horizons that rules may ask for. */
export const AHEAD_DAYS = [7, 14, 28] as const
/** Kinds of place at which several topics are one trouble. */
const PROJECTS: readonly string[] = ['compound', 'point']
/** An area's tickets are not read: among thousands some word is always said. */
const AREA_DEPTH = 1

export interface FactsInput {
  signal: SignalRow
  /** Positions of the signal's tickets. */
  cell: number[]
  place: PlaceRow
  /** Topic families with a signal tonight or an open alert at the place. */
  families: number
  tickets: TicketFactsRow | undefined
  /** What is expected of the next days at the place, for the topic; undefined where there is no forecast. */
  ahead?: ((days: number) => Ahead | undefined) | undefined
}

/** Callers to come, those that are usual, and the probability of a surge. */
export interface Ahead { mean: number, usual: number, surge: number }

export function levelFacts({ signal, cell, place, families, tickets, ahead }: FactsInput, evidence: Evidence, night: Day): LevelFacts {
  const callers = (days: number): number => callersWithin(evidence, cell, night - days)
  const expected = (days: number): number => signal.evidence.windows.find((window) => window.days === days)?.expected ?? 0
  const [week, fortnight, month] = LEVEL_DAYS
  return {
    depth: place.depth, households: place.households,
    callers: [callers(week), callers(fortnight), callers(month)],
    expected: [expected(week), expected(fortnight), expected(28) * 30 / 28],
    weekBefore: callersWithin(evidence, cell.filter((at) => evidence.day[at]! <= night - week), night - 2 * week),
    observed: signal.observed, expectedInWindow: signal.expected,
    relatedTopics: PROJECTS.includes(place.kind) ? families : 0,
    repeatsAfterClosure: tickets?.repeatsAfterClosure ?? 0, returns: tickets?.returns ?? 0, words: tickets?.words ?? {},
    ...comingFacts(ahead),
  }
}

function comingFacts(ahead: FactsInput['ahead']): Pick<LevelFacts, 'forecast' | 'surge'> {
  const known = AHEAD_DAYS.flatMap((days) => {
    const row = ahead?.(days)
    return row ? [[String(days), row] as const] : []
  })
  if (known.length === 0) return {}
  return {
    forecast: Object.fromEntries(known.map(([days, { mean, usual }]) => [days, round(mean - usual)])),
    surge: Object.fromEntries(known.map(([days, { surge }]) => [days, round(surge)])),
  }
}

/** What the tickets of the alerts tell, by alert; alerts of areas are left out. */
export async function readTellingTickets(
  db: Queryable, night: Day, alerts: readonly { id: string, place: PlaceRow }[], rules: Pick<Rules, 'levels'>,
): Promise<Map<string, TicketFactsRow>> {
  const lists = rules.levels.flatMap(({ id, when }) => (when.words ? [{ id, words: when.words.any.map((word) => word.toLowerCase()) }] : []))
  return readTicketFacts(db, alerts.filter(({ place }) => place.depth > AREA_DEPTH).map(({ id }) => id), formatDay(night), lists)
}

/** How many topic families stand out at each place: with a signal tonight or an alert that is still open. */
export function familiesByPlace(signals: readonly { placeId: number, familyId: number }[], open: readonly { placeId: number, familyId: number }[]): Map<number, number> {
  const families = new Map<number, Set<number>>()
  for (const { placeId, familyId } of [...signals, ...open]) families.set(placeId, (families.get(placeId) ?? new Set()).add(familyId))
  return new Map([...families].map(([place, set]) => [place, set.size]))
}
