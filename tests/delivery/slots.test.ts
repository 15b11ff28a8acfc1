import { expect, test } from 'vitest'
import { lastSlot, minutesOf, nextSlot, quietEnd } from '../../jobs/delivery/slots.ts'

const at = (text: string): number => Date.parse(text)
const iso = (millis: number | undefined): string | undefined => (millis === undefined ? undefined : new Date(millis).toISOString().slice(0, 16))

test('a time of day is two digits, a colon, two digits', () => {
  expect([minutesOf('00:00'), minutesOf('08:30'), minutesOf('23:59')]).toEqual([0, 510, 1439])
  for (const text of ['8:00', '24:00', '08:60', '', '08:00 ']) expect(minutesOf(text)).toBeNaN()
})

test('the next slot lies after the instant, in local time', () => {
  expect(iso(nextSlot(['08:00', '17:00'], 'Asia/Shanghai', at('2026-11-23T00:00:00Z')))).toBe('2026-11-23T09:00')
  expect(iso(nextSlot(['08:00', '17:00'], 'Asia/Shanghai', at('2026-11-22T23:59:59Z')))).toBe('2026-11-23T00:00')
  expect(iso(nextSlot(['08:00'], 'Asia/Shanghai', at('2026-11-23T00:00:00Z')))).toBe('2026-11-24T00:00')
})

test('a slot that the clocks skip is the instant after the gap, one that comes twice its first', () => {
  // New York: 02:30 is not there on 2026-03-08 (03:30 EDT is 07:30 UTC), and comes twice on 2026-11-01 (first at 05:30 UTC).
  expect(iso(nextSlot(['02:30'], 'America/New_York', at('2026-03-08T05:00:00Z')))).toBe('2026-03-08T07:30')
  expect(iso(nextSlot(['01:30'], 'America/New_York', at('2026-11-01T04:00:00Z')))).toBe('2026-11-01T05:30')
  expect(iso(nextSlot(['01:30'], 'America/New_York', at('2026-11-01T05:30:00Z')))).toBe('2026-11-02T06:30')
})

test('the last slot says whether it is the first of its day', () => {
  expect(lastSlot(['17:00', '08:00'], 'UTC', at('2026-11-23T09:00:00Z'))).toEqual({ at: at('2026-11-23T08:00:00Z'), isFirst: true })
  expect(lastSlot(['17:00', '08:00'], 'UTC', at('2026-11-23T07:59:00Z'))).toEqual({ at: at('2026-11-22T17:00:00Z'), isFirst: false })
})

test('quiet hours may run over midnight, and end at their end', () => {
  const quiet = { from: '22:00', until: '07:00' }
  expect(iso(quietEnd(quiet, 'UTC', at('2026-11-23T23:00:00Z')))).toBe('2026-11-24T07:00')
  expect(iso(quietEnd(quiet, 'UTC', at('2026-11-23T06:59:00Z')))).toBe('2026-11-23T07:00')
  expect(quietEnd(quiet, 'UTC', at('2026-11-23T07:00:00Z'))).toBeUndefined()
  expect(iso(quietEnd({ from: '12:00', until: '14:00' }, 'UTC', at('2026-11-23T12:00:00Z')))).toBe('2026-11-23T14:00')
  expect(quietEnd({ from: '12:00', until: '14:00' }, 'UTC', at('2026-11-23T11:59:00Z'))).toBeUndefined()
})
