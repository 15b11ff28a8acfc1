import { expect, test } from 'vitest'
import { foldNested, joinAreas, matchSignals, relateClusters } from '../../pipelines/lineage.ts'
import type { FreshSignal, OpenAlert } from '../../pipelines/lineage.ts'

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

test('a site whose tickets all are in an alert of the city opens its own, and the city goes on', () => {
  const tickets = Array.from({ length: 61 }, (_, i) => `t${i}`)
  const open = [{ id: 'city', place: 1, family: 9, tickets: new Set(tickets) }]
  const site = (of: number): FreshSignal => ({ place: 4, family: 9, tickets: tickets.slice(0, of) })
  expect(matchSignals([site(3), { place: 1, family: 1, tickets }], open, nested)).toEqual([undefined, open[0]])
  expect(matchSignals([site(3)], open, nested)).toEqual([undefined])
  expect(matchSignals([site(4)], open, nested)).toEqual([open[0]])
  expect(matchSignals([{ place: 4, family: 9, tickets: ['t1', 'x'] }], [{ ...open[0]!, family: 1 }], nested)).toEqual([undefined])
})

test('another family or a place with other tickets is another cause', () => {
  const open = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x']) }]
  expect(matchSignals([{ place: 2, family: 8, tickets: ['x'] }, { place: 3, family: 9, tickets: ['z'] }], open))
    .toEqual([undefined, undefined])
})

/** Family 1 lies above 8 and 9. */
const nested = (one: number, other: number): boolean => one === 1 && (other === 8 || other === 9)

test('the same tickets told by more or by fewer topics stay one alert', () => {
  const narrow = [{ id: 'a', place: 2, family: 9, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 2, family: 1, tickets: ['x', 'y', 'z'] }], narrow, nested)).toEqual([narrow[0]])
  expect(matchSignals([{ place: 2, family: 1, tickets: ['x', 'p', 'q'] }], narrow, nested)).toEqual([undefined])
  const broad = [{ id: 'a', place: 2, family: 1, tickets: new Set(['x', 'y']) }]
  expect(matchSignals([{ place: 2, family: 9, tickets: ['x'] }, { place: 2, family: 8, tickets: ['y'] }], broad, nested)).toEqual([broad[0], undefined])
  // Its own family comes first, however little it shares by place.
  expect(matchSignals([{ place: 2, family: 1, tickets: ['x'] }, { place: 2, family: 9, tickets: ['n'] }], narrow, nested)).toEqual([undefined, narrow[0]])
})

test('where most of the tickets come from goes before where they stand', () => {
  const mall = { id: 'a', place: 409, family: 42, tickets: new Set(['p', 'q', 'r', 's']) }
  const street = { id: 'b', place: 31, family: 42, tickets: new Set(['x']) }
  expect(matchSignals([{ place: 31, family: 42, tickets: ['p', 'q', 'r', 's', 'x'] }], [street, mall])).toEqual([mall])
  // Where both go on, each keeps its own.
  expect(matchSignals([{ place: 31, family: 42, tickets: ['p', 'q', 'r', 'x'] }, { place: 409, family: 42, tickets: ['p', 'q', 'r'] }], [street, mall])).toEqual([street, mall])
})

test('tickets of two alerts go on with the one of which they are the larger part', () => {
  const site = ['x', 'y', 'z']
  const street = { id: 'b', place: 1, family: 9, tickets: new Set(site) }
  const area = { id: 'a', place: 7, family: 9, tickets: new Set([...site, ...Array.from({ length: 20 }, (_, i) => `t${i}`)]) }
  expect(matchSignals([{ place: 2, family: 9, tickets: site }], [area, street])).toEqual([street])
  expect(matchSignals([{ place: 2, family: 9, tickets: site }], [street, area])).toEqual([street])
})

test('an alert that turns out to be about one topic of its own goes on as that', () => {
  const broad = { id: 'a', place: 2, family: 1, tickets: new Set(['x', 'y']) }
  const grown = { place: 2, family: 9, tickets: ['x', 'y', 'p', 'q', 'r'] }
  expect(matchSignals([grown], [broad], nested)).toEqual([broad])
  expect(matchSignals([{ ...grown, place: 3 }], [broad], nested)).toEqual([undefined])
})

test('signals of a place that tell the same tickets by more or fewer topics are one', () => {
  const narrow = { place: 2, family: 9, tickets: ['a', 'b', 'c'] }
  expect(foldNested([narrow, { place: 2, family: 1, tickets: ['a', 'b', 'c', 'd'] }], nested)).toEqual([0, 0])
  expect(foldNested([{ place: 2, family: 1, tickets: ['a', 'b', 'c', 'd'] }, narrow], nested)).toEqual([0, 0])
  // Another place, a topic beside, or few of the tickets in common: two causes.
  expect(foldNested([narrow, { place: 3, family: 1, tickets: ['a', 'b', 'c', 'd'] }], nested)).toEqual([0, 1])
  expect(foldNested([narrow, { place: 2, family: 8, tickets: ['a', 'b', 'c'] }], nested)).toEqual([0, 1])
  expect(foldNested([narrow, { place: 2, family: 1, tickets: ['a', 'd', 'e', 'f', 'g'] }], nested)).toEqual([0, 1])
  expect(foldNested([{ place: 2, family: 9, tickets: [] }, { place: 2, family: 1, tickets: [] }], nested)).toEqual([0, 1])
})

