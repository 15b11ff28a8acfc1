import fc from 'fast-check'
import { expect, test } from 'vitest'
import { groupSignals } from '../../../models/text/group-signals.ts'
import type { GroupMessage } from '../../../models/text/group-signals.ts'

const message = (group: number, day: number, writer: number): GroupMessage => ({ group, day, writer })
const sorted = (messages: GroupMessage[]): GroupMessage[] => messages.toSorted((a, b) => a.day - b.day)

test('people count, not messages: one writer who repeats is no signal', () => {
  expect(groupSignals(Array.from({ length: 20 }, (_, i) => message(1, 100 + i, 7)), 0)).toEqual([])
})

test('a group is told once for each number of writers, with how often groups got so far', () => {
  const signals = groupSignals([message(1, 200, 1), message(1, 201, 2), message(1, 202, 3), message(1, 203, 3), message(1, 204, 4)], 0)
  // Nothing like it in 202 and 204 days: once in 404 and in 408 days.
  expect(signals).toEqual([
    { group: 1, day: 202, writers: 3, allWriters: 3, recurrenceDays: 404, verdict: 'alert' }, { group: 1, day: 204, writers: 4, allWriters: 4, recurrenceDays: 408, verdict: 'alert' },
  ])
})

test('what happens often is not unusual, and too little history cannot tell', () => {
  const many = sorted(Array.from({ length: 30 }, (_, g) => [0, 1, 2].map((w) => message(g, 100 + 4 * g, 100 * g + w))).flat())
  const signals = groupSignals(many, 0)
  expect(signals[0]).toMatchObject({ verdict: 'alert', recurrenceDays: 200 })
  expect(signals.at(-1)).toMatchObject({ verdict: 'normal', recurrenceDays: 216 / 29.5 })
  expect(groupSignals(many.map((it) => ({ ...it, day: it.day - 100 })), 0)[0]).toMatchObject({ verdict: 'cannot tell', recurrenceDays: NaN })
})

test('what a day tells does not depend on later days', () => {
  const messages = fc.array(fc.record({ group: fc.nat(4), day: fc.integer({ min: 60, max: 200 }), writer: fc.nat(20) }), { maxLength: 80 })
  fc.assert(fc.property(messages, fc.integer({ min: 60, max: 200 }), (all, cut) => {
    const whole = groupSignals(sorted(all), 0).filter(({ day }) => day <= cut)
    expect(groupSignals(sorted(all.filter(({ day }) => day <= cut)), 0)).toEqual(whole)
  }), { seed: 20260101 })
})
