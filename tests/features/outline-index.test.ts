import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutlineIndex } from '../../features/outline-index.ts'
import type { Ring } from '../../features/outline-index.ts'

const square = (west: number, south: number, side: number): Ring => [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]

test('the deepest outline that holds a point is its place, and a hole is outside', () => {
  const index = new OutlineIndex([
    { value: 'district', depth: 1, polygons: [[square(112, 28, 1), square(112.8, 28.8, 0.1)]] },
    { value: 'street', depth: 2, polygons: [[square(112.2, 28.2, 0.2)]] },
  ])
  expect(index.locate(112.3, 28.3)).toMatchObject({ value: 'street', inside: true })
  expect(index.locate(112.6, 28.6)).toMatchObject({ value: 'district', inside: true })
  expect(index.locate(112.85, 28.85)).toBeNull()
  expect(index.locate(113.5, 28.5)).toBeNull()
})

test('a point just beyond a border belongs to the nearest outline, farther away to none', () => {
  const index = new OutlineIndex([{ value: 'a', depth: 1, polygons: [[square(112, 28, 0.1)]] }, { value: 'b', depth: 1, polygons: [[square(112.105, 28, 0.1)]] }])
  expect(index.locate(112.1015, 28.05)).toMatchObject({ value: 'a', inside: false })
  expect(index.locate(112.0, 28.102)).toMatchObject({ value: 'a', inside: false })
  expect(index.locate(112.0, 28.12)).toBeNull()
})

test('squares are found as arithmetic finds them', () => {
  const sides = [[0, 0], [1, 0], [0, 1], [1, 1]] as const
  const index = new OutlineIndex(sides.map(([x, y]) => ({ value: `${x}${y}`, depth: 1, polygons: [[square(110 + x, 30 + y, 1)]] })), 0)
  fc.assert(fc.property(fc.double({ min: 0.001, max: 1.999, noNaN: true }), fc.double({ min: 0.001, max: 1.999, noNaN: true }), (x, y) => {
    fc.pre(Math.abs(x - 1) > 1e-6 && Math.abs(y - 1) > 1e-6)
    expect(index.locate(110 + x, 30 + y)?.value).toBe(`${Math.floor(x)}${Math.floor(y)}`)
  }), { seed: 20261123, numRuns: 300 })
})
