/**
 * Bursts of words as signals: one whose tickets a signal of counts or an open alert already holds says what that is about; one that
 * nothing explains becomes a signal of its own, at its place, with the topic of most of its tickets.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import { addSignals, readSignals } from '../../sql/signals.ts'
import type { SignalRow } from '../../sql/signals.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { readWordTexts, saveWordBursts } from '../../sql/words.ts'
import type { WordBurstRow, WordTextRow } from '../../sql/words.ts'
import { readEvidence } from '../evidence.ts'
import type { Evidence } from '../evidence.ts'
import { wordMode } from '../rules.ts'
import type { Rules } from '../rules.ts'
import { round } from '../signal-row.ts'
import { countNightWords, findWordBursts } from './word-bursts.ts'

/** Days of the chart: the longest window. */
const CHART_DAYS = 28

export const WORD_DETECTOR = 'words'
/** A burst is explained by whatever holds this share of its tickets. */
export const EXPLAINED_SHARE = 0.5
/** And is among them to this share. */
const ABOUT_SHARE = 0.2

/** Finds the night's bursts, writes them, and adds those that nothing explains to its signals where the rules ask for that. */
export async function judgeWords(db: Db, night: Day, rules: Pick<Rules, 'detection' | 'words'>): Promise<{ bursts: number, signals: number }> {
  const { minCallers, watchDays, recurrenceDays } = rules.detection
  await countNightWords(db, night)
  const { bursts } = await findWordBursts(db, night, { minCallers, watchDays, alertDays: recurrenceDays })
  const signals = wordMode(rules) === 'alerts' ? await unexplained(db, night, bursts.filter(({ verdict }) => verdict === 'alert')) : []
  await db.transaction(async (client) => {
    await saveWordBursts(client, formatDay(night), bursts)
    await addSignals(client, formatDay(night), signals)
  })
  return { bursts: bursts.length, signals: signals.length }
}

/**
 * Whether other tickets explain a burst: most of its tickets are among them, and it is a good part of what they are about. A rise of a
 * whole city holds the tickets of every place and explains none of them.
 */
export function explains(tickets: ReadonlySet<string>, burst: Pick<WordBurstRow, 'tickets'>): boolean {
  const shared = burst.tickets.filter((ticket) => tickets.has(ticket)).length
  return shared >= EXPLAINED_SHARE * burst.tickets.length && shared >= ABOUT_SHARE * tickets.size
}

async function unexplained(db: Db, night: Day, bursts: readonly WordBurstRow[]): Promise<SignalRow[]> {
  if (bursts.length === 0) return []
  const date = formatDay(night)
  const places = await readPlaces(db, date)
  const topics = await readTopics(db, date)
  const counted = await readSignals(db, date)
  const evidence = await readEvidence(db, night, counted.flatMap((signal) => [signal.placeId, ...signal.evidence.neighbours]), counted.map((signal) => signal.topicId), places, topics)
  const held = counted.map((signal) => ({
    signal, tickets: new Set([signal.placeId, ...signal.evidence.neighbours].flatMap((place) => evidence.cell(place, signal.topicId)).filter((at) => evidence.day[at]! > night - signal.windowDays).map((at) => evidence.ticket(at))),
  }))
  const familyOf = (topic: number): number => topics.get(topic)!.familyId ?? topic
  const left = bursts.filter((burst) => !held.some(({ signal, tickets }) => explains(tickets, burst) || (signal.placeId === burst.placeId && familyOf(signal.topicId) === familyOf(burst.topicId))))
  const signals: SignalRow[] = []
  for (const burst of left) signals.push(signalOf(burst, night, callersByDay(await readWordTexts(db, date, burst.tickets), night)))
  return signals
}

/** Distinct callers of each of the last days, by the day of their first ticket. */
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

function signalOf({ placeId, topicId, verdict, windowDays, callers, observed, expected, upper, log10P, recurrenceDays, tickets }: WordBurstRow, night: Day, days: readonly number[]): SignalRow {
  const usual = (days: number): number => round(expected * days / windowDays)
  return {
    placeId, topicId, detector: WORD_DETECTOR, verdict, windowDays, observed, expected, upper, log10P, recurrenceDays, callers,
    evidence: {
      score: round(observed * Math.log(observed / Math.max(expected, 1e-6)) - (observed - expected)), surroundingRatio: 1, logOdds: round(-log10P * Math.LN10), neighbours: [],
      baseline: { days: 0, callers: 0, prior: null, expected: null, cv: 0, dispersion: 1, complete: 1 },
      windows: [1, 3, 7, 14, CHART_DAYS].map((n) => ({ days: n, callers: days.slice(-n).reduce((sum, callers) => sum + callers, 0), expected: usual(n), usual: usual(n) })),
      detectors: [{ name: WORD_DETECTOR, window_days: windowDays, observed, expected, upper, log10_p: log10P, verdict }],
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
