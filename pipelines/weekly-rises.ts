/**
 * Rises of topics at places, week by week: what the search for topics that go before others begins with.
 */
import type { Day } from '../core/days.ts'
import type { History } from '../features/history.ts'
import { findOnsets } from '../models/lead/onsets.ts'
import type { Rises } from '../models/lead/lagged-pairs.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'

export interface WeeklyRises extends Rises {
  /** Ids of the places and topics that `place` and `topic` index. */
  placeIds: number[]
  topicIds: number[]
  /** First day of week 0. */
  from: Day
}

/**
 * Rises at the places of one depth, of the topics without topics below them. Weeks end with the history.
 *
 * @param first  first day with tickets; whole weeks after it count
 */
export function weeklyRises(
  history: History, places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, depth: number, first: Day,
): WeeklyRises {
  const weeks = Math.max(0, Math.floor((history.until - Math.max(first, history.from)) / 7))
  const from = history.until - weeks * 7
  const inner = new Set([...topics.values()].map((topic) => topic.parentId))
  const placeIds: number[] = []
  const topicIds: number[] = []
  const topicAt = new Map<number, number>()
  const place: number[] = []
  const topic: number[] = []
  const week: number[] = []
  const volumes: Float64Array[] = []
  for (let s = 0; s < history.series; s++) {
    const topicId = history.topic[s]!
    if (places.get(history.place[s]!)?.depth !== depth || topicId === 1 || inner.has(topicId)) continue
    const { at, callers } = byWeek(history, s, from)
    let t = topicAt.get(topicId)
    if (t === undefined) {
      t = topicIds.length
      topicAt.set(topicId, t)
      topicIds.push(topicId)
      volumes.push(new Float64Array(weeks))
    }
    for (const [i, w] of at.entries()) volumes[t]![w]! += callers[i]!
    const onsets = findOnsets(at, callers, weeks)
    if (onsets.length === 0) continue
    if (placeIds.at(-1) !== history.place[s]) placeIds.push(history.place[s]!)
    for (const onset of onsets) {
      place.push(placeIds.length - 1)
      topic.push(t)
      week.push(onset)
    }
  }
  const volume = new Float64Array(volumes.length * weeks)
  for (const [t, row] of volumes.entries()) volume.set(row, t * weeks)
  return {
    place: Int32Array.from(place), topic: Int32Array.from(topic), week: Int32Array.from(week), weeks, topics: topicIds.length, volume,
    placeIds, topicIds, from,
  }
}

/** Weeks with callers, ascending, and how many. */
export function byWeek(history: History, s: number, from: Day): { at: number[], callers: number[] } {
  const at: number[] = []
  const callers: number[] = []
  for (let i = history.starts[s]!; i < history.starts[s + 1]!; i++) {
    const week = Math.floor((history.day[i]! - from) / 7)
    if (week < 0) continue
    if (at.at(-1) === week) callers[callers.length - 1]! += history.callers[i]!
    else {
      at.push(week)
      callers.push(history.callers[i]!)
    }
  }
  return { at, callers }
}
