/**
 * What reference rules would have said over the same nights, at as many alerts as Weisu opened, and the curves of all of them.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { NEVER } from '../../models/evaluate/alert-stream.ts'
import type { EpisodeFacts } from '../../models/evaluate/alert-stream.ts'
import { curvePoint } from '../../models/evaluate/amoc.ts'
import type { CurvePoint } from '../../models/evaluate/amoc.ts'
import { deadlineOf, nightOf } from '../../models/evaluate/episode-course.ts'
import { REFERENCES } from '../../models/evaluate/reference-statistics.ts'
import type { Reference } from '../../models/evaluate/reference-statistics.ts'
import type { EpisodeCells } from '../../models/evaluate/watch-nights.ts'
import type { FamilyCounts } from '../../sql/scorecard-counts.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { runShards } from '../parallel.ts'
import { outcomeOf } from './alert-rows.ts'
import type { Attributed } from './attributed.ts'
import { CLUSTER_TICKETS, IN_TIME_CALLER } from './episodes.ts'
import type { Episode } from './episodes.ts'
import type { ReferenceResult, ReferenceShard, ReferenceWork } from './reference-shard.ts'

export { REFERENCES }
export type { Reference }

/** One point of a curve under the names of the card. */
export interface CurveRow {
  threshold: number
  alerts: number
  alerts_per_stream_year: number | null
  false_alerts_per_stream_year: number | null
  forbidden: number
  share_found: number | null
  share_in_time: number | null
  mean_days_gained: number | null
  median_lead_days: number | null
}

export interface ReferenceRow {
  name: string
  /** Depth of the uppermost places that the rule watched. */
  min_depth: number
  /** At as many alerts as Weisu; fewer where the rule has no more. */
  at_equal_alerts: CurveRow | null
  /** The same at as many false alerts. */
  at_equal_false_alerts: CurveRow | null
  curve: CurveRow[]
  /** Night of its first alert of each episode of the card, at its highest threshold with as many alerts; null for never. */
  first_alerts: Record<string, string | null>
  cpu_seconds: number
}

export interface ReferenceCard {
  alerts: number
  own: CurveRow
  /** Weisu with higher thresholds of the recurrence interval, its lineages as they were. */
  own_curve: CurveRow[]
  rules: ReferenceRow[]
}

export interface ReferenceRequest {
  references: readonly Reference[]
  threads: number
  /** Nights without signal after which an alert has ended. */
  quietNights: number
  /** Range of the nights, half-open. */
  from: Day
  until: Day
  streamYears: number
  onReference?: (name: Reference) => void
}

/**
 * Rules by their names: `none`, `all`, or names separated by commas.
 *
 * @returns undefined for none
 * @throws {InvalidOptionError} a name that nobody knows
 */
export function chooseReferences(given: string): readonly Reference[] | undefined {
  if (given === 'none') return undefined
  if (given === 'all') return REFERENCES
  return given.split(',').map((word) => {
    const name = REFERENCES.find((one) => one === word.trim())
    if (name === undefined) throw new InvalidOptionError('--references', word, ['none', 'all', ...REFERENCES].join(', '))
    return name
  })
}

/** Days of counts that the rules need before the first night. */
export const HISTORY_DAYS = 731

/** @param readCounts  counts from HISTORY_DAYS before the first night on; they are taken over and changed */
export async function scoreReferences(
  readCounts: () => Promise<FamilyCounts>, request: ReferenceRequest, episodes: readonly Episode[], attributed: Attributed, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): Promise<ReferenceCard> {
  const { references, threads, from, until, quietNights, streamYears } = request
  const target = attributed.alerts.filter((alert) => !alert.earlier).length
  const own = ownCurve(attributed, episodes, factsOf(episodes, 0))
  const rules: ReferenceRow[] = []
  if (references.length > 0) {
    const work = prepare(await readCounts(), from, until, episodes, places, topics)
    const results = await runShards<ReferenceShard, ReferenceResult>(
      new URL('reference-shard.ts', import.meta.url), references.map((reference) => ({ reference })), Math.min(threads, references.length),
      { ...work, quietNights, targets: { alerts: target, falseAlerts: own.at(-1)!.falseAlerts } } satisfies ReferenceWork)
    for (const result of results) {
      rules.push({
        name: result.reference, min_depth: result.minDepth, at_equal_alerts: result.atTarget && rowOf(result.atTarget, streamYears),
        at_equal_false_alerts: result.atFalseTarget && rowOf(result.atFalseTarget, streamYears),
        curve: result.curve.map((point) => rowOf(point, streamYears)),
        first_alerts: Object.fromEntries(episodes.flatMap(({ id, wanted }, e) => (wanted ? [[id, result.firstNight[e] === NEVER ? null : formatDay(from - work.countFrom + result.firstNight[e]!)]] : []))),
        cpu_seconds: result.cpuSeconds,
      })
    }
  }
  return { alerts: target, own: rowOf(own.at(-1)!, streamYears), own_curve: own.map((point) => rowOf(point, streamYears)), rules }
}

function rowOf(point: CurvePoint, streamYears: number): CurveRow {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    threshold: point.threshold, alerts: point.alerts, alerts_per_stream_year: finite(point.alerts / streamYears),
    false_alerts_per_stream_year: finite(point.falseAlerts / streamYears), forbidden: point.forbidden, share_found: finite(point.found),
    share_in_time: finite(point.inTime), mean_days_gained: finite(point.meanDaysGained), median_lead_days: finite(point.medianLead),
  }
}

