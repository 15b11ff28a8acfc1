import { expect, test } from 'vitest'
import { matchSignals, relateClusters } from '../../pipelines/lineage.ts'

test('the same place and family continue the same alert', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set<string>() }]
  expect(matchSignals([{ place: 2, family: 9, tickets: ['x'] }], open)).toEqual([open[0]])
})

test('a cluster that grew to the place above keeps its alert when it keeps its tickets', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 1, family: 9, tickets: ['x', 'y', 'z'] }], open)).toEqual([open[0]])
  expect(matchSignals([{ place: 1, family: 9, tickets: ['x', 'p', 'q'] }], open)).toEqual([undefined])
})

test('a cluster that drifts to a neighbour keeps its alert when it keeps its tickets', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 3, family: 9, tickets: ['y', 'z'] }], open)).toEqual([open[0]])
})

test('another family or a place with other tickets is another cause', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x']) }]
  expect(matchSignals([{ place: 2, family: 8, tickets: ['x'] }, { place: 3, family: 9, tickets: ['z'] }], open))
    .toEqual([undefined, undefined])
})

test('the same tickets told by more or by fewer topics stay one alert', () => {
  const nested = (one: number, other: number): boolean => [one, other].toSorted((a, b) => a - b).join() === '1,9'
  const narrow = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 2, family: 1, tickets: ['x', 'y', 'z'] }], narrow, nested)).toEqual([narrow[0]])
  expect(matchSignals([{ place: 2, family: 1, tickets: ['x', 'p', 'q'] }], narrow, nested)).toEqual([undefined])
  const broad = [{ id: 'a', place: 2, family: 1, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 2, family: 9, tickets: ['x'] }, { place: 2, family: 8, tickets: ['y'] }], broad, nested)).toEqual([broad[0], undefined])
  // Its own family comes first, however little it shares by place.
  expect(matchSignals([{ place: 2, family: 1, tickets: ['x'] }, { place: 2, family: 9, tickets: ['n'] }], narrow, nested)).toEqual([undefined, narrow[0]])
})

test('no alert is continued twice', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x']) }]
  const matches = matchSignals([{ place: 1, family: 9, tickets: ['x'] }, { place: 2, family: 9, tickets: ['x'] }], open)
  expect(matches).toEqual([undefined, open[0]])
})

test('clusters that grow together are one alert and a merged one; the parts of one that breaks up name it', () => {
  const a = { id: 'a', place: 2, family: 9, tickets: new Set(['p', 'q', 'r']) }
  const b = { id: 'b', place: 3, family: 9, tickets: new Set(['x', 'y']) }
  const grown = [{ place: 2, family: 9, tickets: ['p', 'q', 'r', 'x', 'y', 'z'] }]
  expect(relateClusters(grown, [a, b], matchSignals(grown, [a, b]))).toEqual({ merged: [{ alert: 'b', into: 'a' }], split: [] })
  const apart = [{ place: 2, family: 9, tickets: ['p', 'q', 'n'] }, { place: 4, family: 9, tickets: ['r', 'x'] }]
  expect(relateClusters(apart, [a], matchSignals(apart, [a]))).toEqual({ merged: [], split: [{ signal: 1, from: 'a' }] })
})

test('what shares no tickets, or is of another family, has nothing to do with each other', () => {
  const a = { id: 'a', place: 2, family: 9, tickets: new Set(['p', 'q']) }
  const signals = [{ place: 3, family: 9, tickets: ['x', 'y'] }, { place: 4, family: 8, tickets: ['p', 'q'] }, { place: 5, family: 9, tickets: [] }]
  expect(relateClusters(signals, [a], matchSignals(signals, [a]))).toEqual({ merged: [], split: [] })
})
