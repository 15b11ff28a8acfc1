import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { InvalidOptionError, PipelineError } from '../../../core/errors.ts'
import { drawCity } from '../../../pipelines/demo/city.ts'
import { DEMO_DEFAULTS, readDemoParams, resolveDemoParams } from '../../../pipelines/demo/params.ts'
import type { DemoParams } from '../../../pipelines/demo/params.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-demo-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(text: string): string {
  const path = join(directory, 'params.json')
  writeFileSync(path, text)
  return path
}

test('nothing given is the default city', () => {
  expect(resolveDemoParams({})).toEqual(DEMO_DEFAULTS)
})

test('days and dates follow from each other', () => {
  expect(resolveDemoParams({ days: 60 }).from).toBe('2026-09-24')
  expect(resolveDemoParams({ from: '2026-01-01', until: '2026-03-01' }).days).toBe(59)
  expect(() => resolveDemoParams({ from: '2026-01-01', until: '2026-03-01', days: 60 })).toThrow(/59/)
  expect(() => resolveDemoParams({ from: '2026-03-01', until: '2026-03-01' })).toThrow(InvalidOptionError)
})

test('a small city has fewer streets, sites and episodes, but one of each', () => {
  const params = resolveDemoParams({ districts: 2, days: 60 })
  expect(params).toMatchObject({ streets: 20, sites: 300, small: 1, sweeps: 1, warmUpDays: 15 })
})

test('a misspelt key, a wrong type and a number out of range are refused by name', () => {
  expect(() => resolveDemoParams({ distrikts: 3 } as Partial<DemoParams>)).toThrow(/distrikts/)
  expect(() => resolveDemoParams({ noise: '3' } as unknown as Partial<DemoParams>)).toThrow(/noise/)
  expect(() => resolveDemoParams({ districts: 0 })).toThrow(/districts/)
  expect(() => resolveDemoParams({ until: '2026-02-30' })).toThrow(/until/)
  expect(() => resolveDemoParams({ until: 20261123 } as unknown as Partial<DemoParams>)).toThrow(InvalidOptionError)
  expect(() => resolveDemoParams({ city: 'a,b' })).toThrow(/city/)
  expect(() => resolveDemoParams({ districts: 3, streets: 2 })).toThrow(/streets/)
  expect(() => drawCity({ sites: 30 }, 1)).toThrow(/sites/)
})

test('a params file is one JSON object', () => {
  expect(readDemoParams(file('{"districts": 2, "days": 60}'))).toEqual({ districts: 2, days: 60 })
  expect(() => readDemoParams(file('[1]'))).toThrow(PipelineError)
  expect(() => readDemoParams(file('{"a"'))).toThrow(/JSON/)
  expect(() => readDemoParams(join(directory, 'none.json'))).toThrow(PipelineError)
  expect(() => readDemoParams(file('{"dayz": 60}'))).toThrow(/dayz/)
})

test('cities of other shapes are drawn: one street, many districts, a summer without heating, no episodes', () => {
  const rows = (params: Partial<DemoParams>): number => [...drawCity(params, 5).tickets()].reduce((n, chunk) => n + chunk.toString().split('\n').length - 1, -1)
  expect(rows({ districts: 1, streets: 1, sites: 20, days: 14, ticketsPerDay: 5 })).toBeGreaterThan(50)
  expect(rows({ districts: 25, streets: 300, days: 14, ticketsPerDay: 100 })).toBeGreaterThan(1000)
  expect(rows({ districts: 2, from: '2026-05-01', until: '2026-07-01', ticketsPerDay: 40 })).toBeGreaterThan(1000)
})