/** Nights as positions from `first`. */
function factsOf(episodes: readonly Episode[], first: Day): EpisodeFacts {
  const night = (value: number): number => (Number.isNaN(value) ? NEVER : value - first)
  return {
    wanted: Uint8Array.from(episodes, (episode) => Number(episode.wanted)),
    began: Int32Array.from(episodes, ({ course }) => night(nightOf(course.ticketNights, 1))),
    scored: Uint8Array.from(episodes, (episode) => Number(episode.wanted && episode.unjudged === '' && episode.course.ticketNights.length >= CLUSTER_TICKETS)),
    deadline: Int32Array.from(episodes, ({ course }) => night(deadlineOf(course, IN_TIME_CALLER))),
    twentieth: Int32Array.from(episodes, ({ course }) => night(nightOf(course.ticketNights, CLUSTER_TICKETS))),
  }
}

const OWN_POINTS = 24

/** An alert exists where its recurrence interval ever reached the threshold, and from the first night on which it did. */
export function ownCurve({ alerts, mentions }: Attributed, episodes: readonly Episode[], facts: EpisodeFacts): CurvePoint[] {
  const most = alerts.map((alert) => alert.nights.reduce((days, night) => Math.max(days, night.recurrenceDays), 0))
  const opened = alerts.flatMap((alert, a) => (alert.earlier ? [] : [a]))
  const sorted = opened.map((a) => most[a]!).sort((a, b) => b - a)
  const ranks = Array.from({ length: OWN_POINTS + 1 }, (_, k) => Math.max(0, Math.round(sorted.length ** (k / OWN_POINTS)) - 1))
  const thresholds = [...new Set([...ranks.map((rank) => sorted[rank] ?? Infinity), 0])].sort((a, b) => b - a)
  return thresholds.map((threshold) => {
    const those = opened.filter((a) => most[a]! >= threshold)
    const outcomes = those.map((a) => outcomeOf(alerts[a]!, episodes))
    return curvePoint(threshold, {
      alerts: those.length, falseAlerts: outcomes.filter((outcome) => outcome !== 'true').length, forbidden: outcomes.filter((outcome) => outcome === 'forbidden').length,
      firstNight: Int32Array.from(mentions, (list) => list.find((mention) => mention.recurrenceDays >= threshold)?.night ?? NEVER),
    }, facts)
  })
}

/** Nights before the first that say which alerts of a reference were open on it: Weisu's own are in no count either. */
const WARM_UP_NIGHTS = 60

/** Streams, arrivals and episodes as positions. */
function prepare(
  rows: FamilyCounts, from: Day, until: Day, episodes: readonly Episode[], places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): Omit<ReferenceWork, 'quietNights' | 'targets'> {
  const n = rows.length
  let first = from
  for (let i = 0; i < n; i++) if (rows.day[i]! < first) first = rows.day[i]!
  const index = new Map<number, number>()
  const placeOf: number[] = []
  const familyOf: number[] = []
  const shared = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length))
  const stream = shared(n)
  for (let i = 0; i < n; i++) {
    const key = keyOf(rows.place[i]!, rows.family[i]!)
    let s = index.get(key)
    if (s === undefined) {
      s = index.size
      index.set(key, s)
      placeOf.push(rows.place[i]!)
      familyOf.push(rows.family[i]!)
    }
    stream[i] = s
  }
  for (let i = 0; i < n; i++) {
    rows.day[i]! -= first
    rows.known[i]! -= first
  }
  const streams = index.size
  const above = Int32Array.from(placeOf, (place, s) => index.get(keyOf(places.get(place)!.parentId ?? -1, familyOf[s]!)) ?? -1)
  const depth = Uint8Array.from(placeOf, (place) => places.get(place)!.depth)
  const facts = factsOf(episodes, first)
  return {
    nights: {
      streams, days: until - first, from: Math.max(0, from - first - WARM_UP_NIGHTS), until: until - first,
      arrivals: { known: rows.known.subarray(0, n), day: rows.day.subarray(0, n), stream, callers: rows.callers.subarray(0, n) },
      cells: cellsOf(episodes, index, streams, first, places, topics), wanted: facts.wanted,
      root: Int32Array.from(placeOf, (place, s) => index.get(keyOf(places.get(place)!.rollup[0]!, familyOf[s]!)) ?? s),
      order: Int32Array.from(placeOf.keys()).sort((a, b) => depth[b]! - depth[a]! || a - b),
    },
    streams: { above, depth }, episodes: facts, countFrom: from - first,
  }
}

/** A ticket of an episode counts at its place and all above, without bulk entries, which no count has. */
function cellsOf(
  episodes: readonly Episode[], index: ReadonlyMap<number, number>, streams: number, first: Day,
  places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>,
): EpisodeCells {
  const cells: { s: number, e: number, day: number, known: number }[] = []
  episodes.forEach((episode, e) => {
    for (const ticket of episode.tickets) {
      const family = topics.get(ticket.topicId)!.familyId
      if (ticket.sweep || family === null) continue
      for (const place of places.get(ticket.placeId)!.rollup) {
        const s = index.get(keyOf(place, family))
        if (s !== undefined) cells.push({ s, e, day: ticket.day - first, known: ticket.known - first })
      }
    }
  })
  cells.sort((a, b) => a.s - b.s || a.known - b.known)
  const starts = new Int32Array(streams + 1)
  for (const { s } of cells) starts[s + 1]!++
  for (let s = 0; s < streams; s++) starts[s + 1]! += starts[s]!
  return {
    starts, episode: Int32Array.from(cells, (cell) => cell.e), day: Int32Array.from(cells, (cell) => cell.day), known: Int32Array.from(cells, (cell) => cell.known),
  }
}

function keyOf(place: number, family: number): number {
  return place * 65536 + family
}
