/**
 * What a night looks at for words: the tickets of the last four weeks whole, and of the year before them only the counts of words
 * that several people said lately. One city at a time; memory follows the four weeks, not the history.
 */
import { formatDay, parseDay, weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { unpackEntries } from '../../features/word-entries.ts'
import type { WordEntry } from '../../features/word-entries.ts'
import type { WordPast } from '../../models/words/word-burst.ts'
import type { Queryable } from '../../sql/db.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { readWordDays } from '../../sql/words.ts'

/** Longest window, and the past before it: over a year, so that the season before is in it. */
export const WORD_WINDOW_DAYS = 28
export const WORD_PAST_DAYS = 372
/** Days read at once. */
const CHUNK_DAYS = 31

export interface LateTicket extends WordEntry { day: Day }

export interface WordNight {
  night: Day
  /** Tickets of the last WORD_WINDOW_DAYS days, oldest first. */
  late: LateTicket[]
  /** Positions in `late` of the tickets that say a term, of terms that at least `atLeast` tickets say. */
  sayings: Map<number, number[]>
  /** Different terms said in the window. */
  vocabulary: number
  /** What the past says of a term of `sayings`. */
  past(term: number): WordPast
  /** Tickets of the past at a place, all and those with a term; terms of `sayings` that were asked for. */
  allAt(place: number): number
  saidAt(place: number, term: number): number
  /** Days with tickets before the window. */
  pastDays: number
}

export interface WordNightRequest {
  night: Day
  /** Root of the places that are looked at. */
  city: number
  places: ReadonlyMap<number, PlaceRow>
  /** Fewest tickets of the window that say a term which is looked at. */
  atLeast: number
  /** Places below the city at which a term is asked for, given the positions of the tickets that say it. */
  placesOf(term: number, sayings: readonly number[], late: readonly LateTicket[]): Iterable<number>
}

export async function readWordNight(db: Queryable, { night, city, places, atLeast, placesOf }: WordNightRequest): Promise<WordNight> {
  const isHere = (place: number): boolean => places.get(place)?.rollup[0] === city
  const late: LateTicket[] = []
  for await (const { day, entries } of readDays(db, night + 1 - WORD_WINDOW_DAYS, night + 1, night)) for (const entry of entries) if (isHere(entry.place)) late.push({ ...entry, day })
  const sayings = new Map<number, number[]>()
  late.forEach(({ terms }, at) => {
    for (let i = 0; i < terms.length; i++) {
      const list = sayings.get(terms[i]!)
      if (list) list.push(at)
      else sayings.set(terms[i]!, [at])
    }
  })
  const vocabulary = sayings.size
  const index = new Map<number, number>()
  for (const [term, list] of sayings) {
    if (list.length < atLeast) sayings.delete(term)
    else index.set(term, index.size)
  }

  // Pairs of place and term are numbered; a term that no place is asked for is not looked up by place.
  const asked = new Map<number, number>()
  const local = new Uint8Array(index.size)
  const pairOf = (place: number, at: number): number => place * 2 ** 24 + at
  for (const [term, at] of index) {
    for (const place of placesOf(term, sayings.get(term)!, late)) {
      asked.set(pairOf(place, at), asked.size)
      local[at] = 1
    }
  }
  const weeks = Math.ceil((WORD_WINDOW_DAYS + WORD_PAST_DAYS) / 7)
  const said = new Int32Array(index.size * weeks)
  const saidByWeekday = new Int32Array(index.size * 7)
  const all = new Int32Array(weeks)
  const allByWeekday = new Int32Array(7)
  const saidAt = new Int32Array(asked.size)
  const allAt = new Map<number, number>()
  let pastDays = 0
  for await (const { day, entries } of readDays(db, night + 1 - WORD_WINDOW_DAYS - WORD_PAST_DAYS, night + 1 - WORD_WINDOW_DAYS, night)) {
    pastDays++
    const week = Math.floor((night - day) / 7)
    const at7 = weekday(day) - 1
    for (const { place, terms } of entries) {
      const rollup = places.get(place)?.rollup
      if (rollup?.[0] !== city) continue
      all[week]!++
      allByWeekday[at7]!++
      for (let i = 1; i < rollup.length; i++) allAt.set(rollup[i]!, (allAt.get(rollup[i]!) ?? 0) + 1)
      for (let k = 0; k < terms.length; k++) {
        const at = index.get(terms[k]!)
        if (at === undefined) continue
        said[at * weeks + week]!++
        saidByWeekday[at * 7 + at7]!++
        if (local[at] === 0) continue
        for (let i = 1; i < rollup.length; i++) {
          const pair = asked.get(pairOf(rollup[i]!, at))
          if (pair !== undefined) saidAt[pair]!++
        }
      }
    }
  }
  return {
    night, late, sayings, vocabulary, pastDays,
    past: (term) => {
      const at = index.get(term)!
      return { said: said.subarray(at * weeks, (at + 1) * weeks), all, saidByWeekday: saidByWeekday.subarray(at * 7, at * 7 + 7), allByWeekday }
    },
    allAt: (place) => allAt.get(place) ?? 0,
    saidAt: (place, term) => saidAt[asked.get(pairOf(place, index.get(term)!)) ?? -1] ?? 0,
  }
}

async function* readDays(db: Queryable, from: Day, until: Day, night: Day): AsyncGenerator<{ day: Day, entries: WordEntry[] }> {
  for (let chunk = from; chunk < until; chunk += CHUNK_DAYS) {
    const rows = await readWordDays(db, formatDay(chunk), formatDay(Math.min(until, chunk + CHUNK_DAYS)), formatDay(night))
    for (const [date, changes] of Map.groupBy(rows, (row) => row.day)) yield { day: parseDay(date), entries: unpackEntries(changes.map((row) => row.entries)) }
  }
}
