import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { poolAlongTrees } from '../../../models/detect/tree-pool.ts'
import type { TreeCounts, TreeExpectation } from '../../../models/detect/tree-pool.ts'

const PLACES = 400
const TOPICS = 12
const BLOCKS = 8

interface Town extends TreeCounts { at(place: number, topic: number): number }

/** A street of places and a family of topics, counts by block of the history; `elsewhere` of a topic are tickets that name no place. Empty cells are left out where asked. */
function town(cell: (place: number, topic: number) => number[], { elsewhere = () => 0, withEmpty = true }: { elsewhere?: (topic: number) => number, withEmpty?: boolean } = {}): Town {
  const blocks = Array.from({ length: PLACES }, (_, p) => Array.from({ length: TOPICS }, (_, t) => cell(p, t)))
  const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const index = new Map<string, number>()
  const rows: { place: number, topic: number, count: number, pairs: number }[] = []
  for (let place = -1; place < PLACES; place++) {
    for (let topic = -1; topic < TOPICS; topic++) {
      const cells = blocks.slice(...(place < 0 ? [0] : [place, place + 1])).flatMap((row) => row.slice(...(topic < 0 ? [0] : [topic, topic + 1])))
      const unplaced = place >= 0 ? 0 : topic < 0 ? total(Array.from({ length: TOPICS }, (_, t) => elsewhere(t))) : elsewhere(topic)
      const count = total(cells.map(total)) + unplaced
      if (place >= 0 && topic >= 0 && count === 0 && !withEmpty) continue
      index.set(`${place}/${topic}`, rows.length)
      rows.push({ place, topic, count, pairs: count * count - total(Array.from({ length: BLOCKS }, (_, b) => total(cells.map((each) => each[b]!)) ** 2)) })
    }
  }
  const find = (place: number, topic: number): number => index.get(`${place}/${topic}`) ?? -1
  return {
    counts: Float64Array.from(rows, ({ count }) => count),
    placeAbove: Int32Array.from(rows, ({ place, topic }) => (place < 0 ? -1 : find(-1, topic))),
    topicAbove: Int32Array.from(rows, ({ place, topic }) => (topic < 0 ? -1 : find(place, -1))),
    bothAbove: Int32Array.from(rows, ({ place, topic }) => (place < 0 || topic < 0 ? -1 : find(-1, -1))),
    part: Float64Array.from(rows, ({ place }) => (place < 0 ? 1 / TOPICS : 1 / PLACES)),
    level: Uint16Array.from(rows, ({ place, topic }) => (place < 0 ? 0 : 1) + (topic < 0 ? 0 : 1) * 2),
    spread: { topic: Int32Array.from(rows, ({ topic }) => topic), pairs: Float64Array.from(rows, ({ pairs }) => pairs), apart: new Float64Array(rows.length).fill(1 - 1 / BLOCKS) },
    at: find,
  }
}

/** With each topic as unlike its places as all of its level. */
function pooledAlike({ spread: _, ...tree }: Town): TreeExpectation {
  return poolAlongTrees(tree)
}

/** Half a ticket a cell in the history: topic 0 at one place in twenty, the others anywhere. */
const RATE = 0.5
const truth = (place: number, topic: number): number => (topic > 0 ? RATE : place % 20 === 0 ? RATE * 20 : 0)
function kept(seed: string): Town {
  const random = createRng(seed)
  return town((p, t) => Array.from({ length: BLOCKS }, () => random.poisson(truth(p, t) / BLOCKS)))
}

function loss({ expected }: TreeExpectation, tree: Town, topics: readonly number[]): number {
  let sum = 0
  for (const t of topics) for (let p = 0; p < PLACES; p++) sum += (Math.sqrt(expected[tree.at(p, t)]!) - Math.sqrt(truth(p, t))) ** 2
  return sum / (PLACES * topics.length)
}

test('a topic that keeps to its places is expected there, and hardly elsewhere, however few tickets a place has', () => {
  const tree = kept('kept')
  const [own, alike] = [poolAlongTrees(tree), pooledAlike(tree)]
  expect(loss(own, tree, [0])).toBeLessThan(0.6 * loss(alike, tree, [0]))
  const others = Array.from({ length: TOPICS - 1 }, (_, i) => i + 1)
  expect(loss(own, tree, others)).toBeLessThan(1.05 * loss(alike, tree, others))
  const [low, high] = [own.shape[tree.at(1, 0)]!, own.shape[tree.at(1, 5)]! - tree.counts[tree.at(1, 5)]!]
  expect(low).toBeLessThan(0.3) // no ticket there: the shape is the topic's strength
  expect(high).toBeGreaterThan(2)
})

test('a burst in one block is no habit', () => {
  const random = createRng('burst')
  const burst = (p: number, t: number): number[] =>
    Array.from({ length: BLOCKS }, (_, b) => random.poisson(RATE / BLOCKS) + (t === 0 && p % 20 === 0 && b === p % BLOCKS ? 8 : 0))
  const tree = town(burst)
  const habit = poolAlongTrees(tree).shape[tree.at(1, 0)]! - tree.counts[tree.at(1, 0)]!
  expect(habit).toBeGreaterThan(3)
})

test('a topic that rarely names a place is expected less at places than its share of the street', () => {
  const random = createRng('elsewhere')
  const tree = town((_, t) => Array.from({ length: BLOCKS }, () => random.poisson((t === 0 ? 0.25 : 1) * RATE / BLOCKS)), { elsewhere: (t) => (t === 0 ? 0.75 * RATE * PLACES : 0) })
  const sum = (values: Float64Array): number => Array.from({ length: PLACES }, (_, p) => values[tree.at(p, 0)]!).reduce((a, b) => a + b, 0)
  expect(sum(poolAlongTrees(tree).expected) / sum(tree.counts)).toBeLessThan(1.5)
  expect(sum(poolAlongTrees(tree).expected) / sum(tree.counts)).toBeGreaterThan(0.9)
  expect(sum(pooledAlike(tree).expected) / sum(tree.counts)).toBeGreaterThan(2.5)
})

test('series without a ticket need not be there', () => {
  const draw = (): ((p: number, t: number) => number[]) => {
    const random = createRng('absent')
    return (p, t) => Array.from({ length: BLOCKS }, () => random.poisson(truth(p, t) / BLOCKS))
  }
  const [all, seen] = [town(draw()), town(draw(), { withEmpty: false })]
  expect(seen.counts.length).toBeLessThan(0.6 * all.counts.length)
  const [whole, part] = [poolAlongTrees(all), poolAlongTrees(seen)]
  let cells = 0
  for (let p = 0; p < PLACES; p += 7) {
    for (let t = 0; t < TOPICS; t++) {
      const [a, b] = [all.at(p, t), seen.at(p, t)]
      if (b < 0) continue
      cells++
      expect(part.expected[b]! / whole.expected[a]!).toBeGreaterThan(0.85)
      expect(part.expected[b]! / whole.expected[a]!).toBeLessThan(1.15)
    }
  }
  expect(cells).toBeGreaterThan(100)
})
