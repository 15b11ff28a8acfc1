/**
 * Signals that are made of tickets rather than of counts: bursts of words, groups of one cause. One whose tickets a signal already holds says what
 * that one is about; one that nothing explains becomes a signal of its own, at its place, with the topic of most of its tickets.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import type { Db } from '../sql/db.ts'
import { readSignals } from '../sql/signals.ts'
import type { SignalRow } from '../sql/signals.ts'
import { familyOf } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { readWordTexts } from '../sql/words.ts'
import type { WordTextRow } from '../sql/words.ts'
import { readEvidence } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { round } from './signal-row.ts'

/** What stands out by its tickets, 'source/number'. */
export type TicketBurst = Pick<SignalRow, 'placeId' | 'topicId' | 'verdict' | 'windowDays' | 'callers' | 'observed' | 'expected' | 'upper' | 'log10P' | 'recurrenceDays'> & { tickets: string[] }

/** Days of the chart: the longest window. */
const CHART_DAYS = 28
/** A burst is explained by whatever holds this share of its tickets. */
export const EXPLAINED_SHARE = 0.5
/** And is among them to this share. */
const ABOUT_SHARE = 0.2
/** The root of the topics. */
const ALL_TOPICS = 1
const TOPIC_SHARE = 0.5

/**
 * Whether other tickets explain a burst: most of its tickets are among them, and it is a good part of what they are about. A rise of a
 * whole city holds the tickets of every place and explains none of them.
 */
export function explains(tickets: ReadonlySet<string>, burst: Pick<TicketBurst, 'tickets'>): boolean {
  const shared = burst.tickets.filter((ticket) => tickets.has(ticket)).length
  return shared >= EXPLAINED_SHARE * burst.tickets.length && shared >= ABOUT_SHARE * tickets.size
}

/** Signals of the bursts that no signal of the night explains so far. @param bursts  strongest first */
export async function unexplainedSignals(
  db: Db, night: Day, detector: string, bursts: readonly TicketBurst[], places: Map<number, PlaceRow>, topics: Map<number, TopicRow>,
): Promise<SignalRow[]> {
  if (bursts.length === 0) return []
  const date = formatDay(night)
  const found = await readSignals(db, date)
  const counted = found.filter((signal) => signal.evidence.tickets === undefined)
  const evidence = await readEvidence(db, night, counted.flatMap((signal) => [signal.placeId, ...signal.evidence.neighbours]), counted.map((signal) => signal.topicId), places, topics)
  const held = found.map((signal) => ({
    signal, tickets: new Set(signal.evidence.tickets ?? [signal.placeId, ...signal.evidence.neighbours].flatMap((place) => evidence.cell(place, signal.topicId)).filter((at) => evidence.day[at]! > night - signal.windowDays).map((at) => evidence.ticket(at))),
  }))
  const left = bursts.filter((burst) => !held.some(({ signal, tickets }) => explains(tickets, burst) || (signal.placeId === burst.placeId && familyOf(topics, signal.topicId) === familyOf(topics, burst.topicId))))
  const texts = new Map((await readWordTexts(db, date, left.flatMap(({ tickets }) => tickets))).map((row) => [`${row.source}/${row.no}`, row]))
  return left.map((burst) => signalOf(detector, burst, night, callersByDay(burst.tickets.flatMap((ticket) => texts.get(ticket) ?? []), night)))
}

/** Distinct callers of each of the last days, by the day of their first ticket. @param tickets oldest first */
function callersByDay(tickets: readonly WordTextRow[], night: Day): number[] {
  const days = Array<number>(CHART_DAYS).fill(0)
  const seen = new Set<string>()
  for (const { source, no, day, caller } of tickets) {
    const who = caller ?? `${source}/${no}`
    if (seen.has(who) || day <= night - CHART_DAYS) continue
    seen.add(who)
    days[day - night - 1 + CHART_DAYS]!++
  }
  return days
}

function signalOf(detector: string, { placeId, topicId, verdict, windowDays, callers, observed, expected, upper, log10P, recurrenceDays, tickets }: TicketBurst, night: Day, days: readonly number[]): SignalRow {
  const usual = (n: number): number => round(expected * n / windowDays)
  return {
    placeId, topicId, detector, verdict, windowDays, observed, expected, upper, log10P, recurrenceDays, callers,
    evidence: {
      score: round(observed * Math.log(observed / Math.max(expected, 1e-6)) - (observed - expected)), surroundingRatio: 1, logOdds: round(-log10P * Math.LN10), neighbours: [],
      baseline: { days: 0, callers: 0, prior: null, expected: null, cv: 0, dispersion: 1, complete: 1 },
      windows: [1, 3, 7, 14, CHART_DAYS].map((n) => ({ days: n, callers: days.slice(-n).reduce((sum, n) => sum + n, 0), expected: usual(n), usual: usual(n) })),
      detectors: [{ name: detector, window_days: windowDays, observed, expected, upper, log10_p: log10P, verdict }],
      series: { from: formatDay(night + 1 - CHART_DAYS), observed: [...days], expected: days.map(() => usual(1)), upper: days.map(() => null) },
      forecast: [], tickets,
    },
  }
}

/** Positions of a burst's own tickets among the evidence. */
export function positionsOf(tickets: readonly string[], evidence: Evidence): number[] {
  const wanted = new Set(tickets)
  return Array.from({ length: evidence.length }, (_, at) => at).filter((at) => wanted.has(evidence.ticket(at)))
}

/** The lowest topic that half of the tickets have; the root is every ticket's. @param tickets  topic of each */
export function lowestTopic(tickets: readonly number[], topics: ReadonlyMap<number, TopicRow>): number {
  const counts = new Map<number, number>()
  for (const topic of tickets) for (const id of topics.get(topic)?.rollup ?? []) counts.set(id, (counts.get(id) ?? 0) + 1)
  let best = ALL_TOPICS
  let [depth, most] = [-1, 0]
  for (const [id, n] of counts) {
    const at = topics.get(id)!.depth
    if (n < TOPIC_SHARE * tickets.length || at < depth || (at === depth && n <= most)) continue
    best = id
    depth = at
    most = n
  }
  return best
}
