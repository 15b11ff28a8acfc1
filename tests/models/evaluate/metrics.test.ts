import { expect, test } from 'vitest'
import { alarmRate, measureDetection } from '../../../models/evaluate/metrics.ts'
import type { Outbreaks } from '../../../models/evaluate/metrics.ts'

const rows = (...texts: string[]): Uint8Array => Uint8Array.from(texts.join('').replaceAll(' ', ''), Number)

test('the measures are those of their definitions', () => {
  const outbreaks: Outbreaks = { series: 4, periods: 8, during: rows('0011 1100', '0110 0000', '0000 0111', '0000 0000') }
  const alarm = rows(/* second of four */ '1001 1000', /* at once */ '0110 0000', /* missed */ '0000 1000', /* no outbreak */ '0000 0001')
  const measured = measureDetection(outbreaks, alarm)
  expect(measured.pod).toBeCloseTo(2 / 3, 12)
  expect(measured.podFirst).toBeCloseTo(1 / 3, 12)
  expect([measured.podWithin2, measured.podWithin3]).toEqual([measured.pod, measured.pod])
  expect(measured.sensitivity).toBeCloseTo(4 / 9, 12)
  expect(measured.ppv).toBeCloseTo(4 / 7, 12)
  expect(measured.f1).toBeCloseTo(2 / (9 / 4 + 7 / 4), 12)
  expect(measured.timeliness).toBeCloseTo((1 / 4 + 0 + 1) / 3, 12)
})

test('the pauses of an outbreak are no part of it, but time passes', () => {
  // As a signal without weekend work: cases on Thursday, Friday, Monday, Tuesday; the alarm comes on Friday or on Monday.
  const during = rows('0011 0011 00')
  const friday = measureDetection({ series: 1, periods: 10, during }, rows('0001 0000 00'))
  expect([friday.podFirst, friday.podWithin2, friday.podWithin3]).toEqual([0, 1, 1])
  const monday = measureDetection({ series: 1, periods: 10, during }, rows('0000 0010 00'))
  expect([monday.pod, monday.podWithin3]).toEqual([1, 0])
  expect(monday.timeliness).toBeCloseTo(4 / 6, 12)
  // An alarm in the pause finds nothing and is a false one.
  expect(measureDetection({ series: 1, periods: 10, during }, rows('0000 1000 00'))).toMatchObject({ pod: 0, ppv: 0, timeliness: 1 })
})

test('what nothing can be said of is no number', () => {
  const calm = measureDetection({ series: 2, periods: 3, during: new Uint8Array(6) }, rows('010', '000'))
  expect([calm.pod, calm.sensitivity, calm.f1, calm.timeliness].every(Number.isNaN)).toBe(true)
  expect(calm.ppv).toBe(0)
  const silent = measureDetection({ series: 1, periods: 3, during: rows('010') }, new Uint8Array(3))
  expect(silent).toMatchObject({ pod: 0, sensitivity: 0, f1: 0, timeliness: 1 })
  expect(silent.ppv).toBeNaN()
})

test('the rate of alarms is of all periods, or of the quiet ones', () => {
  expect(alarmRate(rows('1100'))).toBe(0.5)
  expect(alarmRate(rows('1100'), rows('0111'))).toBeCloseTo(1 / 3, 12)
})
