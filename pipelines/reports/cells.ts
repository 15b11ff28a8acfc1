/**
 * Counts of areas and topics as a report shows them: looked up by area and topic, hidden where they must be, the same number hidden in every table.
 */
import type { Frames } from '../../features/frames.ts'
import type { CellRow } from '../../sql/reports.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { suppress } from '../report/suppress.ts'
import { FEWEST_CALLERS } from './document.ts'
import type { Compared, Count, Pivot } from './document.ts'
import { hideAmong, showOrHide } from './hide.ts'
import type { Hidden, Plain } from './hide.ts'

export const EVERYWHERE = 0
export const UNLOCATED = -1
export const ALL_TOPICS = 1

type Window = 'now' | 'before' | 'year'
const WINDOWS = ['now', 'before', 'year'] as const

/** Which windows the store holds days of. */
export interface Held { before: boolean, year: boolean }

export interface Cells {
  row(area: number, topic: number): CellRow | undefined
  /** Of all topics at a place. */
  place(id: number): Compared
  /** Of a topic everywhere. */
  topic(id: number): Compared
  /** Families by districts of the period, totals last, put together by danfojs. */
  pivot(frames: Frames): Pivot
}

const NOTHING: Plain = { callers: 0, tickets: 0 }

export function arrangeCells(rows: readonly CellRow[], places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>, held: Held): Cells {
  const byKey = new Map(rows.map((row) => [`${row.area}/${row.topic}`, row]))
  const row = (area: number, topic: number): CellRow | undefined => byKey.get(`${area}/${topic}`)
  const plain = (area: number, topic: number, window: Window): Plain => {
    const cell = row(area, topic)
    if (!cell) return NOTHING
    if (window === 'now') return { callers: cell.callers, tickets: cell.tickets }
    return window === 'before' ? { callers: cell.callersBefore, tickets: cell.ticketsBefore } : { callers: cell.callersYear, tickets: cell.ticketsYear }
  }
  const districts = [...places.values()].filter((place) => place.depth === 1).map((place) => place.id)
  // What tickets count for at their places: families, and topics that have none above them.
  const families = [...new Set(rows.filter((cell) => cell.area !== EVERYWHERE && cell.topic !== ALL_TOPICS).map((cell) => cell.topic))].sort((a, b) => a - b)
  const columns = [...districts, UNLOCATED, EVERYWHERE]
  const lines = [...families, ALL_TOPICS]

  const hiddenPlaces = new Map<Window, Map<number, Hidden>>()
  const hiddenTopics = new Map<Window, Map<number, Hidden>>()
  const pivotHidden = new Map<Window, ReturnType<typeof suppress>>()
  for (const window of WINDOWS) {
    const ofPlaces = new Map<number, Hidden>()
    const ofTopics = new Map<number, Hidden>()
    const callers = lines.map((topic) => columns.map((area) => plain(area, topic, window).callers))
    let grid = suppress(callers, FEWEST_CALLERS)
    // Districts and families stand in the pivot as totals and in lists of their own: what is hidden in one is hidden in all.
    for (let before = -1; before !== ofPlaces.size + ofTopics.size;) {
      before = ofPlaces.size + ofTopics.size
      columns.forEach((area, j) => { if (grid[lines.length - 1]![j]) ofPlaces.set(area, grid[lines.length - 1]![j]!) })
      lines.forEach((topic, i) => { if (grid[i]![columns.length - 1]) ofTopics.set(topic, grid[i]![columns.length - 1]!) })
      hideTree(places, 1, ofPlaces, (id) => plain(id, ALL_TOPICS, window))
      hideTree(topics, 1, ofTopics, (id) => plain(EVERYWHERE, id, window))
      grid = suppress(callers, FEWEST_CALLERS, (i, j) => (i === lines.length - 1 && ofPlaces.has(columns[j]!)) || (j === columns.length - 1 && ofTopics.has(lines[i]!)))
    }
    pivotHidden.set(window, grid)
    hiddenPlaces.set(window, ofPlaces)
    hiddenTopics.set(window, ofTopics)
  }
  const compared = (area: number, topic: number, hidden: Map<Window, Map<number, Hidden>>, key: number): Compared => {
    const of = (window: Window): Compared['now'] => showOrHide(plain(area, topic, window), hidden.get(window)!.get(key))
    return { now: of('now'), before: held.before ? of('before') : null, year: held.year ? of('year') : null }
  }
  return {
    row,
    place: (id) => compared(id, ALL_TOPICS, hiddenPlaces, id),
    topic: (id) => compared(EVERYWHERE, id, hiddenTopics, id),
    pivot: (frames) => {
      const grid = pivotHidden.get('now')!
      const busiest = (topic: number): number => plain(EVERYWHERE, topic, 'now').callers
      const order = lines.map((_, i) => i).sort((a, b) => rank(a, lines.length) - rank(b, lines.length) || busiest(lines[b]!) - busiest(lines[a]!) || lines[a]! - lines[b]!)
        .filter((i) => busiest(lines[i]!) > 0 || i === lines.length - 1)
      const frame = frames.fromRecords(order.flatMap((i) => columns.map((area) => ({ topic: lines[i]!, area, ...plain(area, lines[i]!, 'now') }))))
      const sums = (value: 'callers' | 'tickets'): Count[][] => {
        const tab = frames.crossTab(frame, 'topic', 'area', value)
        return order.map((i, row) => columns.map((area, j) => grid[i]![j] ?? tab.cells[row]![tab.columns.indexOf(String(area))]!))
      }
      return {
        topics: order.map((i) => ({ id: lines[i]!, path: topicPath(topics, lines[i]!) })),
        districts: columns.map((id) => ({ id, path: placePath(places, id) })),
        callers: sums('callers'), tickets: sums('tickets'),
      }
    },
  }
}

/** The total stays last. */
function rank(i: number, length: number): number {
  return i === length - 1 ? 1 : 0
}

/** Hides among the children of each node, from `depth` down; children of a hidden parent need no care. */
function hideTree(nodes: ReadonlyMap<number, { id: number, parentId: number | null, depth: number }>, depth: number, hidden: Map<number, Hidden>, of: (id: number) => Plain): void {
  const families = new Map<number, Map<number, Plain>>()
  for (const node of nodes.values()) {
    if (node.depth < depth || node.parentId === null) continue
    const counts = of(node.id)
    if (counts.callers === 0) continue
    const siblings = families.get(node.parentId)
    if (siblings) siblings.set(node.id, counts)
    else families.set(node.parentId, new Map([[node.id, counts]]))
  }
  const parents = [...families].sort(([a], [b]) => nodes.get(a)!.depth - nodes.get(b)!.depth || a - b)
  for (const [parent, children] of parents) hideAmong(hidden.has(parent) ? undefined : of(parent), children, hidden)
}

export function placePath(places: ReadonlyMap<number, PlaceRow>, id: number): string[] {
  return places.get(id)?.rollup.map((node) => places.get(node)?.name ?? '') ?? []
}

/** Names without the root that all topics share. */
export function topicPath(topics: ReadonlyMap<number, TopicRow>, id: number): string[] {
  return topics.get(id)?.rollup.slice(1).map((node) => topics.get(node)?.name ?? '') ?? []
}
