import { expect, test } from 'vitest'
import { createRng } from '../../../core/rng.ts'
import { poolAlongTrees } from '../../../models/detect/tree-pool.ts'
import type { TreeCounts } from '../../../models/detect/tree-pool.ts'
import { InvalidOptionError } from '../../../core/errors.ts'

/** A city of `places` places and `topics` topics: all series, those with neither first. Cell counts are given, margins added up. */
function city(places: number, topics: number, cell: (place: number, topic: number) => number): TreeCounts & { at(place: number, topic: number): number } {
  const n = (places + 1) * (topics + 1)
  const at = (place: number, topic: number): number => (place + 1) * (topics + 1) + topic + 1
  const counts = new Float64Array(n)
  for (let p = 0; p < places; p++) {
    for (let t = 0; t < topics; t++) for (const i of [at(p, t), at(p, -1), at(-1, t), at(-1, -1)]) counts[i] += i === at(p, t) ? cell(p, t) : counts[at(p, t)]
  }
  const tree = { counts, placeAbove: new Int32Array(n), topicAbove: new Int32Array(n), bothAbove: new Int32Array(n), part: new Float64Array(n), level: new Uint16Array(n), at }
  for (let p = -1; p < places; p++) {
    for (let t = -1; t < topics; t++) {
      const i = at(p, t)
      tree.placeAbove[i] = p < 0 ? -1 : at(-1, t)
      tree.topicAbove[i] = t < 0 ? -1 : at(p, -1)
      tree.bothAbove[i] = p < 0 || t < 0 ? -1 : at(-1, -1)
      tree.part[i] = p < 0 ? 1 / topics : 1 / places
      tree.level[i] = (p < 0 ? 0 : 1) + (t < 0 ? 0 : 1) * 2
    }
  }
  return tree
}

test('a cell without a past is expected to have its margins\' share', () => {
  const tree = city(10, 5, (p, t) => (p === 3 && t === 2 ? 0 : 20))
  const { expected, prior } = poolAlongTrees(tree)
  const i = tree.at(3, 2)
  expect(prior[i]).toBeCloseTo((80 * 180) / 980, 0)
  expect(expected[i]).toBeGreaterThan(0)
  expect(expected[i]).toBeLessThan(prior[i]!)
})

test('a place unlike its street keeps its own rate when it has tickets to show for it', () => {
  const { expected } = poolAlongTrees(city(10, 5, (p, t) => (p === 0 && t === 0 ? 400 : 20)))
  const tree = city(10, 5, (p, t) => (p === 0 && t === 0 ? 400 : 20))
  expect(Math.abs(expected[tree.at(0, 0)]! - 400)).toBeLessThan(10)
})

test('pooled rates are nearer to the truth than the raw counts and than the margins alone', () => {
  const random = createRng('tree pool')
  const places = 300
  const topics = 20
  const rate = Array.from({ length: places * topics }, () => random.gamma(2, 0.5))
  const size = Array.from({ length: places }, () => random.gamma(1, 2))
  const share = Array.from({ length: topics }, () => random.gamma(1, 1))
  const truth = (p: number, t: number): number => size[p]! * share[t]! * rate[p * topics + t]!
  const tree = city(places, topics, (p, t) => random.poisson(truth(p, t)))
  const { expected, prior } = poolAlongTrees(tree)
  const loss = (estimate: (i: number) => number): number => {
    let sum = 0
    for (let p = 0; p < places; p++) {
      for (let t = 0; t < topics; t++) sum += (Math.sqrt(estimate(tree.at(p, t))) - Math.sqrt(truth(p, t))) ** 2
    }
    return sum / (places * topics)
  }
  const pooled = loss((i) => expected[i]!)
  expect(pooled).toBeLessThan(0.75 * loss((i) => tree.counts[i]!))
  expect(pooled).toBeLessThan(0.9 * loss((i) => prior[i]!))
})

test('shape counts the tickets behind an expectation', () => {
  const tree = city(4, 2, () => 5)
  const { shape } = poolAlongTrees(tree, { strength: 3 })
  expect(shape[tree.at(1, 1)]).toBe(8)
})

test('a series with a count that is no number does not spoil the others', () => {
  const tree = city(4, 2, () => 5)
  tree.counts[tree.at(1, 1)] = NaN
  const { expected } = poolAlongTrees(tree)
  expect(expected[tree.at(1, 1)]).toBeNaN()
  expect(expected[tree.at(2, 1)]).toBeGreaterThan(0)
})

test('a misspelt option is refused', () => {
  expect(() => poolAlongTrees(city(2, 2, () => 1), { strenght: 1 } as object)).toThrow(InvalidOptionError)
})
