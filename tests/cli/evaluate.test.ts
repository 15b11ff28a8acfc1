import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { writeSmallBenchmark } from '../pipelines/small-benchmark.ts'
import { weisu } from './weisu.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-cli-evaluate-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const weekly = writeSmallBenchmark(directory, 'week', 20, 12)
const daily = writeSmallBenchmark(directory, 'day', 8, 6)

const evaluate = (kind: string, files: typeof weekly, ...words: string[]): ReturnType<typeof weisu> =>
  weisu(['evaluate', kind, '--counts', files.counts, '--series', files.series, '--data-dir', join(directory, 'data'), ...words])

const KEYS = ['method', 'fpr', 'pod', 'pod_first', 'sensitivity', 'ppv', 'f1', 'timeliness', 'pod_at_fpr01', 'sensitivity_at_fpr01',
  'pod_at_half_episode', 'within2_at_half_episode', 'first_at_half_episode', 'cpu_ms_per_series']

test('weekly --json is an array with a row of figures for each method, and makes no store', async () => {
  const { code, stdout, stderr } = await evaluate('weekly', weekly, '--methods', 'earsC1, earsC2', '--threads', '1', '--json')
  expect([code, stderr]).toEqual([0, ''])
  const rows = JSON.parse(stdout) as Record<string, number | string>[]
  expect(rows.map((row) => row.method)).toEqual(['earsC1', 'earsC2'])
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(expect.arrayContaining(KEYS))
    expect(row).not.toHaveProperty('pod_day3')
    for (const key of KEYS.slice(1, -1)) expect(row[key]).toSatisfy((value) => value === null || (typeof value === 'number' && value >= 0 && value <= 1))
  }
  expect(rows[0]!.pod).toBeGreaterThan(0.5) // twelve cases a week more than four
})

test('daily has the first three days and the published rate besides', async () => {
  const rows = JSON.parse((await evaluate('daily', daily, '--methods', 'earsC2', '--threads', '1', '--json')).stdout) as object[]
  expect(Object.keys(rows[0]!)).toEqual(expect.arrayContaining([...KEYS, 'pod_day3', 'pod_at_fpr0082', 'day3_at_fpr0082', 'sensitivity_at_fpr0082', 'timeliness_at_fpr0082']))
})

test('without --json a table', async () => {
  const { stdout } = await evaluate('weekly', weekly, '--methods', 'earsC1', '--threads', '1')
  const [titles, row] = stdout.trim().split('\n').map((line) => line.trim().split(/\s{2,}/))
  expect(titles!.slice(0, 3)).toEqual(['method', 'FPR', 'POD'])
  expect(row![0]).toBe('earsC1')
  expect(row).toHaveLength(titles!.length)
})

test('a kind of series, a method and a file that are not there end with their exit codes', async () => {
  expect((await evaluate('monthly', weekly)).code).toBe(2)
  const unknown = await evaluate('weekly', weekly, '--methods', 'earsC9')
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('farrington')])
  const mixed = await evaluate('daily', weekly)
  expect([mixed.code, mixed.stderr]).toEqual([4, expect.stringContaining('signal')])
})
