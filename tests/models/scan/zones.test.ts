import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { circularZones, placesOf } from '../../../models/scan/zones.ts'
import type { ZoneOptions, Zones } from '../../../models/scan/zones.ts'

/** Places 0 … 4 on a line, one kilometre apart. */
const line = { kind: 'plane' as const, x: Float64Array.of(0, 1, 2, 3, 4), y: new Float64Array(5) }
const people = Float64Array.of(10, 20, 30, 20, 20)

/** The candidate zones of one centre, as sorted places. */
function zonesOf(zones: Zones, centre: number): string[] {
  const found: string[] = []
  for (let k = zones.starts[centre]; k < zones.starts[centre + 1]; k++) {
    if (zones.candidate[k]) found.push([...placesOf(zones, centre, k)].sort().join(''))
  }
  return found
}

const around = (centre: number, options: Partial<ZoneOptions> = {}, population = people): string[] => zonesOf(circularZones(line, population, { maxPercent: 100, ...options }), centre)

test('a zone takes equally far places together, or one by one as they were given', () => {
  expect(around(2)).toEqual(['2', '123', '01234'])
  expect(around(2, { ties: 'one-at-a-time' })).toEqual(['2', '12', '123', '0123', '01234'])
})

test('growth stops at the first place that would exceed a cap', () => {
  expect(around(0, { maxPercent: 60 })).toEqual(['0', '01', '012'])
  expect(around(0, { maxPercent: 59.9 })).toEqual(['0', '01'])
  expect(around(0, { maxRadiusKm: 2 })).toEqual(['0', '01', '012'])
  expect(around(0, { maxPlaces: 2 })).toEqual(['0', '01'])
  // The tie of 1 and 3 is too much, so that the smaller 0 and 4 are not reached.
  expect(around(2, { maxPercent: 60 })).toEqual(['2'])
  expect(around(2, { maxPercent: 60, ties: 'one-at-a-time' })).toEqual(['2', '12'])
  expect(around(2, { maxPercent: 29 })).toEqual([])
})

test('a place without population is in zones, but ends none', () => {
  expect(around(0, {}, Float64Array.of(10, 0, 30, 20, 20))).toEqual(['0', '012', '0123', '01234'])
})

test('an unknown tie rule or a share above the whole is refused', () => {
  expect(() => circularZones(line, people, { ties: 'some' } as object)).toThrow(InvalidOptionError)
  expect(() => circularZones(line, people, { maxPercent: 101 })).toThrow(InvalidOptionError)
})
