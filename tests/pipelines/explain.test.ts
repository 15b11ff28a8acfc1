import { expect, test } from 'vitest'
import { explainAway } from '../../pipelines/explain.ts'
import type { Candidate, Tickets } from '../../pipelines/explain.ts'

/** A city (1) with district 2 of neighbourhoods 3 and 4, and district 5 of neighbourhoods 6 to 15; topics 1 › 2, 3. */
const PLACES: Record<number, number[]> = { 1: [1], 2: [1, 2], 3: [1, 2, 3], 4: [1, 2, 4], 5: [1, 5] }
for (let id = 6; id <= 15; id++) PLACES[id] = [1, 5, id]
const TOPICS: Record<number, number[]> = { 1: [1], 2: [1, 2], 3: [1, 3], 4: [1, 3, 4], 5: [1, 3, 5] }
/** 4 and 5 are of the family 3; the others stand for themselves. */
const FAMILIES: Record<number, number> = { 3: 3, 4: 3, 5: 3 }
const DAYS = 56

test('a burst in one neighbourhood is a signal there and not in the city above it', () => {
  const tickets = [...spread(3, 75, 100), ...spread(4, 1, 100), ...spread(6, 3, 100)]
  const signals = explain([candidate(1, 2, 4), candidate(2, 2, 0.5), candidate(3, 2, 0.1)], tickets)
  expect(signals.map((signal) => signal.places[0])).toEqual([3])
  expect(signals[0]!.callers).toBe(75)
})

test('two topics of a family at one place are one signal of the family', () => {
  const rows = [...spread(3, 8, 98, 4), ...spread(3, 8, 99, 5), ...spread(3, 6, 100, 3)]
  const signals = explain([candidate(3, 3, 0.1), candidate(3, 4, 0.01), candidate(3, 5, 0.01)], rows)
  expect(signals.map((signal) => [signal.topic, signal.callers])).toEqual([[3, 22]])
})

test('a storm over the city is one signal, and places that only share in it are explained', () => {
  const tickets = Object.keys(PLACES).map(Number).filter((id) => PLACES[id]!.length === 3).flatMap((id) => spread(id, 20, 100))
  const signals = explain([candidate(1, 2, 4), ...[3, 4, 6, 7].map((id) => candidate(id, 2, 0.33))], tickets)
  expect(signals.map((signal) => signal.places[0])).toEqual([1])
})

test('a place far beyond its share of the storm is a signal of its own', () => {
  const tickets = [...[3, 4, 6, 7, 8, 9, 10].flatMap((id) => spread(id, 20, 100)), ...spread(11, 300, 100)]
  const signals = explain([candidate(1, 2, 4), candidate(11, 2, 0.33), candidate(3, 2, 0.33)], tickets)
  expect(signals.map((signal) => signal.places[0]).sort((a, b) => a! - b!)).toEqual([1, 11])
  expect(signals.find((signal) => signal.places[0] === 11)!.surroundingRatio).toBeGreaterThan(10)
})

test('ten tickets of one caller are one caller', () => {
  const tickets = Array.from({ length: 10 }, () => ({ day: 100, place: 3, topic: 2, caller: 7 }))
  expect(explain([candidate(3, 2, 0.01)], tickets)).toEqual([])
})

test('a burst that has passed is no longer fresh', () => {
  const tickets = spread(3, 30, 95)
  expect(explain([candidate(3, 2, 0.1)], tickets)).toEqual([])
})

test('the all-topics series of a place is explained by the topic that lifted it', () => {
  const signals = explain([candidate(3, 1, 0.4), candidate(3, 2, 0.1)], spread(3, 12, 100))
  expect(signals.map((signal) => signal.topic)).toEqual([2])
})

function candidate(place: number, topic: number, mean: number): Candidate {
  const every = (value: number): Float64Array => new Float64Array(DAYS).fill(value)
  return {
    places: [place], topic, watchBelow: -8, alertBelow: -12, tests: 100,
    course: { detector: 'test', expected: every(mean), dispersion: every(1 + mean / 5), cv: 0.2, daily: (from, until) => new Float64Array(until - from).fill(mean) },
    city: [{ topic: 2, observed: every(4), expected: every(4) }],
  }
}

let nextCaller = 1000

function spread(place: number, n: number, day: number, topic = 2): { day: number, place: number, topic: number, caller: number }[] {
  return Array.from({ length: n }, () => ({ day, place, topic, caller: nextCaller++ }))
}

function explain(candidates: Candidate[], rows: { day: number, place: number, topic: number, caller: number }[]): ReturnType<typeof explainAway> {
  const tickets: Tickets = {
    day: Int32Array.from(rows, (row) => row.day),
    known: Int32Array.from(rows, (row) => row.day),
    caller: Int32Array.from(rows, (row) => row.caller),
    cell: (place, topic) => rows.flatMap((row, i) => (PLACES[row.place]!.includes(place) && TOPICS[row.topic]!.includes(topic) ? [i] : [])),
  }
  return explainAway(candidates, tickets, {
    day: 100, minCallers: 3, placeRollup: (id) => PLACES[id]!, topicRollup: (id) => TOPICS[id]!, family: (topic) => FAMILIES[topic] ?? null,
  })
}
