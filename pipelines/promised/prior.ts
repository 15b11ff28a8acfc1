/**
 * Which series are likelier to rise than others because of what was promised there? A promised date that is near or past, and topics
 * that go before broken promises. A topic never raises a series that holds its own tickets: those are evidence already. How much is
 * learnt from the deployment's past, as far as it has one. docs/methods/promised-dates.md
 */
import type { Day } from '../../core/days.ts'
import { sumBetween } from '../../features/history.ts'
import type { History } from '../../features/history.ts'
import { priorLogOdds, shrunkRatio } from '../../models/detect/prior-odds.ts'
import { findOnsets, QUIET_WEEKS } from '../../models/lead/onsets.ts'
import type { PromisedDate } from '../../sql/promised.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { byWeek } from '../weekly-rises.ts'
import { topicsOfPromise } from './promise-kinds.ts'
import type { PromiseTopics } from './promise-kinds.ts'

/** Days before and after the promised date in which a place is watched. */
export const WATCH_BEFORE = 365
export const WATCH_AFTER = 365
/** Days in which what goes before is looked for: the detector's lookback, which the past that teaches leaves out. */
export const RECENT_DAYS = 56
/** Weeks after a leading topic's rise in which its complaint is looked for. */
const LEAD_WEEKS = 8

/** Believed where a deployment's past says nothing. */
const DUE = { ratio: 2, weight: 2, most: 6 } as const
const LEADING = { ratio: 3, weight: 1, most: 8 } as const

export interface PriorInput {
  history: History
  places: ReadonlyMap<number, PlaceRow>
  topics: ReadonlyMap<number, TopicRow>
  /** As known on the night. */
  promises: readonly PromisedDate[]
  night: Day
}

/** A hint at what may come: a topic that was spoken of lately, by how many, and by how much that raises the odds. */
export interface Hint { topicId: number, callers: number, logOdds: number }

export interface PlacePrior {
  promise: PromisedDate
  topics: PromiseTopics
  /** Of the promised date itself. */
  dueLogOdds: number
  hints: Hint[]
  /** Callers with the complaint itself in the recent days. */
  complaints: number
}

export interface Priors {
  /** One a promise whose window holds the night, in order of the promises. */
  watched: PlacePrior[]
  /** Log odds of a series relative to one nobody knows anything about; 0 for most. */
  priorFor(placeId: number, topicId: number): number
  /** Positions of the series whose log odds are above 0. */
  series: ReadonlyMap<number, number>
}

/** O(series + entries of the few topics in question). */
export function createPriors({ history, places, topics, promises, night }: PriorInput): Priors {
  const learnt = new Map<string, Ratios>()
  // A place that no ticket has named by the night may be promised something; it has no series yet.
  const watched = promises.filter(({ placeId, promisedOn }) => places.has(placeId) && night >= promisedOn - WATCH_BEFORE && night < promisedOn + WATCH_AFTER).map((promise): PlacePrior => {
    const of = topicsOfPromise(promise.kind, topics)
    const depth = places.get(promise.placeId)!.depth
    const key = `${depth}/${promise.kind}`
    let ratios = learnt.get(key)
    if (!ratios) {
      ratios = learnRatios(history, places, depth, of, promises.filter(({ kind }) => kind === promise.kind), night)
      learnt.set(key, ratios)
    }
    const recent = (topic: TopicRow): number => {
      const s = history.find(promise.placeId, topic.id)
      return s < 0 ? 0 : sumBetween(history, s, night + 1 - RECENT_DAYS, night + 1)
    }
    const hints = of.leading.flatMap((topic) => {
      const callers = recent(topic)
      // One caller is half a hint.
      return callers > 0 ? [{ topicId: topic.id, callers, logOdds: Math.log(ratios.leading.get(topic.id)!) / (callers > 1 ? 1 : 2) }] : []
    })
    return { promise, topics: of, dueLogOdds: Math.log(ratios.due), hints, complaints: of.complaint.reduce((sum, topic) => sum + recent(topic), 0) }
  })
  const byPlace = Map.groupBy(watched, ({ promise }) => promise.placeId)
  const priorFor = (placeId: number, topicId: number): number =>
    Math.max(0, ...(byPlace.get(placeId) ?? []).filter((prior) => concerns(prior, topicId, topics)).map((prior) =>
      priorLogOdds([prior.dueLogOdds, ...prior.hints.filter((hint) => !topics.get(hint.topicId)!.rollup.includes(topicId)).map((hint) => hint.logOdds)])))
  const series = new Map<number, number>()
  for (const prior of watched) {
    for (const topicId of new Set(prior.topics.complaint.flatMap((topic) => familyAndBelow(topic)))) {
      const s = history.find(prior.promise.placeId, topicId)
      const logOdds = s < 0 || history.starts[s] === history.starts[s + 1] ? 0 : priorFor(prior.promise.placeId, topicId)
      if (logOdds > 0) series.set(s, logOdds)
    }
  }
  return { watched, priorFor, series }
}

