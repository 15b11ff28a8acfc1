/**
 * Which tickets speak of the same event? Single-pass clustering of TF-IDF vectors, as in topic detection and tracking: a ticket joins
 * the group that it resembles most, or begins one; groups that turn out to be one are merged into the older.
 * Allan, Papka, Lavrenko (1998), SIGIR, 37-45; Yang, Pierce, Carbonell (1998), SIGIR, 28-36. Deviations: candidates come from an index of
 * the heaviest grams alone (blocking), and what is known of places and topics weighs in. docs/methods/same-cause.md.
 */
import { resolveOptions } from '../../core/options.ts'
import { CauseIndex } from './cause-index.ts'
import { dot, mergeSums } from './sparse-sums.ts'
import type { SparseSum } from './sparse-sums.ts'
import { CauseVectors } from './cause-vectors.ts'
import type { TextVector } from './cause-vectors.ts'

export interface CauseOptions {
  /** 2 ** bits grams are told apart. */
  bits: number
  /** Entries of a ticket's vector, the heaviest. */
  ticketGrams: number
  /** Entries of a group's sum, the heaviest. */
  groupGrams: number
  /** Cosine from which a ticket joins a group. */
  join: number
  /** Cosine from which two groups are one. */
  merge: number
  /** Factor of the grams of place names read off the text: what happened must be alike, too. Of places told as such the names count nothing. */
  placeWeight: number
  /** Factor of the cosine where both places are known and neither lies in the other. */
  elsewhere: number
  /** The same where the places were read off the text and may be wrong. */
  elsewhereByText: number
  /**
   * Added to the cosine as far as told topics are shared, at one place told as such, while the group's last ticket is at most so many days old:
   * people describe one event in quite different words. Another topic takes nothing away: one cause is filed under several.
   */
  sameTopic: number
  topicDays: number
  /** Days without a ticket after which a lone ticket, and a group, is closed to new ones. */
  loneDays: number
  groupDays: number
  /** Groups open at once; past that the ones silent for longest are closed, lone tickets first. */
  mostOpen: number
}

export const CAUSE_DEFAULTS: Readonly<CauseOptions> = {
  bits: 18, ticketGrams: 64, groupGrams: 160, join: 0.17, merge: 0.3, placeWeight: 0.6, elsewhere: 0.15, elsewhereByText: 0.9,
  sameTopic: 0.15, topicDays: 30, loneDays: 60, groupDays: 180, mostOpen: 200_000,
}
const RANGES = {
  bits: [10, 22, 'whole'], ticketGrams: [8, 512, 'whole'], groupGrams: [8, 1024, 'whole'], join: [0.01, 1], merge: [0.01, 1], placeWeight: [0, 10], elsewhere: [0, 1], elsewhereByText: [0, 1],
  sameTopic: [0, 1], topicDays: [0, 3660, 'whole'],
  loneDays: [1, 3660, 'whole'], groupDays: [1, 3660, 'whole'], mostOpen: [100, 5_000_000, 'whole'],
} as const

export interface CauseTicket {
  title: string
  content: string
  /** Names of its places, '' where none is known. */
  placeName: string
  /** Finest place that is known below the district, 0 for none. */
  place: number
  /** Whether the place was told as such, not read off the text. */
  placeCertain: boolean
  /** Family of topics that it was told to be of, 0 where nobody told. */
  topic: number
}

/** One open group. Sums and places are replaced, never changed in place. */
export interface OpenGroup {
  /** Number of its first ticket, counted from 1 over all that were ever grouped: the group's own name for ever. */
  readonly id: number
  sum: SparseSum
  tickets: number
  /** Day of its latest ticket. */
  last: number
  /** Places of its tickets and how many of them lie there, by place; the commonest eight. */
  places: [place: number, tickets: number][]
  /** Whether each of these was told as such. */
  placesCertain: boolean
  /** Families that its tickets were told to be of, and how many; the commonest eight. */
  topics: [topic: number, tickets: number][]
}

export interface Assignment {
  group: number
  /** Cosine to the group before it joined, places weighed in; 1 for a group's first. */
  likeness: number
}
export interface Merge { from: number, into: number, likeness: number }

export class CauseGroups {
  readonly options: CauseOptions
  readonly vectors: CauseVectors
  readonly open = new Map<number, OpenGroup>()
  /** Tickets ever grouped. */
  grouped = 0
  readonly #ancestors: (place: number) => readonly number[]
  readonly #index = new CauseIndex()
  /** Open groups by each of their places, where places were told as such. */
  readonly #at = new Map<number, Set<number>>()

