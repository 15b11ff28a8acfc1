import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallerCounts } from '../../core/cube.ts'
import { parseDay } from '../../core/days.ts'
import { createHistoryReader, fillDense, sumBetween } from '../../features/history.ts'
import type { History, ReadCounts } from '../../features/history.ts'

/** What a night made known of a cell: [night, place, topic, day, callers]. */
type News = [night: number, place: number, topic: number, day: number, callers: number]

const LENGTH = 10

/** The store's side: rows of the nights asked for, in batches of `size`. */
function reading(news: readonly News[], size = 3): ReadCounts {
  return async function* (from, until, knownAfter, knownUntil) {
    const after = knownAfter === '-infinity' ? -Infinity : parseDay(knownAfter)
    const rows = news.filter(([night, , , day]) => day >= parseDay(from) && day < parseDay(until) && night > after && night <= parseDay(knownUntil))
    for (let at = 0; at < rows.length; at += size) {
      const part = rows.slice(at, at + size)
      const column = (i: number): Int32Array => Int32Array.from({ length: size }, (_, r) => part[r]?.[i] ?? 99)
      yield { length: part.length, place: column(1), topic: column(2), day: column(3), callers: column(4) } satisfies CallerCounts
    }
  }
}

/** The same by the simplest means: 'place/topic' → day → callers. */
function plain(news: readonly News[], night: number): Record<string, Record<string, number>> {
  const series: Record<string, Record<string, number>> = {}
  for (const [known, place, topic, day, callers] of news) {
    if (known > night || day > night || day <= night - LENGTH) continue
    const days = series[`${place}/${topic}`] ??= {}
    days[day] = (days[day] ?? 0) + callers
    if (days[day] === 0) delete days[day]
  }
  return Object.fromEntries(Object.entries(series).filter(([, days]) => Object.keys(days).length > 0))
}

function unfold(history: History): Record<string, Record<string, number>> {
  return Object.fromEntries(Array.from({ length: history.series }, (_, s) => {
    const at = Array.from({ length: history.starts[s + 1]! - history.starts[s]! }, (_, i) => history.starts[s]! + i)
    return [`${history.place[s]}/${history.topic[s]}`, Object.fromEntries(at.map((i) => [history.day[i], history.callers[i]]))]
  }))
}

const DAY = 20_000
const someNews = fc.array(fc.tuple(
  fc.integer({ min: DAY, max: DAY + 20 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: DAY - 5, max: DAY + 20 }), fc.constantFrom(-1, 1, 2),
), { maxLength: 60 }).map((rows) => (rows as News[]).filter(([night, , , day]) => day <= night)) // nothing is known beforehand
const someNights = fc.uniqueArray(fc.integer({ min: DAY, max: DAY + 20 }), { minLength: 1, maxLength: 4 }).map((nights) => nights.sort((a, b) => a - b))

test('the history of a night is the sum of what was known, read at once or night by night', () => fc.assert(
  fc.asyncProperty(someNews, someNights, fc.integer({ min: 1, max: 40 }), async (news, nights, mergeRows) => {
    const nightly = createHistoryReader(reading(news), LENGTH, mergeRows)
    for (const night of nights) {
      expect(unfold(await createHistoryReader(reading(news), LENGTH, mergeRows).asOf(night))).toEqual(plain(news, night))
      expect(unfold(await nightly.asOf(night))).toEqual(plain(news, night))
    }
  }), { seed: 20261123, numRuns: 200 }))

const NEWS: News[] = [
  [DAY, 7, 2, DAY, 3], [DAY, 2, 9, DAY, 1], [DAY, 2, 1, DAY - 2, 4], [DAY, 2, 1, DAY, 5], [DAY + 1, 2, 1, DAY, -5], [DAY + 1, 5, 5, DAY + 1, 1], [DAY + 1, 2, 9, DAY, 1],
]

test('series are found by place and topic, in their order', async () => {
  const history = await createHistoryReader(reading(NEWS), LENGTH).asOf(DAY)
  expect(unfold(history)).toEqual({ '2/1': { [DAY - 2]: 4, [DAY]: 5 }, '2/9': { [DAY]: 1 }, '7/2': { [DAY]: 3 } })
  expect([[2, 1], [2, 9], [7, 2], [5, 5], [1, 1], [8, 1]].map(([p, t]) => history.find(p!, t!))).toEqual([0, 1, 2, -1, -1, -1])
})

test('a later night leaves the history of an earlier one as it was', async () => {
  const reader = createHistoryReader(reading(NEWS), LENGTH)
  const first = await reader.asOf(DAY)
  const before = unfold(first)
  const second = await reader.asOf(DAY + 1)
  expect(unfold(first)).toEqual(before)
  expect(unfold(second)).toEqual({ '2/1': { [DAY - 2]: 4 }, '2/9': { [DAY]: 2 }, '5/5': { [DAY + 1]: 1 }, '7/2': { [DAY]: 3 } })
})

test('a reading that broke off counts nothing twice when it is tried again', async () => {
  let broken = true
  const read: ReadCounts = async function* (...range) {
    for await (const batch of reading(NEWS, 1)(...range)) {
      yield batch
      if (broken) throw new Error('connection lost')
    }
  }
  const reader = createHistoryReader(read, LENGTH, 1)
  await expect(reader.asOf(DAY)).rejects.toThrow('connection lost')
  broken = false
  expect(unfold(await reader.asOf(DAY))).toEqual(plain(NEWS, DAY))
})

test('nights do not go backwards', async () => {
  const reader = createHistoryReader(reading(NEWS), LENGTH)
  await reader.asOf(DAY + 1)
  await expect(reader.asOf(DAY)).rejects.toThrow('backwards')
})

test('an empty store has an empty history', async () => {
  const history = await createHistoryReader(reading([]), LENGTH).asOf(DAY)
  expect([history.series, history.starts.length, history.find(1, 1)]).toEqual([0, 1, -1])
})

test('sums and dense rows agree with the entries', async () => {
  const history = await createHistoryReader(reading(NEWS), LENGTH).asOf(DAY)
  const row = new Float64Array(4).fill(7)
  fillDense(history, 0, DAY - 3, row)
  expect([...row]).toEqual([0, 4, 0, 5])
  expect([sumBetween(history, 0, DAY - 9, DAY + 1), sumBetween(history, 0, DAY - 2, DAY), sumBetween(history, 0, DAY - 1, DAY)]).toEqual([9, 4, 0])
})

test('the columns can be read by another thread without copying', async () => {
  const { place, topic, starts, day, callers } = await createHistoryReader(reading(NEWS), LENGTH).asOf(DAY)
  for (const column of [place, topic, starts, day, callers]) expect(column.buffer).toBeInstanceOf(SharedArrayBuffer)
})