/** Whether a complaint of the promise is of the topic, which is no wider than the complaint's family. */
function concerns({ topics: { complaint } }: PlacePrior, topicId: number, topics: ReadonlyMap<number, TopicRow>): boolean {
  return topics.has(topicId) && complaint.some((topic) => familyAndBelow(topic).includes(topicId))
}

/** Ids from the complaint's family down to the complaint. */
function familyAndBelow(topic: TopicRow): readonly number[] {
  return topic.familyId === null ? [topic.id] : topic.rollup.slice(topic.rollup.indexOf(topic.familyId))
}

interface Ratios { due: number, leading: Map<number, number> }

/**
 * How much oftener complaints rose around promised dates, and after rises of each leading topic, than at a place of the same depth
 * where anybody ever spoke of the complaint's family.
 */
function learnRatios(
  history: History, places: ReadonlyMap<number, PlaceRow>, depth: number, { complaint, leading }: PromiseTopics, promises: readonly PromisedDate[], night: Day,
): Ratios {
  const weeks = Math.floor((history.until - history.from) / 7)
  const from = history.until - weeks * 7
  // What is judged tonight must not have taught.
  const end = Math.max(QUIET_WEEKS, weeks - Math.ceil(RECENT_DAYS / 7))
  const families = new Set(complaint.map((topic) => topic.familyId ?? topic.id))
  const isComplaint = new Set(complaint.map((topic) => topic.id))
  const isLeading = new Set(leading.map((topic) => topic.id))
  const comparable = new Set<number>()
  const complaints = new Map<number, number[]>()
  const leads = new Map<number, Map<number, number[]>>(leading.map((topic) => [topic.id, new Map()]))
  let first = end
  for (let s = 0; s < history.series; s++) {
    const topicId = history.topic[s]!
    const placeId = history.place[s]!
    const isFamily = families.has(topicId)
    if (!isFamily && !isComplaint.has(topicId) && !isLeading.has(topicId)) continue
    if (places.get(placeId)?.depth !== depth) continue
    const { at, callers } = byWeek(history, s, from)
    if (at.length === 0) continue
    first = Math.min(first, at[0]!)
    if (isFamily) comparable.add(placeId)
    if (!isComplaint.has(topicId) && !isLeading.has(topicId)) continue
    const onsets = findOnsets(at, callers, weeks).filter((week) => week < end)
    if (isComplaint.has(topicId)) complaints.set(placeId, [...(complaints.get(placeId) ?? []), ...onsets])
    if (isLeading.has(topicId)) leads.get(topicId)!.set(placeId, onsets)
  }
  first = Math.max(first, QUIET_WEEKS)
  const total = [...complaints.values()].reduce((sum, onsets) => sum + onsets.length, 0)
  const rate = comparable.size > 0 && end > first ? (total + 0.5) / (comparable.size * (end - first)) : 0
  const within = (placeId: number, low: number, high: number): number => (complaints.get(placeId) ?? []).filter((week) => week >= low && week < high).length
  let seen = 0
  let span = 0
  for (const { placeId, promisedOn } of promises) {
    const low = Math.max(first, Math.floor((promisedOn - WATCH_BEFORE - from) / 7))
    const high = Math.min(end, Math.floor((promisedOn + WATCH_AFTER - from) / 7))
    if (high <= low || places.get(placeId)?.depth !== depth) continue
    seen += within(placeId, low, high)
    span += high - low
  }
  const ratios = new Map<number, number>()
  for (const [topicId, byPlace] of leads) {
    let hits = 0
    let exposed = 0
    for (const [placeId, onsets] of byPlace) {
      for (const onset of onsets) {
        const high = Math.min(end, onset + 1 + LEAD_WEEKS)
        hits += within(placeId, onset + 1, high)
        exposed += Math.max(0, high - onset - 1)
      }
    }
    ratios.set(topicId, shrunkRatio(hits, exposed * rate, LEADING))
  }
  return { due: shrunkRatio(seen, span * rate, DUE), leading: ratios }
}
