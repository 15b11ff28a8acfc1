import { describe, expect, test } from 'vitest'
import { drawCity } from '../../../pipelines/demo/city.ts'
import type { DemoLabel, EpisodeKind } from '../../../pipelines/demo/episode-plan.ts'
import { drawSmall } from './small-city.ts'
import type { Row } from './small-city.ts'

const { city, rows } = drawSmall(11, { days: 400, ticketsPerDay: 40 })
const byNumber = new Map(rows.map((row) => [row.工单编号!, row]))
const rowsOf = (label: DemoLabel): Row[] => label.ticket_nos.map((number) => byNumber.get(number)!)
const ofKind = (kind: EpisodeKind): DemoLabel[] => city.labels.filter((label) => label.kind === kind)

test('every kind is planted at least once', () => {
  const kinds = new Set(city.labels.map((label) => label.kind))
  expect([...kinds].sort()).toEqual(['campaign', 'cold_wave', 'heating', 'housing', 'noise', 'prepaid', 'small', 'smell', 'storm', 'sweep', 'wages', 'water'])
})

test('a label’s tickets are in the export, within its days, places and topics', () => {
  for (const label of city.labels) {
    expect(rowsOf(label).every((row) => row !== undefined), label.id).toBe(true)
    for (const row of rowsOf(label)) {
      const day = row.受理时间!.slice(0, 10)
      expect(day >= label.from && day < label.until, `${label.id} ${day}`).toBe(true)
      const place = ['云川市', row.区县, row.街道, row.小区].filter((name) => name !== '')
      expect(label.places.some((path) => path.every((name, i) => place[i] === name)), `${label.id} ${place.join('›')}`).toBe(true)
      expect(label.topics.some((path) => row.问题分类!.startsWith(`${path.join('>')}>`))).toBe(true)
    }
  }
})

test('a ticket belongs to one episode at most and its row does not tell', () => {
  const numbers = city.labels.flatMap((label) => label.ticket_nos)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(Object.keys(rows[0]!).join()).not.toMatch(/label|标签|GID|群诉/)
})

test('callers of a label are its distinct phone numbers', () => {
  for (const label of city.labels.filter((x) => x.kind !== 'sweep')) expect(new Set(rowsOf(label).map((row) => row.来电号码)).size, label.id).toBe(label.callers)
})

describe('the seed’s case', () => {
  const label = city.labels.find((x) => x.id === 'seed-case')!
  const tickets = rowsOf(label)

  test('lies at one project of 520 households', () => {
    expect(label.places).toHaveLength(1)
    expect(label.places[0]!.at(-1)).toBe('锦澜府')
    expect(city.places.find((place) => place.path.join() === label.places[0]!.join())!.households).toBe(520)
    expect(tickets.every((row) => row.小区 === '锦澜府')).toBe(true)
  })

  test('has 90 tickets or more of some 80 callers, the fifth months before the fiftieth', () => {
    expect(tickets.length).toBeGreaterThanOrEqual(90)
    expect(label.callers).toBeGreaterThan(70)
    expect(label.callers).toBeLessThan(90)
    expect(new Set(tickets.slice(0, 5).map((row) => row.来电号码)).size).toBe(5)
    const day = (n: number): number => Date.parse(tickets[n - 1]!.受理时间!.slice(0, 10)) / 86400000
    expect(day(5) - day(1)).toBeLessThanOrEqual(14)
    expect(day(50) - day(5)).toBeGreaterThan(120)
    expect(day(20) - day(5)).toBeGreaterThan(60)
  })

  test('begins with stalled work and unpaid wages; late delivery is spoken of later', () => {
    const first = (topic: string): number => tickets.findIndex((row) => row.问题分类!.endsWith(`>${topic}`))
    expect(first('停工')).toBe(0)
    expect(first('工地欠薪')).toBeGreaterThan(4)
    expect(first('延期交房')).toBeGreaterThan(first('工地欠薪'))
    expect(tickets.some((row) => row.主要内容!.includes('2026年12月31日'))).toBe(true)
  })

  test('says when it is due, some weeks after the end', () => {
    expect(label.due_on).toBe('2026-12-31')
    expect(city.labels.filter((x) => x.due_on !== undefined)).toHaveLength(1)
  })

  test('is under way on the last day but one', () => {
    expect(label.until >= '2026-11-21').toBe(true)
  })
})

describe('what must not alert', () => {
  test('a sweep is one topic, one street, one channel within one hour and has no caller', () => {
    for (const label of ofKind('sweep')) {
      const tickets = rowsOf(label)
      expect(label.should_alert).toBe(false)
      expect(tickets.length).toBeGreaterThanOrEqual(60)
      expect(tickets.length).toBeLessThanOrEqual(300)
      for (const column of ['问题分类', '街道', '受理渠道']) expect(new Set(tickets.map((row) => row[column])).size).toBe(1)
      expect(new Set(tickets.map((row) => row.受理时间!.slice(0, 13))).size).toBe(1)
      expect(tickets.every((row) => row.来电号码 === '')).toBe(true)
    }
  })

  test('a campaign is one caller at one place over weeks', () => {
    for (const label of ofKind('campaign')) {
      expect(label.should_alert).toBe(false)
      expect(label.callers).toBe(1)
      expect(label.places).toHaveLength(1)
    }
    expect(Math.max(...ofKind('campaign').map((label) => label.ticket_nos.length))).toBeGreaterThanOrEqual(20)
  })

  test('everything else must', () => {
    expect(city.labels.filter((label) => !['sweep', 'campaign'].includes(label.kind)).every((label) => label.should_alert)).toBe(true)
  })
})

test('whatever the seed, an episode that must alert has three callers or more', () => {
  for (let seed = 0; seed < 8; seed++) {
    const { labels } = drawCity({ districts: 2, days: 90 }, seed)
    expect(labels.filter((label) => label.should_alert && label.callers < 3).map((label) => label.id)).toEqual([])
    expect(labels.length).toBeGreaterThan(7)
  }
})

test('one ordinary housing project can be had without the seed’s', () => {
  const { labels } = drawCity({ districts: 1, days: 200, seedCase: 0, housing: 1 }, 1)
  expect(labels.filter((label) => label.kind === 'housing').map((label) => label.id)).toEqual(['housing-02'])
})

test('a smell moves on: the last street’s tickets come later than the first’s', () => {
  for (const label of ofKind('smell')) {
    const mean = (street: string): number => {
      const days = rowsOf(label).flatMap((row, i) => (row.街道 === street ? [i] : []))
      return days.reduce((sum, i) => sum + i, 0) / days.length
    }
    const streets = label.places.map((path) => path.at(-1)!).filter((street) => rowsOf(label).some((row) => row.街道 === street))
    if (streets.length > 1) expect(mean(streets.at(-1)!)).toBeGreaterThan(mean(streets[0]!))
  }
})

test('heating fails in the heating season only', () => {
  for (const label of [...ofKind('heating'), ...ofKind('cold_wave')]) expect(label.from.slice(5) >= '11-15' || label.from.slice(5) < '03-20').toBe(true)
})

test('the default city has 130 episodes or more, a dozen of them in its last two weeks', () => {
  const { labels } = drawCity({}, 1)
  expect(labels.length).toBeGreaterThan(130)
  expect(labels.filter((label) => label.should_alert && label.ticket_nos.length >= 20).length).toBeGreaterThan(60)
  expect(labels.filter((label) => label.should_alert && label.until > '2026-11-12').length).toBeGreaterThanOrEqual(10)
})