  /**
   * @param ancestors  a place and all above it
   * @throws {InvalidOptionError}
   */
  constructor(options: Partial<CauseOptions>, ancestors: (place: number) => readonly number[]) {
    this.options = resolveOptions('same-cause groups', CAUSE_DEFAULTS, RANGES, options)
    this.vectors = new CauseVectors(this.options.bits, this.options.ticketGrams)
    this.#ancestors = ancestors
  }

  /**
   * Groups the tickets of one day, in their order. What comes out depends on the days given before and on nothing else.
   *
   * @param day  days since 1970-01-01, later than the day before
   * @returns one assignment a ticket, and the groups that became one at the end of the day
   */
  addDay(day: number, tickets: readonly CauseTicket[]): { assigned: Assignment[], merges: Merge[] } {
    for (const { title, content } of tickets) this.vectors.learn(title, content)
    this.#closeSilent(day)
    const touched = new Set<number>()
    const assigned = tickets.map((ticket) => {
      const vector = this.vectors.vector(ticket.title, ticket.content, ticket.placeName, ticket.placeCertain && ticket.place !== 0 ? 0 : this.options.placeWeight)
      this.grouped++
      const found = this.#nearest(vector, ticket, day)
      const group = found && found.likeness >= this.options.join ? found.group : this.#begin(day)
      this.#join(group, vector, ticket, day)
      touched.add(group.id)
      return { group: group.id, likeness: group.tickets === 1 ? 1 : found!.likeness }
    })
    return { assigned, merges: this.#mergeAlike(touched) }
  }

  /** Takes up a group again that was open before. */
  reopen(group: OpenGroup): void {
    this.open.set(group.id, group)
    this.#list(group)
  }

  /** No ticket joins the group any more. */
  close(id: number): void {
    const group = this.open.get(id)
    if (group) this.#unlist(group)
    this.open.delete(id)
  }

  #begin(day: number): OpenGroup {
    const group: OpenGroup = { id: this.grouped, sum: { ids: new Int32Array(0), weights: new Float32Array(0), norm: 0 }, tickets: 0, last: day, places: [], placesCertain: true, topics: [] }
    this.open.set(group.id, group)
    return group
  }

