import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DATUMS } from '../../core/place-kinds.ts'
import type { Datum } from '../../core/place-kinds.ts'
import { convertPoint } from '../../features/datum.ts'

/** About a millimetre. */
const CLOSE = 1e-8

test.each([
  // Points published with eviltransform (WGS-84 to GCJ-02: Shanghai, Shenzhen, Beijing; Denver is outside) and with coordtransform (the last two).
  ['WGS-84', 'GCJ-02', 121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
  ['WGS-84', 'GCJ-02', 113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
  ['WGS-84', 'GCJ-02', 116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
  ['WGS-84', 'GCJ-02', -104.9903, 39.7392, -104.9903, 39.7392],
  ['WGS-84', 'GCJ-02', 116.404, 39.915, 116.41024449916938, 39.91640428150164],
  ['GCJ-02', 'BD-09', 116.404, 39.915, 116.41036949371029, 39.92133699351021],
] as const)('%s to %s is as published', (from, to, lng, lat, x, y) => {
  const there = convertPoint({ lng, lat }, from, to)
  expect(Math.abs(there.lng - x)).toBeLessThan(CLOSE)
  expect(Math.abs(there.lat - y)).toBeLessThan(CLOSE)
})

test('there and back again is the same point, for every pair of datums', () => {
  const datum = fc.constantFrom<Datum>(...DATUMS)
  fc.assert(fc.property(fc.double({ min: 74, max: 134, noNaN: true }), fc.double({ min: 3, max: 53, noNaN: true }), datum, datum, (lng, lat, from, to) => {
    const back = convertPoint(convertPoint({ lng, lat }, from, to), to, from)
    expect(Math.abs(back.lng - lng)).toBeLessThan(CLOSE)
    expect(Math.abs(back.lat - lat)).toBeLessThan(CLOSE)
  }), { seed: 20261123, numRuns: 500 })
})

test('CGCS2000 is taken as WGS-84', () => {
  expect(convertPoint({ lng: 112.9, lat: 28.2 }, 'CGCS2000', 'WGS-84')).toEqual({ lng: 112.9, lat: 28.2 })
})
