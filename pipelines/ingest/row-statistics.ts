/**
 * Counts for the quality report, taken while the rows go by: tickets a day, bulk entry by hour, channel and topic, points
 * that hold too many. Memory is bounded whatever the file holds.
 */
import { formatDay } from '../../core/days.ts'
import { mix } from './stage-writer.ts'

/** `share` is that of all the topic's tickets in the batch. */
export interface BulkGroup { hour: string, channel: string | null, topic: number, tickets: number, share: number, staff: boolean }
export interface PileCandidate { lng: number, lat: number }

/** Groups kept while counting; small ones are dropped when there are more. */
const MAX_GROUPS = 300_000
/** Points by hash: two of them in one slot look like one, until the exact count. */
const POINT_SLOTS = 1 << 16
const MAX_CANDIDATES = 2000
const LEAST_BULK = 20
/** Two groups in one slot make each look larger by the other, by a few tickets at this number of slots. */
const SKETCH_SLOTS = 1 << 19

export class RowStatistics {
  kept = 0
  points = 0
  backwards = 0
  assumed = 0
  /** Tickets by local day number. */
  readonly days = new Map<number, number>()
  /** Rows by hash of their group; groups get a place of their own once they are large. */
  readonly #sketch = new Int32Array(SKETCH_SLOTS)
  readonly #groups = new Map<number, { channel: string | null, tickets: number }>()
  readonly #channels = new Map<string | null, number>()
  readonly #pointSketch = new Int32Array(POINT_SLOTS)
  readonly #candidates = new Map<string, number>()
  #floor = LEAST_BULK * 2
  #lastDay = NaN
  #lastCount = 0

  addDay(day: number): void {
    this.kept++
    if (day !== this.#lastDay) {
      this.#flushDay()
      this.#lastDay = day
    }
    this.#lastCount++
  }

  /**
   * Midnight to the second is a date without a time of day: nothing can be said about its hour.
   *
   * @param wall  seconds since 1970 on the source's clock
   */
  addHour(wall: number, channel: string | null, topic: number): void {
    if (wall % 86400 === 0) return
    const hour = Math.floor(wall / 3600)
    let number = this.#channels.get(channel)
    if (number === undefined) {
      number = Math.min(this.#channels.size, 255)
      this.#channels.set(channel, number)
    }
    const key = (hour * 256 + number) * 65536 + Math.min(topic, 65535)
    const slot = mix(Math.imul(hour, 0x9e3779b1) ^ (number << 20) ^ topic) & (SKETCH_SLOTS - 1)
    const tickets = ++this.#sketch[slot]!
    if (tickets < LEAST_BULK) return
    const group = this.#groups.get(key)
    if (group) group.tickets++
    else {
      if (this.#groups.size >= MAX_GROUPS) this.#shed()
      this.#groups.set(key, { channel, tickets: LEAST_BULK })
    }
  }

  /** @param x, y ten-millionths of a degree */
  addPoint(x: number, y: number): void {
    const points = ++this.points
    const slot = mix(Math.imul(x, 0x9e3779b1) ^ y) & (POINT_SLOTS - 1)
    const count = ++this.#pointSketch[slot]!
    // A point that ends with a twentieth of all has had this share when it was last seen.
    if (count < LEAST_BULK || count < 0.04 * points) return
    if (this.#candidates.size < MAX_CANDIDATES) this.#candidates.set(`${x},${y}`, slot)
  }

  /** Points that may hold more than a twentieth of all; whether they do is for an exact count to say. */
  pileCandidates(): PileCandidate[] {
    const found: PileCandidate[] = []
    for (const [key, slot] of this.#candidates) {
      if (this.#pointSketch[slot]! < 0.05 * this.points) continue
      const [x, y] = key.split(',').map(Number)
      found.push({ lng: x! / 1e7, lat: y! / 1e7 })
    }
    return found
  }

  /**
   * The groups most unusual for their topic: the staff's channels first, then the others, up to `limit` of each. Unusual
   * is tickets times their share of the topic: a hundred in one hour say more of a rare topic than of the commonest.
   *
   * @param topicRows  tickets of the batch by topic
   */
  bulk(staffChannels: readonly string[], topicRows: readonly number[], limit: number): BulkGroup[] {
    const groups: (BulkGroup & { key: number })[] = []
    for (const [key, { channel, tickets }] of this.#groups) {
      const topic = key % 65536
      const hour = Math.floor(key / 65536 / 256)
      const text = `${formatDay(Math.floor(hour / 24))} ${String(((hour % 24) + 24) % 24).padStart(2, '0')}:00`
      const share = Math.min(1, tickets / Math.max(1, topicRows[topic] ?? 0))
      groups.push({ key, hour: text, channel, topic, tickets, share, staff: channel !== null && staffChannels.includes(channel) })
    }
    groups.sort((a, b) => b.tickets * b.share - a.tickets * a.share || b.tickets - a.tickets || a.key - b.key)
    const of = (staff: boolean): BulkGroup[] => groups.filter((group) => group.staff === staff).slice(0, limit).map(({ key: _, ...group }) => group)
    return [...of(true), ...of(false)]
  }

  /** First and last day with a ticket, and the days between without one. */
  gaps(limit: number): { first: string | null, last: string | null, empty: number, emptyFirst: string[] } {
    this.#flushDay()
    const days = [...this.days.keys()].sort((a, b) => a - b)
    if (days.length === 0) return { first: null, last: null, empty: 0, emptyFirst: [] }
    const first = days[0]!
    const last = days.at(-1)!
    const emptyFirst: string[] = []
    for (let day = first; day < last && emptyFirst.length < limit; day++) if (!this.days.has(day)) emptyFirst.push(formatDay(day))
    return { first: formatDay(first), last: formatDay(last), empty: last - first + 1 - days.length, emptyFirst }
  }

  #flushDay(): void {
    if (this.#lastCount > 0) this.days.set(this.#lastDay, (this.days.get(this.#lastDay) ?? 0) + this.#lastCount)
    this.#lastCount = 0
  }

  #shed(): void {
    for (const [key, { tickets }] of this.#groups) if (tickets < this.#floor) this.#groups.delete(key)
    if (this.#groups.size > MAX_GROUPS / 2) this.#floor *= 2
  }
}