  #join(group: OpenGroup, vector: TextVector, ticket: CauseTicket, day: number): void {
    this.#unlist(group)
    group.sum = mergeSums(group.sum, { ...vector, norm: 1 }, this.options.groupGrams)
    group.tickets++
    group.last = day
    if (ticket.place !== 0) {
      group.places = addCounts(group.places, [[ticket.place, 1]])
      group.placesCertain &&= ticket.placeCertain
    }
    if (ticket.topic !== 0) group.topics = addCounts(group.topics, [[ticket.topic, 1]])
    this.#list(group)
  }

  #list(group: OpenGroup): void {
    this.#index.set(group.id, group.sum)
    if (!group.placesCertain) return
    for (const [place] of group.places) {
      const there = this.#at.get(place)
      if (there) there.add(group.id)
      else this.#at.set(place, new Set([group.id]))
    }
  }

  #unlist(group: OpenGroup): void {
    this.#index.delete(group.id)
    if (!group.placesCertain) return
    for (const [place] of group.places) {
      const there = this.#at.get(place)
      if (there?.delete(group.id) && there.size === 0) this.#at.delete(place)
    }
  }

  /** Groups worth comparing: where the place is certain, those of the place and of what lies above it; else those that share heavy grams. */
  #candidates(sum: SparseSum, places: OpenGroup['places'], certain: boolean): Iterable<number> {
    if (!certain || places.length === 0) return this.#index.candidates(sum)
    const found = new Set<number>()
    for (const [place] of places) for (const above of this.#ancestors(place)) for (const group of this.#at.get(above) ?? []) found.add(group)
    return [...found].sort((a, b) => a - b)
  }

  #nearest(vector: TextVector, ticket: CauseTicket, day: number): { group: OpenGroup, likeness: number } | undefined {
    let best: { group: OpenGroup, likeness: number } | undefined
    const sum: SparseSum = { ...vector, norm: 1 }
    const own: Facts = { places: ticket.place === 0 ? [] : [[ticket.place, 1]], placesCertain: ticket.placeCertain, topics: ticket.topic === 0 ? [] : [[ticket.topic, 1]] }
    for (const id of this.#candidates(sum, own.places, ticket.placeCertain)) {
      const group = this.open.get(id)!
      const likeness = this.#weigh(dot(sum, group.sum) / group.sum.norm, own, group, day)
      if (!best || likeness > best.likeness || (likeness === best.likeness && group.id < best.group.id)) best = { group, likeness }
    }
    return best
  }

  /** The cosine with what is known of places and topics weighed in. @param day  on which the two would meet */
  #weigh(cosine: number, a: Facts, b: Facts & { last: number }, day: number): number {
    const { sameTopic, topicDays } = this.options
    const certain = a.placesCertain && b.placesCertain
    const isTold = certain && day - b.last <= topicDays && a.places.some(([place]) => b.places.some(([other]) => place === other))
    return cosine * this.#placeFactor(a.places, b.places, certain) + (isTold ? sameTopic * sharedTopics(a.topics, b.topics) : 0)
  }

  #placeFactor(a: OpenGroup['places'], b: OpenGroup['places'], certain: boolean): number {
    if (a.length === 0 || b.length === 0) return 1
    for (const [place] of a) {
      for (const [other] of b) if (place === other || this.#ancestors(place).includes(other) || this.#ancestors(other).includes(place)) return 1
    }
    return certain ? this.options.elsewhere : this.options.elsewhereByText
  }

  #mergeAlike(touched: Set<number>): Merge[] {
    const merges: Merge[] = []
    for (const id of [...touched].sort((a, b) => a - b)) {
      for (let group = this.open.get(id); group && group.tickets > 1;) {
        const pair = this.#mostAlike(group)
        if (!pair || pair.likeness < this.options.merge) break
        const [into, from]: [OpenGroup, OpenGroup] = pair.group.id < group.id ? [pair.group, group] : [group, pair.group]
        this.close(from.id)
        this.#unlist(into)
        into.sum = mergeSums(into.sum, from.sum, this.options.groupGrams)
        into.tickets += from.tickets
        into.last = Math.max(into.last, from.last)
        into.places = addCounts(into.places, from.places)
        into.placesCertain &&= from.placesCertain
        into.topics = addCounts(into.topics, from.topics)
        this.#list(into)
        merges.push({ from: from.id, into: into.id, likeness: pair.likeness })
        group = into
      }
    }
    return merges
  }

  #mostAlike(group: OpenGroup): { group: OpenGroup, likeness: number } | undefined {
    let best: { group: OpenGroup, likeness: number } | undefined
    for (const id of this.#candidates(group.sum, group.places, group.placesCertain)) {
      const other = this.open.get(id)
      if (!other || other === group) continue
      const likeness = this.#weigh(dot(group.sum, other.sum) / (group.sum.norm * other.sum.norm), group, other, group.last)
      if (!best || likeness > best.likeness || (likeness === best.likeness && other.id < best.group.id)) best = { group: other, likeness }
    }
    return best
  }

  #closeSilent(day: number): void {
    const { loneDays, groupDays, mostOpen } = this.options
    for (const group of this.open.values()) if (day - group.last > (group.tickets > 1 ? groupDays : loneDays)) this.close(group.id)
    const over = this.open.size - mostOpen
    if (over <= 0) return
    const silent = [...this.open.values()].sort((a, b) => Number(a.tickets > 1) - Number(b.tickets > 1) || a.last - b.last || a.id - b.id)
    for (const group of silent.slice(0, over)) this.close(group.id)
  }
}

/** What a ticket or group is known by beside its text. */
type Facts = Pick<OpenGroup, 'places' | 'placesCertain' | 'topics'>

/** Share of the tickets that two groups have in common by topic, of 1; 0 where one of them was told none. */
function sharedTopics(a: OpenGroup['topics'], b: OpenGroup['topics']): number {
  let [ofA, ofB, shared] = [0, 0, 0]
  for (const [, n] of a) ofA += n
  for (const [, n] of b) ofB += n
  for (const [topic, n] of a) for (const [other, m] of b) if (topic === other) shared += Math.min(n / ofA, m / ofB)
  return shared
}

const MOST_KEPT = 8

/** Sum of both lists, commonest first, of equally common ones the smaller number. */
function addCounts(a: OpenGroup['places'], b: OpenGroup['places']): OpenGroup['places'] {
  const counts = new Map(a)
  for (const [place, tickets] of b) counts.set(place, (counts.get(place) ?? 0) + tickets)
  return [...counts].sort((x, y) => y[1] - x[1] || x[0] - y[0]).slice(0, MOST_KEPT)
}

