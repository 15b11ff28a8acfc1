/**
 * Words of an event as people would say them: a pair of tokens grows to the left and right as long as nearly everybody goes on the
 * same way (the branching entropy at its edge is low), and of phrases that hold each other the longer one stays.
 */
import { hashTerm, joinTokens, termsOf } from '../../features/terms.ts'
import type { Clause } from '../../features/terms.ts'
import type { WordPhrase } from '../../sql/words.ts'

/** A ticket's clauses and the number of its caller. */
export interface Telling { clauses: readonly Clause[], caller: string | number }

/** A phrase grows where this share of its callers go on with the same token; it stays beside a longer one it is part of where it has more than the rest. */
const SAME_SHARE = 0.8
const MOST_TOKENS = 8
const MOST_PHRASES = 5
/** A word that fewer of the event's callers say is not what it is about. */
const LEAST_SHARE = 0.3

/**
 * @param terms   hashes, strongest first
 * @param fewest  callers that say a phrase
 */
export function keyPhrases(terms: readonly number[], tellings: readonly Telling[], fewest: number): WordPhrase[] {
  const callers = new Set(tellings.map(({ caller }) => caller)).size
  const texts = spellings(new Set(terms), tellings)
  const phrases: WordPhrase[] = []
  for (const term of terms) {
    const text = texts.get(term)
    if (text === undefined) continue
    const grown = grow(text, tellings)
    if (grown.callers < Math.max(fewest, LEAST_SHARE * callers)) continue
    if (phrases.some((other) => other.text.includes(grown.text) || (grown.text.includes(other.text) && grown.callers < SAME_SHARE * other.callers))) continue
    const part = phrases.findIndex((other) => grown.text.includes(other.text))
    if (part >= 0) phrases.splice(part, 1, grown)
    else phrases.push(grown)
    if (phrases.length >= MOST_PHRASES) break
  }
  return phrases
}

/** The term that a hash stands for among these tickets. */
function spellings(wanted: ReadonlySet<number>, tellings: readonly Telling[]): Map<number, string> {
  const texts = new Map<number, string>()
  for (const { clauses } of tellings) {
    for (const term of termsOf(clauses)) {
      const hash = hashTerm(term)
      if (wanted.has(hash) && !texts.has(hash)) texts.set(hash, term)
    }
  }
  return texts
}

function grow(text: string, tellings: readonly Telling[]): WordPhrase {
  let places = tellings.flatMap(({ clauses, caller }) => clauses.flatMap((clause) => occurrences(clause, text).map(([from, until]) => ({ clause, caller, from, until }))))
  const count = (list: typeof places): number => new Set(list.map(({ caller }) => caller)).size
  for (let tokens = 2; tokens < MOST_TOKENS; tokens++) {
    const all = count(places)
    const sides = (['right', 'left'] as const).flatMap((side) => {
      const next = Map.groupBy(places, ({ clause, from, until }) => (side === 'right' ? clause[until] : clause[from - 1]) ?? '')
      return [...next].filter(([token]) => token !== '').map(([, list]) => ({ side, list, callers: count(list) }))
    })
    const best = sides.sort((a, b) => b.callers - a.callers)[0]
    if (!best || best.callers < SAME_SHARE * all || best.callers < 2) break
    places = best.list.map((place) => ({ ...place, from: place.from - (best.side === 'left' ? 1 : 0), until: place.until + (best.side === 'right' ? 1 : 0) }))
  }
  const first = places[0]
  return { text: first ? joinTokens(first.clause.slice(first.from, first.until)) : text, callers: count(places) }
}

/** Where one token, or two in a row, make the text. */
function occurrences(clause: Clause, text: string): [from: number, until: number][] {
  const found: [number, number][] = []
  for (let i = 0; i < clause.length; i++) {
    if (clause[i] === text) found.push([i, i + 1])
    else if (i + 1 < clause.length && joinTokens(clause.slice(i, i + 2)) === text) found.push([i, i + 2])
  }
  return found
}
