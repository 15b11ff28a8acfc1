import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { createRng } from '../../../core/rng.ts'
import { findLeads } from '../../../models/lead/lagged-pairs.ts'
import type { Rises } from '../../../models/lead/lagged-pairs.ts'
import { findOnsets } from '../../../models/lead/onsets.ts'
import { poissonBinomialTail } from '../../../models/lead/poisson-binomial.ts'

const WEEKS = 104
const TOPICS = 20
const PLACES = 400

/** A third of the topics has a season, one after the other. */
function season(topic: number, week: number): number {
  return topic % 3 === 0 ? 0.2 + 0.8 * Math.exp(-(((week % 52) - 2 * topic) ** 2) / 60) : 1
}

/** Busy and quiet places, and topics with a season; every rise on its own. */
function drawRises(seed: string, plant: (rise: (place: number, topic: number, week: number) => void) => void = () => {}): Rises {
  const rng = createRng(seed)
  const cells = new Map<string, [number, number, number]>()
  const volume = new Float64Array(TOPICS * WEEKS)
  const rise = (place: number, topic: number, week: number): void => {
    if (week < 8 || week >= WEEKS) return
    cells.set(`${place}/${topic}/${week}`, [place, topic, week])
    volume[topic * WEEKS + week]! += 3
  }
  for (let place = 0; place < PLACES; place++) {
    const busy = rng.gamma(1, 1)
    for (let topic = 0; topic < TOPICS; topic++) {
      const own = rng.gamma(0.5, 2) // some places have much of a topic
      for (let n = rng.poisson(0.15 * busy * own); n > 0; n--) {
        let week = rng.below(WEEKS)
        while (rng.next() > season(topic, week)) week = rng.below(WEEKS)
        rise(place, topic, week)
      }
    }
  }
  plant(rise)
  for (let i = 0; i < volume.length; i++) volume[i]! += rng.poisson(60 * season(Math.floor(i / WEEKS), i % WEEKS))
  const rows = [...cells.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
  const column = (k: 0 | 1 | 2): Int32Array => Int32Array.from(rows, (row) => row[k])
  return { place: column(0), topic: column(1), week: column(2), weeks: WEEKS, topics: TOPICS, volume }
}

test('a planted pair is found with its lag and its places, and its reverse is not', () => {
  const rng = createRng('where')
  const rises = drawRises('planted', (rise) => {
    for (let i = 0; i < 20; i++) {
      const place = rng.below(PLACES)
      const week = 12 + rng.below(80)
      rise(place, 4, week)
      rise(place, 7, week + 3 + rng.below(2))
    }
  })
  const { leads, tested } = findLeads(rises)
  expect(tested).toBeGreaterThan(100)
  const found = leads.find(({ before, after }) => before === 4 && after === 7)!
  expect(found.places).toBeGreaterThanOrEqual(17)
  expect(found.lags[1]).toBeGreaterThanOrEqual(3)
  expect(found.lags[1]).toBeLessThanOrEqual(4)
  expect(found.hits).toBeGreaterThan(2 * found.expected)
  for (const { before, after } of found.pairs) {
    expect([rises.topic[before], rises.topic[after], rises.place[before]! - rises.place[after]!]).toEqual([4, 7, 0])
  }
  expect(leads.some(({ before, after }) => before === 7 && after === 4)).toBe(false)
  expect(leads.length).toBeLessThanOrEqual(2)
})

test('where topics rise each on their own hardly anything is found', () => {
  let found = 0
  const cities = 40
  for (let seed = 0; seed < cities; seed++) if (findLeads(drawRises(`alone ${seed}`)).leads.length > 0) found++
  // All of it would be false, so a share of 0.1 allows one city in ten, and the direction asked for halves that.
  expect(found / cities).toBeLessThanOrEqual(0.1)
})

test('two topics that rise together in either order lead nobody', () => {
  const rng = createRng('together')
  const { leads } = findLeads(drawRises('both ways', (rise) => {
    for (let i = 0; i < 24; i++) {
      const place = rng.below(PLACES)
      const week = 12 + rng.below(80)
      rise(place, 4, week + (i % 2) * 3)
      rise(place, 7, week + ((i + 1) % 2) * 3)
    }
  }))
  expect(leads.filter(({ before, after }) => [before, after].every((topic) => topic === 4 || topic === 7))).toEqual([])
})

test('a pair that was named in advance needs less evidence', () => {
  const plant = (rise: (place: number, topic: number, week: number) => void): void => {
    for (let i = 0; i < 4; i++) {
      rise(390 + i, 4, 20 + 20 * i)
      rise(390 + i, 7, 25 + 20 * i)
    }
  }
  const rises = drawRises('named', plant)
  const of = (leads: { before: number, after: number, named: boolean }[]): boolean[] => leads.filter(({ before, after }) => before === 4 && after === 7).map(({ named }) => named)
  expect(of(findLeads(rises).leads)).toEqual([])
  const few: Rises = { ...rises, ...only(rises, (place) => place >= 390) }
  expect(of(findLeads(few, {}, (before, after) => before === 4 && after === 7).leads)).toEqual([true])
})

function only({ place, topic, week }: Rises, keep: (place: number) => boolean): Pick<Rises, 'place' | 'topic' | 'week'> {
  const kept = (column: Int32Array): Int32Array => column.filter((_, i) => keep(place[i]!))
  return { place: kept(place), topic: kept(topic), week: kept(week) }
}

test('a rise begins with its first caller, after eight quiet weeks, above what is usual there', () => {
  expect(findOnsets([20, 22], [1, 1], 104)).toEqual([20])
  expect(findOnsets([20, 30], [1, 1], 104)).toEqual([])
  expect(findOnsets([20, 21, 26, 27, 40, 41], [2, 1, 2, 2, 1, 1], 104)).toEqual([20, 40])
  expect(findOnsets([2, 3], [2, 2], 104)).toEqual([]) // nobody knows what was before
  const every = Array.from({ length: 104 }, (_, i) => i)
  const steady = new Float64Array(104).fill(2)
  expect(findOnsets(every, steady, 104)).toEqual([])
  steady[60] = 14
  expect(findOnsets(every, steady, 104)).toHaveLength(1)
  expect(findOnsets([], [], 104)).toEqual([])
})

test('the tail of many chances is that of the binomial where they are equal, and exact for three', () => {
  const choose = [1, 4, 6, 4, 1]
  for (let least = 0; least <= 5; least++) {
    const exact = choose.reduce((sum, ways, k) => sum + (k >= least ? ways * 0.3 ** k * 0.7 ** (4 - k) : 0), 0)
    expect(Math.abs(poissonBinomialTail([0.3, 0.3, 0.3, 0.3], least) - exact)).toBeLessThan(1e-15)
  }
  expect(Math.abs(poissonBinomialTail([0.1, 0.5, 0.2], 2) - (0.05 + 0.02 + 0.1 - 2 * 0.01))).toBeLessThan(1e-15)
  // Cheap and exact agree where both do, the cheap one above.
  const many = new Float64Array(500).fill(0.01)
  const exact = poissonBinomialTail(many, 15)
  const cheap = poissonBinomialTail(new Float64Array(5000).fill(0.001), 15)
  expect(cheap).toBeGreaterThan(exact)
  expect(cheap).toBeLessThan(exact * 1.3)
})

test('nothing gives nothing, and a misspelt option is refused', () => {
  const none = new Int32Array(0)
  const empty: Rises = { place: none, topic: none, week: none, weeks: 0, topics: 0, volume: new Float64Array(0) }
  expect(findLeads(empty)).toEqual({ leads: [], tested: 0 })
  expect(() => findLeads(empty, { lag: 3 } as object)).toThrow(InvalidOptionError)
})
