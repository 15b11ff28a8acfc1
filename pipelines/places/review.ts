/**
 * Which places may be one? Pairs with alike names, and what else speaks for and against: where they lie, who wrote of both, whether any
 * text names both. A person decides; what was told apart is not asked again.
 */
import type { Queryable } from '../../sql/db.ts'
import { readDistinctPairs, readNamedPlaces, readPairFacts } from '../../sql/places.ts'
import type { NamedPlace } from '../../sql/places.ts'
import { readTreeVersions } from '../../sql/tree-merges.ts'
import { arePhases, core, likenessOfAny } from './name-likeness.ts'

export interface PlacePair {
  /** The one with fewer tickets: what would lead to the other. */
  from: string
  into: string
  ids: [from: number, into: number]
  /** Events of each so far: a decision on an older state is refused. */
  versions: [from: number, into: number]
  score: number
  evidence: {
    /** Likeness of the names, spellings included, 0 to 1. */
    name: number
    /** Metres between the centres; null where one has none. */
    metres: number | null
    /** `same` area, one `within` the other's, or `apart`. */
    area: 'same' | 'within' | 'apart'
    callers: number
    /** Tickets whose text names both: two names of one place seldom stand together. */
    together: number
    tickets: [from: number, into: number]
    phases: boolean
  }
}

/** Places with most tickets that are compared. */
const MOST_PLACES = 20_000
/** Places whose names share a pair of characters; a pair that more share says nothing. */
const MOST_SHARING = 400
/** Pairs whose tickets are read at once. */
const AT_ONCE = 200
/** Callers of both that count. */
const MOST_CALLERS = 3
const LEAST_LIKE = 0.5
const LEAST_SCORE = 0.5
const METRES_A_DEGREE = 111_320

/** Pairs that may be one place, likeliest first. Tickets are read of no more pairs than could be among them. @param limit pairs returned */
export async function listPlacePairs(db: Queryable, limit = 50): Promise<PlacePair[]> {
  const places = await readNamedPlaces(db, MOST_PLACES)
  const distinct = await readDistinctPairs(db)
  const versions = await readTreeVersions(db, 'place')
  const waiting = likePairs(places).filter(([a, b]) => !distinct.has(`${Math.min(a.id, b.id)}/${Math.max(a.id, b.id)}`)).map(([a, b, name]) => {
    const evidence = { name: round(name), metres: metresBetween(a, b), area: areaOf(a, b), callers: MOST_CALLERS, together: 0, tickets: [a.tickets, b.tickets] as [number, number], phases: arePhases(a.name, b.name) }
    return { a, b, evidence, best: scoreOf(evidence) }
  }).filter(({ best }) => best >= LEAST_SCORE).sort((x, y) => y.best - x.best || (x.a.path < y.a.path ? -1 : 1))
  const pairs: PlacePair[] = []
  for (let from = 0; from < waiting.length; from += AT_ONCE) {
    if (pairs.length >= limit && pairs[limit - 1]!.score > waiting[from]!.best) break
    const some = waiting.slice(from, from + AT_ONCE)
    const known = new Map((await readPairFacts(db, some.map(({ a, b }) => [a.id, b.id] as const))).map((row) => [`${row.a}/${row.b}`, row]))
    for (const { a, b, evidence: guess } of some) {
      const { callers, together } = known.get(`${a.id}/${b.id}`)!
      const evidence = { ...guess, callers, together }
      pairs.push({ from: a.path, into: b.path, ids: [a.id, b.id], versions: [versions.get(a.id) ?? 0, versions.get(b.id) ?? 0], score: scoreOf(evidence), evidence })
    }
    pairs.sort((x, y) => y.score - x.score || (x.from < y.from ? -1 : 1))
  }
  return pairs.filter(({ score }) => score >= LEAST_SCORE).slice(0, limit)
}

/** 0 to 1: the names count most, the place half as much, people who wrote of both a little; a text that names both speaks against. */
export function scoreOf({ name, metres, area, callers, together, phases }: PlacePair['evidence']): number {
  const near = metres === null ? 0 : metres < 300 ? 0.15 : metres < 1000 ? 0.05 : -0.3
  const where = area === 'same' ? 0.15 : area === 'within' ? 0.1 : -0.2
  return round(Math.max(0, Math.min(1, 0.7 * name + near + where + Math.min(callers, MOST_CALLERS) * 0.04 - Math.min(together, 3) * 0.1 - (phases ? 0.25 : 0))))
}

/** Pairs whose names share a pair of characters and are alike enough; the one with fewer tickets first. */
function likePairs(places: readonly NamedPlace[]): [NamedPlace, NamedPlace, number][] {
  const blocks = new Map<string, NamedPlace[]>()
  for (const place of places) {
    for (const key of new Set(place.names.flatMap((name) => pairsOf(core(name))))) {
      const block = blocks.get(key)
      if (block) block.push(place)
      else blocks.set(key, [place])
    }
  }
  const seen = new Set<string>()
  const found: [NamedPlace, NamedPlace, number][] = []
  for (const block of blocks.values()) {
    if (block.length > MOST_SHARING) continue
    for (let i = 0; i < block.length; i++) {
      for (let j = i + 1; j < block.length; j++) {
        const [a, b] = [block[i]!, block[j]!]
        const key = a.id < b.id ? `${a.id}/${b.id}` : `${b.id}/${a.id}`
        if (seen.has(key) || a.rollup[0] !== b.rollup[0] || a.rollup.includes(b.id) || b.rollup.includes(a.id)) continue
        seen.add(key)
        const name = likenessOfAny(a.names, b.names)
        if (name < LEAST_LIKE) continue
        found.push(a.tickets < b.tickets || (a.tickets === b.tickets && a.path > b.path) ? [a, b, name] : [b, a, name])
      }
    }
  }
  return found.sort((x, y) => y[2] - x[2] || y[0].tickets + y[1].tickets - x[0].tickets - x[1].tickets || x[0].id - y[0].id)
}

function pairsOf(name: string): string[] {
  return Array.from({ length: Math.max(0, name.length - 1) }, (_, i) => name.slice(i, i + 2))
}

function areaOf(a: NamedPlace, b: NamedPlace): 'same' | 'within' | 'apart' {
  if (a.parentId === b.parentId) return 'same'
  return a.rollup.includes(b.parentId) || b.rollup.includes(a.parentId) ? 'within' : 'apart'
}

function metresBetween(a: NamedPlace, b: NamedPlace): number | null {
  if (a.lng === null || a.lat === null || b.lng === null || b.lat === null) return null
  const east = (a.lng - b.lng) * Math.cos(((a.lat + b.lat) / 2) * Math.PI / 180)
  return Math.round(Math.hypot(east, a.lat - b.lat) * METRES_A_DEGREE)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

