import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hideAmong, showOrHide } from '../../../pipelines/reports/hide.ts'
import type { Hidden, Plain } from '../../../pipelines/reports/hide.ts'
import { GRID_DEGREES, jitter } from '../../../pipelines/reports/jitter.ts'
import { suppress } from '../../../pipelines/report/suppress.ts'

function hide(children: Plain[], own = 0): Map<number, Hidden> {
  const hidden = new Map<number, Hidden>()
  hideAmong({ callers: 1000, tickets: own + children.reduce((sum, child) => sum + child.tickets, 0) }, new Map(children.map((child, i) => [i, child])), hidden)
  return hidden
}
const plain = (callers: number, tickets = callers): Plain => ({ callers, tickets })

test('a small one takes the smallest other with it', () => {
  expect([...hide([plain(9), plain(2), plain(5)])]).toEqual([[1, 'few'], [2, 'extra']])
})

test('two small ones of two tickets together need a third', () => {
  expect([...hide([plain(9), plain(1), plain(1), plain(4)])]).toEqual([[1, 'few'], [2, 'few'], [3, 'extra']])
})

test('one ticket directly at the parent is protected, too', () => {
  expect([...hide([plain(9), plain(4)], 1)]).toEqual([[1, 'extra']])
})

test('zeros stay shown, and nothing is hidden without need', () => {
  expect(hide([plain(9), plain(0), plain(3)]).size).toBe(0)
  expect(showOrHide(plain(0), undefined)).toEqual({ callers: 0, tickets: 0 })
  expect(showOrHide(plain(2, 7), undefined)).toEqual({ callers: 'few', tickets: 'few' })
})

test('whatever the counts, nobody can work out a small one from the parent', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 3 }), (callers, own) => {
    const children = callers.map((n) => plain(n))
    const hidden = hide(children, own)
    const rest = own + children.reduce((sum, child, i) => sum + (hidden.has(i) ? child.tickets : 0), 0)
    expect(children.every((child, i) => child.callers === 0 || child.callers >= 3 || hidden.has(i))).toBe(true)
    const shownPeople = children.filter((child, i) => child.callers > 0 && !hidden.has(i)).length
    // Either all is hidden, or what is left over is nothing or three tickets, and not that of one child.
    if (shownPeople > 0) {
      expect(rest === 0 || rest >= 3).toBe(true)
      expect(hidden.size === 1 && own === 0).toBe(false)
    }
  }), { seed: 20260101, numRuns: 500 })
})

test('a cell that is hidden elsewhere is hidden here, with another beside it', () => {
  const hidden = suppress([[5, 4, 9], [6, 7, 13], [11, 11, 22]], 3, (i, j) => i === 2 && j === 0)
  expect(hidden[2]![0]).toBe('extra')
  for (let i = 0; i < 3; i++) {
    expect(hidden[i]!.filter(Boolean).length).not.toBe(1)
    expect(hidden.filter((row) => row[i]).length).not.toBe(1)
  }
})

test('a place is always moved the same way, within its cell, and does not follow its tickets', () => {
  const here = jitter(7, 103.80123, 36.25456)
  expect(jitter(7, 103.80123, 36.25456)).toEqual(here)
  expect(jitter(7, 103.80444, 36.25333)).toEqual(here)
  expect(jitter(8, 103.80123, 36.25456)).not.toEqual(here)
  expect(Math.abs(here.lng - 103.80123)).toBeLessThanOrEqual(GRID_DEGREES)
  expect(here).not.toEqual({ lng: 103.80123, lat: 36.25456 })
})
