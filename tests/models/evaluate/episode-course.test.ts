import fc from 'fast-check'
import { expect, test } from 'vitest'
import { courseOf, deadlineOf, knownBy, nightOf } from '../../../models/evaluate/episode-course.ts'

const ints = (values: number[]): Int32Array => Int32Array.from(values)

test('a caller is known from the first of his tickets on, a ticket without caller is one', () => {
  // Days 1 2 2 5 6 7, callers A A B – B –, the second ticket known before the first.
  const course = courseOf({ day: ints([1, 2, 2, 5, 6, 7]), known: ints([3, 2, 2, 5, 6, 8]), caller: ints([0, 0, 1, -1, 1, -1]) })
  expect([...course.ticketNights]).toEqual([2, 2, 3, 5, 6, 8])
  expect([...course.callerNights]).toEqual([2, 2, 5, 8])
  expect(nightOf(course.callerNights, 3)).toBe(5)
  expect(nightOf(course.callerNights, 5)).toBeNaN()
  expect(knownBy(course.ticketNights, 4)).toBe(3)
  expect(deadlineOf(course, 5)).toBe(8)
  expect(deadlineOf(course, 2)).toBe(2)
})

test('the height is the end of the seven days with most tickets, the earliest of equals', () => {
  const course = courseOf({ day: ints([1, 8, 9, 14, 20, 21, 22]), known: ints([1, 8, 9, 14, 20, 21, 22]), caller: ints([0, 1, 2, 3, 4, 5, 6]) })
  // 8 to 14 are seven days with three tickets, 20 to 22 have three as well; 1 and 8 are eight days.
  expect(course.peak).toBe(14)
})

test('nothing is known of an episode without tickets', () => {
  const course = courseOf({ day: ints([]), known: ints([]), caller: ints([]) })
  expect(course.peak).toBeNaN()
  expect(deadlineOf(course, 5)).toBeNaN()
})

test('callers are never more than tickets, and later tickets change nothing of what was known', () => {
  const ticket = fc.record({ day: fc.integer({ min: 0, max: 60 }), delay: fc.nat(3), caller: fc.integer({ min: -1, max: 9 }) })
  fc.assert(fc.property(fc.array(ticket, { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 63 }), (tickets, night) => {
    const make = (of: typeof tickets): ReturnType<typeof courseOf> => courseOf({
      day: ints(of.map((one) => one.day)), known: ints(of.map((one) => one.day + one.delay)), caller: ints(of.map((one) => one.caller)),
    })
    const whole = make(tickets)
    const then = make(tickets.filter((one) => one.day + one.delay <= night))
    expect(whole.callerNights.length).toBeLessThanOrEqual(whole.ticketNights.length)
    expect(knownBy(whole.callerNights, night)).toBe(then.callerNights.length)
    expect(knownBy(whole.ticketNights, night)).toBe(then.ticketNights.length)
  }), { seed: 20261123 })
})
