/**
 * Emerging words of a night: counted, tested, joined to events and put into words with their tickets. A pure function of what the night
 * knew; writes nothing but counts that were missing.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { clausesOf, hashTerm } from '../../features/terms.ts'
import { tailQuantile } from '../../models/math/distributions.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { familyOf } from '../../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { readTicketNumbers, readWordTexts } from '../../sql/words.ts'
import type { WordBurstRow } from '../../sql/words.ts'
import { round } from '../signal-row.ts'
import { lowestTopic } from '../ticket-signals.ts'
import { countWords, namesOfPlaces } from './count-words.ts'
import { callersOf, findBursts, placesWith } from './find-bursts.ts'
import type { WordTests } from './find-bursts.ts'
import { joinBursts, joinTopics } from './join-bursts.ts'
import type { WordEvent } from './join-bursts.ts'
import { keyPhrases } from './phrases.ts'
import { readWordNight, WORD_PAST_DAYS, WORD_WINDOW_DAYS } from './word-night.ts'
import type { WordNight } from './word-night.ts'

/** Days of past below which nothing is said of words. */
const LEAST_PAST_DAYS = 28
/** Tickets of an event whose texts are read for its phrases. */
const MOST_TEXTS = 200
const MOST_EVENTS = 200

export interface WordNightResult { tickets: number, terms: number, bursts: WordBurstRow[] }

/** First day that a night's words need. */
export function firstWordDay(night: Day): Day {
  return night + 1 - WORD_WINDOW_DAYS - WORD_PAST_DAYS
}

/** Counts the words that are missing up to the night. */
export async function countNightWords(db: Db, night: Day, onDay?: (done: number, of: number) => void): Promise<void> {
  await countWords(db, formatDay(firstWordDay(night)), formatDay(night + 1), onDay)
}

/** The night's bursts, strongest first. Words must be counted. @param places @param topics  as of the night */
export async function findWordBursts(db: Queryable, night: Day, tests: WordTests, places: Map<number, PlaceRow>, topics: Map<number, TopicRow>): Promise<WordNightResult> {
  const found: WordBurstRow[] = []
  let tickets = 0
  let terms = 0
  for (const city of [...places.values()].filter((place) => place.depth === 0)) {
    const seen = await readWordNight(db, { night, city: city.id, places, atLeast: tests.minCallers, placesOf: placesWith(tests.minCallers, places) })
    tickets += seen.late.length
    terms += seen.vocabulary
    if (seen.pastDays < LEAST_PAST_DAYS) continue
    const events = joinTopics(joinBursts(findBursts(seen, places, city.id, tests), seen, places, tests), ({ tickets: own }) => familyOf(topics, lowestTopic(own.map((at) => seen.late[at]!.topic), topics)), places).slice(0, MOST_EVENTS)
    found.push(...await describe(db, events, seen, places, topics, tests))
  }
  const bursts = found.sort((a, b) => a.log10P - b.log10P || a.placeId - b.placeId).map((burst, i) => ({ ...burst, rank: i + 1 }))
  return { tickets, terms, bursts }
}

async function describe(
  db: Queryable, events: readonly WordEvent[], seen: WordNight, places: Map<number, PlaceRow>, topics: Map<number, TopicRow>, tests: WordTests,
): Promise<WordBurstRow[]> {
  if (events.length === 0) return []
  const { late, night } = seen
  const numbers = new Map<number, string>()
  const days = events.flatMap(({ tickets }) => tickets.map((at) => late[at]!.day))
  for (const ticket of await readTicketNumbers(db, formatDay(Math.min(...days)), formatDay(Math.max(...days) + 1))) numbers.set(hashTerm(ticket), ticket)
  const namesOf = namesOfPlaces(places)
  const rows: WordBurstRow[] = []
  const idsOf = ({ tickets }: WordEvent): string[] => tickets.flatMap((at) => numbers.get(late[at]!.key) ?? [])
  const texts = new Map((await readWordTexts(db, formatDay(night), [...new Set(events.flatMap((event) => idsOf(event).slice(-MOST_TEXTS)))])).map((row) => [`${row.source}/${row.no}`, row]))
  for (const event of events) {
    const { core, terms, place, tickets } = event
    const ids = idsOf(event)
    // What may not be quoted is counted, and gives no words.
    const tellings = ids.slice(-MOST_TEXTS).flatMap((id) => texts.get(id) ?? []).filter(({ quotable }) => quotable).map(({ source, no, text, place: at, caller }) => ({ clauses: clausesOf(text, namesOf(at)), caller: caller ?? `${source}/${no}` }))
    const phrases = keyPhrases(terms.map(({ term }) => term), tellings, Math.min(tests.minCallers, core.callers))
    const { mean, size } = core.expected
    rows.push({
      rank: 0, placeId: place, topicId: lowestTopic(tickets.map((at) => late[at]!.topic), topics), verdict: core.recurrenceDays >= tests.alertDays ? 'alert' : 'watch',
      windowDays: core.windowDays, callers: callersOf(tickets, late), observed: core.callers, expected: round(mean), upper: Math.max(tests.minCallers, tailQuantile(core.logP + Math.log(core.recurrenceDays / tests.watchDays), mean, size, core.callers)),
      log10P: round(core.logP / Math.LN10), recurrenceDays: round(core.recurrenceDays, 1), phrases, tickets: ids,
    })
  }
  return rows
}