test('of one place and a branch of topics, half of the smaller is enough: old tickets of the broader topic do not make two causes', () => {
  const narrow = { place: 2, family: 9, tickets: ['a', 'b', 'c'] }
  const broad = { place: 2, family: 1, tickets: ['a', 'b', 'c', ...'0123456789'] }
  expect(foldNested([narrow, broad], nested)).toEqual([0, 0])
  expect(foldNested([broad, narrow], nested)).toEqual([0, 0])
})

test('neighbours that stand out together are at all of their places', () => {
  // The alert that named the zone yesterday, and one that split off it: today the zone is named after the other's street.
  const first = { id: 'a', place: 2, family: 9, tickets: new Set(['p', 'q', 'r']) }
  const second = { id: 'b', place: 3, family: 9, tickets: new Set(['x']) }
  const zone = { place: 3, family: 9, tickets: ['p', 'q', 'r', 'x'] }
  expect(matchSignals([{ ...zone, neighbours: [2] }], [first, second])).toEqual([first])
  expect(matchSignals([zone], [first, second])).toEqual([second])
})

/** Place 1 holds 2 and 3, which holds 4; a ticket lies where its first letter says. */
const ROLLUPS: Record<number, number[]> = { 1: [1], 2: [1, 2], 3: [1, 3], 4: [1, 3, 4] }
const areas = (signals: readonly FreshSignal[], matches: readonly (OpenAlert | undefined)[], speaks = true): number[] => joinAreas(signals, matches, {
  rollup: (place) => ROLLUPS[place]!, above: nested, placeOf: (ticket) => Number(ticket[0]), speaks: () => speaks,
})

test('an area most of whose tickets are those of an alert that goes on within it opens none', () => {
  const alert = { id: 'a', place: 2, family: 9, tickets: new Set(['2a', '2b', '2c']) }
  const place = { place: 2, family: 9, tickets: ['2c', '2d'] }
  const area = { place: 1, family: 9, tickets: ['2a', '2b', '2c', '2d', '3x', '3y'] }
  expect(areas([area, place], [undefined, alert])).toEqual([1, 1])
  // Told by more topics, and around a zone that is named after another place.
  expect(areas([{ ...area, family: 1 }, place], [undefined, alert])).toEqual([1, 1])
  expect(areas([area, { ...place, place: 4, neighbours: [2] }], [undefined, { ...alert, place: 4 }])).toEqual([1, 1])
  // Half is not most; another family; an alert that is new, or may not speak; an area with an alert of its own.
  expect(areas([{ ...area, tickets: ['2a', '2b', '3x', '3y'] }, place], [undefined, alert])).toEqual([0, 1])
  expect(areas([{ ...area, family: 8 }, place], [undefined, alert])).toEqual([0, 1])
  expect(areas([area, place], [undefined, undefined])).toEqual([0, 1])
  expect(areas([area, place], [undefined, alert], false)).toEqual([0, 1])
  expect(areas([area, place], [{ ...alert, id: 'b', place: 1 }, alert])).toEqual([0, 1])
})

test('a place within the area of an alert that goes on stays a part of its whole', () => {
  const whole = { id: 'a', place: 1, family: 9, tickets: new Set(['2a', '2b', '3x']) }
  expect(areas([{ place: 1, family: 9, tickets: ['2a', '2b', '3x'] }, { place: 2, family: 9, tickets: ['2a', '2b'] }], [whole, undefined])).toEqual([0, 1])
})

test('what lies all over an area is not that of one place, though the alert that goes on there held it once', () => {
  const once = { id: 'a', place: 2, family: 9, tickets: new Set(['2a', '3a', '3b', '3c', '3d', '3e']) }
  const place = { place: 2, family: 9, tickets: ['2a'] }
  expect(areas([{ place: 1, family: 9, tickets: ['2a', '3a', '3b', '3c', '3d'] }, place], [undefined, once])).toEqual([0, 1])
  expect(areas([{ place: 1, family: 9, tickets: ['2a', '3a', '3b', '3c'] }, place], [undefined, once])).toEqual([1, 1])
})

test('of several alerts within an area the one with most of its tickets speaks', () => {
  const [a, b] = [{ id: 'a', place: 2, family: 9, tickets: new Set(['2a', '2b', '2c']) }, { id: 'b', place: 3, family: 9, tickets: new Set(['2a', '2b', '2c', '3a']) }]
  const within = [{ place: 2, family: 9, tickets: ['2c'] }, { place: 3, family: 9, tickets: ['3a', '3b'] }]
  expect(areas([...within, { place: 1, family: 9, tickets: ['2a', '2b', '2c', '3a', '3b'] }], [a, b, undefined])).toEqual([0, 1, 1])
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
