/**
 * Goes through the nights with the counts as each knew them, and keeps the scores of one reference rule that may be worth an alert.
 */
import type { Scores } from './alert-stream.ts'
import { isAbout } from './attribution.ts'
import { createStatistic, FLOOR, RECENT_DAYS, sumOfLast, YEAR_DAYS } from './reference-statistics.ts'
import type { Reference, Watch } from './reference-statistics.ts'

/** n changes of counts, by the night that brought them. Days and nights are positions in the row of days. */
export interface Arrivals {
  known: Int32Array
  day: Int32Array
  stream: Int32Array
  callers: Int32Array
}

/** Tickets of episodes by stream: stream s has entries starts[s] until starts[s + 1]. */
export interface EpisodeCells {
  starts: Int32Array
  episode: Int32Array
  day: Int32Array
  known: Int32Array
}

export interface WatchedNights {
  streams: number
  days: number
  /** Nights [from, until) of the days. */
  from: number
  until: number
  arrivals: Arrivals
  cells: EpisodeCells
  /** Per episode: whether somebody should be told. */
  wanted: Uint8Array
  /** Per stream: that of the same family at the root. */
  root: Int32Array
  /** Streams, the deepest places first. */
  order: Int32Array
}

/** Fewest callers of four weeks, as of any alert. */
const LEAST_CALLERS = 3
/** An alert of a reference is about what came in the last week or in the last four, whichever suits it. */
const LOOKS = [7, RECENT_DAYS] as const

/** O(arrivals + nights * (streams + streams with callers * days looked at)). */
export function watchNights(input: WatchedNights, reference: Reference): Scores {
  const { streams, days, from, until, arrivals, root, order } = input
  const watch: Watch = {
    streams, days, today: 0, root, counts: new Uint16Array(streams * days), recent: new Int32Array(streams), year: new Int32Array(streams),
  }
  const { counts, recent, year } = watch
  const statistic = createStatistic(reference)
  const floor = FLOOR[reference]
  const out = new GrowingScores()
  const seen = new Map<number, number>()
  let next = 0
  for (let night = 0; night < until; night++) {
    watch.today = night
    if (night >= RECENT_DAYS) for (let s = 0, at = night - RECENT_DAYS; s < streams; s++, at += days) recent[s] -= counts[at]
    if (night >= YEAR_DAYS) for (let s = 0, at = night - YEAR_DAYS; s < streams; s++, at += days) year[s] -= counts[at]
    for (; next < arrivals.known.length && arrivals.known[next] <= night; next++) {
      const s = arrivals.stream[next]
      const day = arrivals.day[next]
      if (day > night) continue
      counts[s * days + day] += arrivals.callers[next]
      if (day > night - RECENT_DAYS) recent[s] += arrivals.callers[next]
      if (day > night - YEAR_DAYS) year[s] += arrivals.callers[next]
    }
    if (night < from) continue
    for (let i = 0; i < streams; i++) {
      const s = order[i]
      if (recent[s] < LEAST_CALLERS) continue
      const score = statistic(watch, s)
      if (score >= floor) out.add(night, s, score, episodeOf(input, watch, s, seen))
    }
  }
  return out.scores()
}

/** The episode that has most of what the stream had lately, of those that it is about by the rule for all alerts. */
function episodeOf({ cells, wanted }: WatchedNights, watch: Watch, s: number, seen: Map<number, number>): number {
  const { starts, episode, day, known } = cells
  let best = -1
  let most = 0
  if (starts[s] === starts[s + 1]) return best
  const before = Math.min(YEAR_DAYS, watch.today + 1) - RECENT_DAYS
  const usual = before >= RECENT_DAYS ? (watch.year[s] - watch.recent[s]) / before : 0
  for (const look of LOOKS) {
    seen.clear()
    for (let i = starts[s]; i < starts[s + 1]; i++) {
      if (known[i] <= watch.today && day[i] > watch.today - look) seen.set(episode[i], (seen.get(episode[i]) ?? 0) + 1)
    }
    if (seen.size === 0) continue
    const tickets = sumOfLast(watch, s, look)
    for (const [e, shared] of seen) {
      if (shared <= most || !isAbout({ shared, tickets, excess: tickets - usual * look }, wanted[e] === 1)) continue
      best = e
      most = shared
    }
  }
  return best
}

class GrowingScores {
  #length = 0
  #night = new Int32Array(65536)
  #stream = new Int32Array(65536)
  #statistic = new Float32Array(65536)
  #episode = new Int32Array(65536)

  add(night: number, stream: number, statistic: number, episode: number): void {
    const i = this.#length++
    if (i === this.#night.length) {
      this.#night = grown(this.#night, new Int32Array(2 * i))
      this.#stream = grown(this.#stream, new Int32Array(2 * i))
      this.#statistic = grown(this.#statistic, new Float32Array(2 * i))
      this.#episode = grown(this.#episode, new Int32Array(2 * i))
    }
    this.#night[i] = night
    this.#stream[i] = stream
    this.#statistic[i] = statistic
    this.#episode[i] = episode
  }

  scores(): Scores {
    const n = this.#length
    return { night: this.#night.subarray(0, n), stream: this.#stream.subarray(0, n), statistic: this.#statistic.subarray(0, n), episode: this.#episode.subarray(0, n) }
  }
}

function grown<A extends Int32Array | Float32Array>(old: A, larger: A): A {
  larger.set(old)
  return larger
}
