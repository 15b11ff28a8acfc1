import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { drawCity } from '../../../pipelines/demo/city.ts'
import { drawSmall } from './small-city.ts'
import type { Row } from './small-city.ts'

const small = drawSmall(7)
const count = (rows: readonly Row[], test: (row: Row) => boolean): number => rows.filter(test).length

describe('the export', () => {
  test('is the same for the same seed, another for another', () => {
    const hash = (seed: number): string => createHash('sha256').update(drawSmall(seed).bytes).digest('hex')
    expect(hash(7)).toBe(createHash('sha256').update(small.bytes).digest('hex'))
    expect(hash(8)).not.toBe(hash(7))
  })

  test('can be asked for twice from one city', () => {
    expect(Buffer.concat([...small.city.tickets()]).equals(small.bytes)).toBe(true)
  })

  test('has unique ticket numbers in the order of acceptance', () => {
    const numbers = small.rows.map((row) => row.工单编号!)
    expect(new Set(numbers).size).toBe(numbers.length)
    expect([...numbers].sort()).toEqual(numbers)
    const times = small.rows.map((row) => row.受理时间!)
    expect([...times].sort()).toEqual(times)
  })

  test('is recorded after acceptance, mostly the same day, three days later at most, never after the export', () => {
    const late = small.rows.map((row) => {
      expect(row.入库时间! >= row.受理时间!).toBe(true)
      expect(row.入库时间! < '2026-11-23').toBe(true)
      return (Date.parse(row.入库时间!.slice(0, 10)) - Date.parse(row.受理时间!.slice(0, 10))) / 86400000
    })
    expect(Math.max(...late)).toBeLessThanOrEqual(3)
    expect(late.filter((days) => days === 0).length / late.length).toBeGreaterThan(0.87)
    expect(late.filter((days) => days > 0).length / late.length).toBeGreaterThan(0.05)
  })

  test('knows nothing of what happened after it', () => {
    expect(small.rows.every((row) => row.办结时间 === '' || row.办结时间! < '2026-11-23')).toBe(true)
    expect(count(small.rows, (row) => row.工单状态 === '已办结' && row.办结时间! <= row.派单时间!)).toBe(0)
    expect(count(small.rows, (row) => row.工单状态 === '办理中')).toBeGreaterThan(20)
  })

  test('names places of the registry only, each with its parents', () => {
    const paths = new Set(small.city.places.map((place) => place.path.join('›')))
    for (const row of small.rows) expect(paths).toContain(['云川市', row.区县, row.街道, row.小区].filter((name) => name !== '').join('›'))
  })

  test('names topics and units of the registries only', () => {
    const topics = new Set(small.city.topics.map((topic) => topic.path.join('>')))
    const units = new Set(['', ...small.city.units.map((unit) => unit.name)])
    for (const row of small.rows) {
      expect(topics).toContain(row.问题分类)
      expect(units).toContain(row.承办单位)
    }
  })

  test('plants personal data for the importer to remove', () => {
    const text = small.rows.map((row) => row.主要内容!).join('\n')
    expect(text).toMatch(/1[3-9]\d{9}/)
    expect(text).toMatch(/990101\d{11}[\dX]/)
    expect(text).toMatch(/[晋陕甘青豫][A-H]\d{5}/)
    expect(text).toMatch(/\d+号楼\d单元\d+室/)
    expect(text).toMatch(/市民\p{Script=Han}{2,3}反映/u)
  })
})

describe('the distribution of ordinary days', () => {
  const plain = drawSmall(3, {
    ticketsPerDay: 300, days: 364, seedCase: 0, housing: 0, heating: 0, water: 0, noise: 0, wages: 0, prepaid: 0, smell: 0, small: 0, storms: 0, coldWaves: 0, sweeps: 0, campaigns: 0, chronic: 0,
  })
  const byDay = new Map<string, number>()
  for (const row of plain.rows) byDay.set(row.受理时间!.slice(0, 10), (byDay.get(row.受理时间!.slice(0, 10)) ?? 0) + 1)

  test('a day has the tickets asked for, within a twentieth over the year', () => {
    expect(byDay.size).toBe(364)
    expect(Math.abs(plain.rows.length / 364 - 300)).toBeLessThan(15)
  })

  test('weekends and holidays are quieter, make-up Sundays are not', () => {
    const mean = (days: string[]): number => days.reduce((sum, day) => sum + byDay.get(day)!, 0) / days.length
    const on = (weekday: number): string[] => [...byDay.keys()].filter((day) => new Date(day).getUTCDay() === weekday && !/-(10-0[1-8]|02-1[4-9]|02-2[0-8]|09-20)/.test(day))
    expect(mean(on(0)) / mean(on(1))).toBeLessThan(0.85)
    expect(mean(['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07']) / mean(on(3))).toBeLessThan(0.8)
    expect(byDay.get('2026-09-20')! / mean(on(0))).toBeGreaterThan(1.05)
  })

  test('over half are consultations, mostly without a place; most others name a site', () => {
    const consults = plain.rows.filter((row) => row.诉求类型 === '咨询')
    expect(Math.abs(consults.length / plain.rows.length - 0.55)).toBeLessThan(0.03)
    expect(count(consults, (row) => row.区县 === '') / consults.length).toBeGreaterThan(0.8)
    const others = plain.rows.filter((row) => row.诉求类型 !== '咨询')
    expect(count(others, (row) => row.小区 !== '') / others.length).toBeGreaterThan(0.4)
    expect(Math.abs(count(others, (row) => row.诉求类型 === '求助') / others.length - 0.62)).toBeLessThan(0.03)
  })

  test('a caller in fifty calls again about the same, and says so', () => {
    const numbers = new Set(plain.rows.map((row) => row.工单编号!))
    const repeats = plain.rows.filter((row) => row.旧工单编号 !== '')
    expect(repeats.every((row) => numbers.has(row.旧工单编号!))).toBe(true)
    expect(repeats.length / plain.rows.length).toBeGreaterThan(0.005)
    expect(repeats.length / plain.rows.length).toBeLessThan(0.025)
  })

  test('heating belongs to winter and street noise to summer nights', () => {
    const share = (topic: string, months: RegExp): number => count(plain.rows, (row) => row.问题分类!.includes(topic) && months.test(row.受理时间!)) / count(plain.rows, (row) => row.问题分类!.includes(topic))
    expect(share('供热', /^....-(11|12|01|02|03)/)).toBeGreaterThan(0.95)
    expect(share('社会生活噪声', /^....-(05|06|07|08|09)/)).toBeGreaterThan(0.55)
  })

  test('clusters of five callers at a site within a week are rare', () => {
    const cells = new Map<string, number[]>()
    for (const row of plain.rows) {
      if (row.小区 === '' || row.诉求类型 === '咨询') continue
      const key = `${row.小区}|${row.问题分类!.split('>')[1]}`
      cells.set(key, [...(cells.get(key) ?? []), Date.parse(row.受理时间!.slice(0, 10)) / 86400000])
    }
    let clusters = 0
    for (const days of cells.values()) if (days.some((day, i) => i >= 4 && day - days[i - 4]! < 7)) clusters++
    expect(clusters).toBeLessThan(40)
    expect(cells.size).toBeGreaterThan(2000)
  })
})

test('one day is in memory at a time', () => {
  const city = drawCity({ ticketsPerDay: 1500, days: 40 }, 1)
  const sizes = [...city.tickets()].map((chunk) => chunk.length)
  expect(sizes.length).toBe(41)
  expect(Math.max(...sizes)).toBeLessThan(2_000_000)
})
