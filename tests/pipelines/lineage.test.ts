import { expect, test } from 'vitest'
import { matchSignals } from '../../pipelines/lineage.ts'

const related = (a: number, b: number): boolean => a === 1 || b === 1

test('the same place and family continue the same alert', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set<string>() }]
  expect(matchSignals([{ place: 2, family: 9, tickets: ['x'] }], open, related)).toEqual([open[0]])
})

test('a cluster that grew to the place above keeps its alert when it keeps its tickets', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 1, family: 9, tickets: ['x', 'y', 'z'] }], open, related)).toEqual([open[0]])
  expect(matchSignals([{ place: 1, family: 9, tickets: ['x', 'p', 'q'] }], open, related)).toEqual([undefined])
})

test('another family or an unrelated place is another cause', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x']) }]
  expect(matchSignals([{ place: 2, family: 8, tickets: ['x'] }, { place: 3, family: 9, tickets: ['x'] }], open, related))
    .toEqual([undefined, undefined])
})

test('no alert is continued twice', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x']) }]
  const matches = matchSignals([{ place: 1, family: 9, tickets: ['x'] }, { place: 2, family: 9, tickets: ['x'] }], open, related)
  expect(matches).toEqual([undefined, open[0]])
})
