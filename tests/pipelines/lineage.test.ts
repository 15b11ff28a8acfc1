import { expect, test } from 'vitest'
import { matchSignals } from '../../pipelines/lineage.ts'

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

test('no alert is continued twice', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x']) }]
  const matches = matchSignals([{ place: 1, family: 9, tickets: ['x'] }, { place: 2, family: 9, tickets: ['x'] }], open)
  expect(matches).toEqual([undefined, open[0]])
})
