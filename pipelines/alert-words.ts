/**
 * What the callers of an alert say: phrases that set them apart from what is usual at its place and of its topic, and the three texts
 * that tell most of them. Made when asked for, as of a night; nothing is kept, so that what is erased is gone. docs/alert-texts.md
 */
import { clausesOf, hashTerm, termsOf } from '../features/terms.ts'
import { redact } from '../features/redact.ts'
import { logOddsScore } from '../models/words/log-odds.ts'
import { readSaid, readUsual } from '../sql/alert-said.ts'
import type { SaidRow } from '../sql/alert-said.ts'
import type { Queryable } from '../sql/db.ts'
import { readPlaces } from '../sql/trees.ts'
import type { WordPhrase } from '../sql/words.ts'
import { cutExcerpt } from './excerpt.ts'
import { namesOfPlaces } from './words/count-words.ts'
import { keyPhrases } from './words/phrases.ts'

export interface Excerpt {
  /** 'source/number'. */
  ticket: string
  day: string
  channel: string | null
  /** A verbatim part of the redacted text, with … where something is left out. */
  text: string
}

export interface AlertWords {
  /** Most telling first; each said by at least three callers. */
  phrases: WordPhrase[]
  /** Most telling first; empty where fewer than three callers may be quoted. */
  excerpts: Excerpt[]
}

/** Phrases, excerpts and those who may be quoted: fewer people are not shown. */
const FEWEST_CALLERS = 3
/** z of a word that callers say beyond the usual: it chooses words of people who called for a reason, and tests nothing. */
const TELLING = 1.28
const MOST_TERMS = 40
const MOST_EXCERPTS = 3
/** Texts that share more of their terms are one text to the reader. */
const NEAR_DUPLICATE = 0.6
const USUAL_TICKETS = 400
const USUAL_DAYS = 60
/** Tickets of an alert that are read for its words: the newest. */
const MOST_TICKETS = 1000

interface Telling { row: SaidRow, clauses: string[][], terms: Set<number> }

/** @param windowDays of the alert's signal: the usual ends before it */
export async function readAlertWords(db: Queryable, alertId: string, night: string, windowDays: number): Promise<AlertWords> {
  const namesOf = namesOfPlaces(await readPlaces(db, night))
  // What may not be quoted gives no words either.
  const said = (await readSaid(db, alertId, night)).filter(({ quotable }) => quotable).slice(-MOST_TICKETS).map((row): Telling => {
    const clauses = clausesOf(`${row.title ?? ''}\n${row.content ?? ''}`, namesOf(row.place)).map((clause) => [...clause])
    return { row, clauses, terms: new Set(termsOf(clauses).map(hashTerm)) }
  })
  const callers = new Set(said.map(({ row }) => row.caller)).size
  if (callers < FEWEST_CALLERS) return { phrases: [], excerpts: [] }
  const usual = (await readUsual(db, alertId, night, windowDays, USUAL_TICKETS, USUAL_DAYS)).map(({ place, caller, text }) => ({ caller, terms: termsOf(clausesOf(text, namesOf(place))).map(hashTerm) }))
  const weights = tellingTerms(said, usual)
  const phrases = keyPhrases([...weights.keys()], said.map(({ row, clauses }) => ({ clauses, caller: row.caller })), FEWEST_CALLERS)
  return { phrases: phrases.map(({ text, callers: n }) => ({ text: redact(text), callers: n })), excerpts: chooseExcerpts(said, weights, phrases) }
}

/** Terms that the callers say beyond the usual, with their z, highest first. */
function tellingTerms(said: readonly Telling[], usual: readonly { caller: string, terms: readonly number[] }[]): Map<number, number> {
  const here = peopleByTerm(said.map(({ row, terms }) => ({ caller: row.caller, terms })))
  const there = peopleByTerm(usual)
  const scores = [...here.terms].filter(([, people]) => people.size >= FEWEST_CALLERS).map(([term, people]): [number, number] => [
    term, logOddsScore({ here: people.size, of: here.people, usual: there.terms.get(term)?.size ?? 0, usualOf: there.people }),
  ])
  return new Map(scores.filter(([, z]) => z >= TELLING).sort(([a, x], [b, y]) => y - x || a - b).slice(0, MOST_TERMS))
}

function peopleByTerm(texts: readonly { caller: string, terms: Iterable<number> }[]): { terms: Map<number, Set<string>>, people: number } {
  const terms = new Map<number, Set<string>>()
  for (const { caller, terms: own } of texts) {
    for (const term of own) {
      const people = terms.get(term)
      if (people) people.add(caller)
      else terms.set(term, new Set([caller]))
    }
  }
  return { terms, people: new Set(texts.map(({ caller }) => caller)).size }
}

/**
 * Nearest to the centroid of the telling terms by cosine, the earlier of two; of different callers, and none nearly the same as one before.
 */
function chooseExcerpts(said: readonly Telling[], weights: ReadonlyMap<number, number>, phrases: readonly WordPhrase[]): Excerpt[] {
  const centroid = new Map([...weights].map(([term, z]) => [term, z * said.filter(({ terms }) => terms.has(term)).length]))
  const scored = said.map((telling) => ({ telling, score: nearness(telling.terms, weights, centroid) })).sort((a, b) => b.score - a.score)
  const chosen: Telling[] = []
  for (const { telling } of scored) {
    if (chosen.length === MOST_EXCERPTS) break
    if (chosen.some((other) => other.row.caller === telling.row.caller || jaccard(other.terms, telling.terms) > NEAR_DUPLICATE)) continue
    chosen.push(telling)
  }
  const words = phrases.map(({ text }) => text)
  return chosen.map(({ row }) => ({ ticket: row.ticket, day: row.day, channel: row.channel, text: cutExcerpt(redact((row.content || row.title)!), words) }))
}

/** Cosine between a text's telling terms, weighted, and the centroid. */
function nearness(terms: ReadonlySet<number>, weights: ReadonlyMap<number, number>, centroid: ReadonlyMap<number, number>): number {
  let [dot, own, all] = [0, 0, 0]
  for (const [term, weight] of weights) {
    const there = centroid.get(term)!
    all += there * there
    if (!terms.has(term)) continue
    own += weight * weight
    dot += weight * there
  }
  return own === 0 ? 0 : dot / Math.sqrt(own * all)
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0
  for (const term of a) if (b.has(term)) shared++
  return shared / Math.max(1, a.size + b.size - shared)
}
