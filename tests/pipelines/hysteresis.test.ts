import fc from 'fast-check'
import { expect, test } from 'vitest'
import { knownAfter, newsOf } from '../../pipelines/hysteresis.ts'
import type { Told } from '../../pipelines/hysteresis.ts'
import { LEVELS } from '../../pipelines/levels.ts'

/** City 1, district 2, streets 3 and 4, compounds 5 and 6 of street 3. */
const ROLLUP: Readonly<Record<number, readonly number[]>> = { 1: [1], 2: [1, 2], 3: [1, 2, 3], 4: [1, 2, 4], 5: [1, 2, 3, 5], 6: [1, 2, 3, 6] }
const rollup = (place: number): readonly number[] => ROLLUP[place]!
const told = (more: Partial<Told> = {}): Told => ({ level: 'yellow', placeId: 5, places: 1, tickets: 5, ...more })

test.each<[string, Told | undefined, Told, boolean, ReturnType<typeof newsOf>]>([
  ['a new alert', undefined, told(), false, 'opened'],
  ['the same again with more tickets', told(), told({ tickets: 9 }), false, null],
  ['a higher level without a new ticket', told(), told({ level: 'orange' }), false, null],
  ['a higher level with a new ticket', told(), told({ level: 'orange', tickets: 6 }), false, 'raised'],
  ['a lower level', told(), told({ level: 'blue', tickets: 6 }), false, null],
  ['the street around it', told(), told({ placeId: 3, tickets: 6 }), false, 'widened'],
  ['the compound beside it', told(), told({ placeId: 6, tickets: 6 }), false, null],
  ['one neighbour more', told(), told({ places: 2, tickets: 6 }), false, null],
  ['two neighbours more', told(), told({ places: 3, tickets: 6 }), false, 'widened'],
  ['two more of four', told({ places: 4 }), told({ places: 6, tickets: 6 }), false, null],
  ['a return', told({ level: 'red', tickets: 50 }), told({ tickets: 53 }), true, 'returned'],
])('%s', (_, known, now, returned, news) => {
  expect(newsOf(known, now, returned, rollup)).toBe(news)
})

const course = fc.array(fc.record({
  level: fc.constantFrom(...LEVELS), placeId: fc.constantFrom(1, 2, 3, 4, 5, 6), places: fc.integer({ min: 1, max: 9 }), fresh: fc.nat(3),
}), { minLength: 2, maxLength: 40 })

test('however an alert flaps, each level is told once, and nothing is told without a ticket', () => {
  fc.assert(fc.property(course, (nights) => {
    let known: Told | undefined
    let tickets = 0
    const raised: string[] = []
    for (const { fresh, ...night } of nights) {
      tickets += known ? fresh : 3
      const now = { ...night, tickets }
      const news = newsOf(known, now, false, rollup)
      if (news === 'raised') raised.push(now.level)
      if (known && news) expect(fresh > 0 || now.tickets > known.tickets).toBe(true)
      const after = knownAfter(known, now, news, rollup)
      if (known) {
        expect(LEVELS.indexOf(after.level)).toBeGreaterThanOrEqual(LEVELS.indexOf(known.level))
        expect(after.places).toBeGreaterThanOrEqual(known.places)
      }
      // What has just been told is no news the next night, whatever ticket comes.
      if (news) expect(newsOf(after, { ...now, tickets: now.tickets + 1 }, false, rollup)).toBeNull()
      known = after
    }
    expect(raised.length).toBeLessThanOrEqual(3)
    expect(raised).toEqual([...new Set(raised)])
  }), { seed: 20261123, numRuns: 500 })
})
