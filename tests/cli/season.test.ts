import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const args = (...words: string[]): string[] => [...words, '--data-dir', dataDir]

beforeAll(async () => {
  writeFileSync(join(directory, 'city.json'), JSON.stringify({ days: 120, ticketsPerDay: 50, districts: 2, streets: 6, sites: 90, until: '2026-03-01' }))
  expect((await weisu(args('demo', '--seed', '7', '--params', join(directory, 'city.json'), '--json'))).code).toBe(0)
})

test('before a night there is no calendar and there are no leads, and that is said', async () => {
  for (const command of ['calendar', 'leads']) {
    expect(await weisu(args(command, '--json'))).toMatchObject({ code: 0, stdout: 'null\n' })
    expect(await weisu(args(command, '--lang', 'zh'))).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('尚未计算') as string })
  }
})

test('a night computes both; with four months of past there is nothing to be told, of nothing tested', async () => {
  expect((await weisu(args('nightly', '--date', '2026-02-26', '--json'))).code).toBe(0)
  const calendar = await weisu(args('calendar', '--json'))
  expect(JSON.parse(calendar.stdout)).toEqual({ sunday: '2026-02-22', tested: 0, rows: [] })
  expect(JSON.parse((await weisu(args('leads', '--json'))).stdout)).toMatchObject({ sunday: '2026-02-22', rows: [] })
  expect((await weisu(args('calendar'))).stdout).toContain('2026-02-22')
  expect(await weisu(args('calendar', '--weeks', '99'))).toMatchObject({ code: 2 })
})

test('the watch list has the shape that is promised, and needs no night', async () => {
  const { code, stdout } = await weisu(args('watch', '--date', '2026-02-28', '--json'))
  expect(code).toBe(0)
  const list = JSON.parse(stdout) as { night: string, recent_days: number, rows: Record<string, unknown>[] }
  expect(list).toMatchObject({ night: '2026-02-28', recent_days: 56 })
  expect(list.rows.length).toBeGreaterThan(0)
  for (const row of list.rows) {
    expect(Object.keys(row).sort()).toEqual(['complaints', 'days_left', 'due_odds', 'first_complaint', 'households', 'kind', 'known_on', 'leading', 'no_topic', 'note', 'odds', 'place',
      'prior_log_odds', 'promised_on', 'state'])
  }
  expect((await weisu(args('watch', '--lang', 'zh'))).stdout).toContain('承诺日期')
})

test('a list of promises is read by itself, and its rejected rows are told', async () => {
  const file = join(directory, 'list.csv')
  writeFileSync(file, 'place,promised_on,kind,known_on\n云川市,2026-06-01,供暖,2026-01-01\nnowhere,2026-06-01,供暖,2026-01-01\n')
  const result = await weisu(args('import', '--watch', file, '--json'))
  expect(JSON.parse(result.stdout)).toMatchObject({ file: 'list.csv', read: 2, new: 1, rejected: 1, rejects: [{ line: 3, reason: 'place_unknown', column: 'place', value: 'nowhere' }] })
  expect(result.code).toBe(5)
  expect((await weisu(args('import', '--watch', file, '--lang', 'zh'))).stdout).toContain('未变 1')
  expect(await weisu(args('import', '--watch', file, 'tickets.csv'))).toMatchObject({ code: 2 })
})
