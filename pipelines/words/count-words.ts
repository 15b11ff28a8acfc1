/**
 * Counts what tickets say, day by day: a ticket's terms are made once and kept packed, as changes by the night that learned of them.
 * A day whose tickets changed otherwise (a status, a verdict) is packed anew from the terms that are there.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { packEntries, unpackEntries } from '../../features/word-entries.ts'
import type { WordChange, WordEntry } from '../../features/word-entries.ts'
import { clausesOf, hashTerm, termsOf } from '../../features/terms.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { listWordDirtyDays, readWordDays, readWordStates, saveWordDay } from '../../sql/words.ts'
import type { WordStateRow } from '../../sql/words.ts'

export interface WordCountResult {
  days: number
  /** Tickets whose texts were read, and those whose terms were known. */
  read: number
  known: number
}

/** @param onDay told after each day, for progress */
export async function countWords(db: Db, from: string, until: string, onDay: (done: number, of: number) => void = () => {}): Promise<WordCountResult> {
  const days = await listWordDirtyDays(db, from, until)
  const result: WordCountResult = { days: days.length, read: 0, known: 0 }
  if (days.length === 0) return result
  const places = await readPlaces(db)
  const namesOf = namesOfPlaces(places)
  for (const [i, day] of days.entries()) {
    await db.transaction(async (client) => {
      const known = await readKnownTerms(client, day)
      const states = await readWordStates(client, day, [...known.keys()])
      const changes = changesOf(states, (state) => {
        const terms = known.get(state.hash)
        if (terms) {
          result.known++
          return terms
        }
        result.read++
        return hashTerms(state.text!, namesOf(state.place))
      })
      await saveWordDay(client, day, [...changes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([knownOn, list]) => ({ knownOn, tickets: list.length, entries: packEntries(list) })))
    })
    onDay(i + 1, days.length)
  }
  return result
}

/** Hashes of the terms of a text without the names of its own place. */
export function hashTerms(text: string, names: readonly string[]): Int32Array {
  return Int32Array.from(termsOf(clausesOf(text, names)), hashTerm)
}

/** Names on the way to a place, as texts are written, longest first; what a place is called says nothing of what happens there. */
export function namesOfPlaces(places: ReadonlyMap<number, Pick<PlaceRow, 'rollup' | 'name'>>): (place: number) => string[] {
  const cache = new Map<number, string[]>()
  return (place) => {
    let names = cache.get(place)
    if (!names) {
      names = [...new Set((places.get(place)?.rollup ?? []).map((id) => places.get(id)!.name.normalize('NFKC').toLowerCase()).filter((name) => name.length >= 2))].sort((a, b) => b.length - a.length)
      cache.set(place, names)
    }
    return names
  }
}

async function readKnownTerms(db: Queryable, day: string): Promise<Map<number, ArrayLike<number>>> {
  const known = new Map<number, ArrayLike<number>>()
  for (const { entries } of await readWordDays(db, day, formatDay(parseDay(day) + 1), 'infinity')) for (const entry of unpackEntries([entries])) known.set(entry.text, entry.terms)
  return known
}

/** What each night learned of the day's tickets. */
function changesOf(states: readonly WordStateRow[], termsOf: (state: WordStateRow) => ArrayLike<number>): Map<string, WordChange[]> {
  const changes = new Map<string, WordChange[]>()
  const put = (knownOn: string, change: WordChange): void => {
    const list = changes.get(knownOn)
    if (list) list.push(change)
    else changes.set(knownOn, [change])
  }
  let before: { state: WordStateRow, entry: WordEntry } | undefined
  const close = (next: WordStateRow | undefined): void => {
    if (before && before.state.supersededOn !== null && before.state.supersededOn !== next?.knownOn) put(before.state.supersededOn, { key: before.entry.key, gone: true })
  }
  for (const state of states) {
    const same = before?.state.source === state.source && before.state.no === state.no
    if (!same) {
      close(undefined)
      before = undefined
    }
    if (state.sweep) {
      close(undefined)
      before = undefined
      continue
    }
    const entry: WordEntry = {
      key: hashTerm(`${state.source}/${state.no}`), place: state.place, topic: state.topic, caller: state.caller ?? 0, text: state.hash, terms: termsOf(state),
    }
    const isSame = before && before.state.supersededOn === state.knownOn && before.entry.text === entry.text && before.entry.place === entry.place && before.entry.topic === entry.topic && before.entry.caller === entry.caller
    if (before) close(state)
    if (!isSame) put(state.knownOn, entry)
    before = { state, entry }
  }
  close(undefined)
  return changes
}
