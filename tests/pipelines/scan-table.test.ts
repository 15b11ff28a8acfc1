import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { readScanTable } from '../../pipelines/scan-table.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-scan-table-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, ...lines: string[]): string {
  const path = join(directory, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

const geo = file('geo.csv', 'id,x_km,y_km', 'a,0,0', 'b,1.5,0', 'c,0,-2')
const cases = file('cases.csv', 'id,date,count', 'b,2026-01-03,2', 'a,2026-01-01,1', 'b,2026-01-03,1')

test('cases become counts by place and day, from the first day to the last', () => {
  const table = readScanTable({ cases: [cases], geo })
  expect(table).toMatchObject({ ids: ['a', 'b', 'c'], days: 3, dated: true, points: { kind: 'plane', x: Float64Array.of(0, 1.5, 0), y: Float64Array.of(0, 0, -2) } })
  expect(table.firstDay).toBe(Date.UTC(2026, 0, 1) / 864e5)
  expect(table.topics).toEqual([Float64Array.of(1, 0, 0, 0, 0, 3, 0, 0, 0)])
})

test('the period cuts or lengthens the study', () => {
  const table = readScanTable({ cases: [cases], geo }, { from: '2026-01-02', until: '2026-01-05' })
  expect(table.topics).toEqual([Float64Array.of(0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0)])
  expect(() => readScanTable({ cases: [cases], geo }, { until: 'soon' })).toThrow(InvalidOptionError)
  expect(() => readScanTable({ cases: [cases], geo }, { until: '2025-12-31' })).toThrow(/no days/)
})

test('places may lie on the earth, and days have numbers', () => {
  const earth = file('earth.csv', 'id,lat,lon', 'a,39.9,116.4')
  const numbered = file('numbered.csv', 'id,day,count', 'a,7,1', 'a,9,1')
  const table = readScanTable({ cases: [numbered], geo: earth }, { until: '10' })
  expect(table).toMatchObject({ firstDay: 7, days: 4, dated: false, points: { kind: 'earth', x: Float64Array.of(116.4), y: Float64Array.of(39.9) } })
})

test('days without a feed are gaps, for one place or for all', () => {
  const missing = file('missing.csv', 'id,date', 'a,2026-01-02', '*,2026-01-01', 'b,2030-01-01')
  const [counts] = readScanTable({ cases: [cases], geo, missing }).topics
  expect([...counts]).toEqual([NaN, NaN, 0, NaN, 0, 3, NaN, 0, 0])
})

test('baselines, population and neighbours are read by the same ids', () => {
  const table = readScanTable({
    cases: [cases, cases], geo,
    baseline: file('baseline.csv', 'id,date,baseline', 'a,2026-01-02,0.5', 'c,2026-01-03,1e-3', 'a,2025-01-01,9'),
    population: file('population.csv', 'id,population', 'c,10', 'a,20'),
    adjacency: file('adjacency.csv', 'id,neighbour', 'a,b', 'c,b'),
  })
  expect(table.topics.length).toBe(2)
  expect([...table.baselines!]).toEqual([NaN, 0.5, NaN, NaN, NaN, NaN, NaN, NaN, 0.001])
  expect([...table.population!]).toEqual([20, 0, 10])
  expect(table.adjacentPairs).toEqual([0, 1, 2, 1])
})

test.each<[string, string, string[], RegExp]>([
  ['scan_unknown_id', 'an unknown place', ['id,date,count', 'a,2026-01-01,1', 'z,2026-01-01,1'], /line 3 of .*bad.csv: z is not among/],
  ['scan_bad_date', 'a date that is none', ['id,date,count', 'a,2026-02-30,1'], /line 2 of .*2026-02-30/],
  ['scan_bad_day', 'a day that is no number', ['id,day,count', 'a,first,1'], /line 2 of .*first/],
  ['scan_bad_count', 'a negative count', ['id,date,count', '', 'a,2026-01-01,-1'], /line 3 of .*-1/],
  ['scan_bad_count', 'half a case', ['id,date,count', 'a,2026-01-01,0.5'], /line 2 of .*0.5/],
  ['scan_bad_number', 'a count that is no number', ['id,date,count', 'a,2026-01-01,many'], /line 2 of .*many/],
])('%s: %s is told with its file and line', (code, _, lines, message) => {
  const bad = file('bad.csv', ...lines)
  const caught = (() => { try { readScanTable({ cases: [bad], geo }) } catch (error) { return error } })()
  expect(caught).toBeInstanceOf(BadInputError)
  expect(caught).toMatchObject({ code, message: expect.stringMatching(message) })
})

test('places are told apart, and lie somewhere', () => {
  expect(() => readScanTable({ cases: [cases], geo: file('twice.csv', 'id,x_km,y_km', 'a,0,0', 'a,1,1') })).toThrow(/line 3 of .*twice.csv: a is there twice/)
  expect(() => readScanTable({ cases: [cases], geo: file('north.csv', 'id,lat,lon', 'a,91,0') })).toThrow(/line 2 of .*lat/)
  expect(() => readScanTable({ cases: [cases], geo: file('none.csv', 'id,x_km,y_km') })).toThrow(/no rows/)
  expect(() => readScanTable({ cases: [cases], geo: file('lost.csv', 'id,name', 'a,b') })).toThrow(/no column x_km/)
})
