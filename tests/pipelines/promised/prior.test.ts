import { expect, test } from 'vitest'
import { openHistory } from '../../../features/history.ts'
import type { History } from '../../../features/history.ts'
import { MOST_ODDS } from '../../../models/detect/prior-odds.ts'
import { createPriors, RECENT_DAYS, WATCH_AFTER, WATCH_BEFORE } from '../../../pipelines/promised/prior.ts'
import type { PlaceRow, TopicRow } from '../../../sql/trees.ts'

const NIGHT = 20000
const DAYS = 731

const place = (id: number, depth: number, rollup: number[]): PlaceRow => ({ id, parentId: rollup.at(-2) ?? null, depth, kind: 'compound', name: `p${id}`, path: `p${id}`, rollup, households: null, lng: null, lat: null })
const topic = (id: number, name: string, rollup: number[], familyId: number | null): TopicRow => ({ id, parentId: rollup.at(-2) ?? null, depth: rollup.length - 1, name, path: name, rollup, familyId })

const places = new Map([place(1, 0, [1]), ...Array.from({ length: 40 }, (_, i) => place(10 + i, 1, [1, 10 + i]))].map((row) => [row.id, row]))
const topics = new Map([
  topic(1, '全部', [1], null), topic(2, '房产', [1, 2], 2), topic(3, '停工', [1, 2, 3], 2), topic(4, '延期交房', [1, 2, 4], 2),
  topic(5, '欠薪', [1, 5], 5), topic(6, '工地欠薪', [1, 5, 6], 5), topic(7, '噪声', [1, 7], 7),
].map((row) => [row.id, row]))

/** @param entries place, topic, day, callers; families get what their leaves have */
function historyOf(entries: [place: number, topic: number, day: number, callers: number][]): History {
  const cells = new Map<string, [number, number, number, number]>()
  const add = (p: number, t: number, d: number, n: number): void => {
    const cell = cells.get(`${p}/${t}/${d}`)
    if (cell) cell[3] += n
    else cells.set(`${p}/${t}/${d}`, [p, t, d, n])
  }
  for (const [p, t, d, n] of entries) for (const id of topics.get(t)!.rollup.slice(1)) add(p, id, d, n)
  const rows = [...cells.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
  const heads = rows.flatMap((row, i) => (i === 0 || rows[i - 1]![0] !== row[0] || rows[i - 1]![1] !== row[1] ? [i] : []))
  return openHistory(NIGHT + 1 - DAYS, NIGHT + 1, {
    place: Int32Array.from(heads, (i) => rows[i]![0]), topic: Int32Array.from(heads, (i) => rows[i]![1]),
    starts: Int32Array.from([...heads, rows.length]), day: Int32Array.from(rows, (row) => row[2]), callers: Int32Array.from(rows, (row) => row[3]),
  })
}

const promise = (placeId: number, promisedOn: number): { placeId: number, kind: string, promisedOn: number, households: null, note: string, knownOn: number } =>
  ({ placeId, kind: '交房', promisedOn, households: null, note: '', knownOn: NIGHT - 600 })
/** Somebody, somewhere, some time spoke of these, so that there is a rate. */
const background: [number, number, number, number][] = Array.from({ length: 30 }, (_, i) => [20 + i, i % 3 === 0 ? 4 : 7, NIGHT - 700 + 20 * i, 1])

test('without promises nothing is raised', () => {
  const priors = createPriors({ history: historyOf(background), places, topics, promises: [], night: NIGHT })
  expect([priors.watched, priors.series.size, priors.priorFor(10, 4)]).toEqual([[], 0, 0])
})

test('a promised date raises its place and family in its time, and nothing else', () => {
  const history = historyOf([...background, [10, 4, NIGHT - 300, 1], [10, 7, NIGHT - 3, 1]])
  const at = (promisedOn: number): ReturnType<typeof createPriors> => createPriors({ history, places, topics, promises: [promise(10, promisedOn)], night: NIGHT })
  const priors = at(NIGHT + 30)
  expect(priors.priorFor(10, 2)).toBeGreaterThan(0)
  expect(priors.priorFor(10, 4)).toBe(priors.priorFor(10, 2))
  expect([priors.priorFor(10, 3), priors.priorFor(10, 7), priors.priorFor(10, 1), priors.priorFor(11, 4)]).toEqual([0, 0, 0, 0])
  expect([...priors.series.keys()].map((s) => [history.place[s], history.topic[s]])).toEqual(expect.arrayContaining([[10, 2], [10, 4]]))
  for (const far of [NIGHT + WATCH_BEFORE + 1, NIGHT - WATCH_AFTER]) expect(at(far).series.size).toBe(0)
  expect(at(NIGHT + WATCH_BEFORE).series.size).toBe(2)
})

test('topics that go before raise it more, but not a series that holds their own tickets', () => {
  const spoken = (callers: number, day = NIGHT - 5): ReturnType<typeof createPriors> =>
    createPriors({ history: historyOf([...background, [10, 4, NIGHT - 300, 1], [10, 3, day, callers]]), places, topics, promises: [promise(10, NIGHT + 200)], night: NIGHT })
  const silent = spoken(2, NIGHT - RECENT_DAYS).priorFor(10, 4)
  expect(spoken(1).priorFor(10, 4)).toBeGreaterThan(silent)
  expect(spoken(2).priorFor(10, 4)).toBeGreaterThan(spoken(1).priorFor(10, 4))
  expect(spoken(2).watched[0]!.hints.map(({ topicId, callers }) => [topicId, callers])).toEqual([[3, 2]])
  // 停工 is part of the family 房产, whose own test sees it.
  expect(spoken(2).priorFor(10, 2)).toBe(spoken(2, NIGHT - RECENT_DAYS).priorFor(10, 2))
  const wages = createPriors({ history: historyOf([...background, [10, 4, NIGHT - 300, 1], [10, 6, NIGHT - 5, 2]]), places, topics, promises: [promise(10, NIGHT + 200)], night: NIGHT })
  expect(wages.priorFor(10, 2)).toBeGreaterThan(spoken(2).priorFor(10, 2))
})

test('the past of the deployment moves the stated ratios, and the bound holds', () => {
  // At ten places 停工 was followed by 延期交房 within the month; elsewhere hardly anybody spoke of it.
  const course: [number, number, number, number][] = Array.from({ length: 10 }, (_, i) => [30 + i, i] as const).flatMap(([at, i]): [number, number, number, number][] => [
    [at, 3, NIGHT - 500 + 20 * i, 2], [at, 4, NIGHT - 472 + 20 * i, 2]])
  const input = (past: [number, number, number, number][]): ReturnType<typeof createPriors> => createPriors({
    history: historyOf([...past, [10, 4, NIGHT - 600, 1], [10, 3, NIGHT - 5, 2], [10, 6, NIGHT - 5, 3]]), places, topics,
    promises: [promise(10, NIGHT + 20)], night: NIGHT,
  })
  const learnt = input([...background, ...course])
  expect(learnt.watched[0]!.hints.find(({ topicId }) => topicId === 3)!.logOdds).toBeGreaterThan(input(background).watched[0]!.hints.find(({ topicId }) => topicId === 3)!.logOdds)
  expect(learnt.priorFor(10, 4)).toBeLessThanOrEqual(Math.log(MOST_ODDS))
})
