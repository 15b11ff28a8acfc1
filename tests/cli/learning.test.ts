import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { formatDay, localDay } from '../../core/days.ts'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const run = (...words: string[]): ReturnType<typeof weisu> => weisu([...words, '--data-dir', dataDir])
let alert = ''

/** Twelve quiet days, then one with fifty times as many. */
beforeAll(async () => {
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv({ days: 12 }) + ticketsCsv({ from: '2026-10-13', days: 1, perDay: 300, prefix: 'B' }).split('\n').slice(1).join('\n'))
  expect((await run('import', file, '--city', '云川市')).code).toBe(0)
  expect((await run('nightly', '--from', '2026-10-13', '--until', '2026-10-14', '--quiet')).code).toBe(0)
  const rows = JSON.parse((await run('alerts', '--date', '2026-10-13', '--json', '--quiet')).stdout) as { id: string }[]
  alert = rows[0]!.id
})

test('a unit judges an alert, from today on or from a day it names, and may say otherwise later', async () => {
  const first = await run('alerts', 'judge', alert, '--verdict', 'false', '--note', 'annual maintenance', '--by', 'Water Bureau', '--on', '2026-10-14')
  expect([first.code, first.stdout]).toEqual([0, `Alert ${alert}: false, counted from the night of 2026-10-14 on\n`])
  const second = JSON.parse((await run('alerts', 'judge', alert, '--verdict', 'true', '--json')).stdout) as object
  expect(second).toEqual({
    alert_id: alert,
    verdicts: [
      { verdict: 'false', known_on: '2026-10-14', by: 'Water Bureau', note: 'annual maintenance' },
      { verdict: 'true', known_on: formatDay(localDay(Date.now(), 'Asia/Shanghai')), by: '', note: '' },
    ],
  })
  expect(await run('alerts', 'judge', 'nobody', '--verdict', 'true')).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('nobody') as string })
})

test('the night that knows of a verdict runs again, its record counts it, and its threshold moves', async () => {
  expect(JSON.parse((await run('nightly', '--date', '2026-10-14', '--json', '--quiet')).stdout)).toMatchObject({ reused: false })
  const review = JSON.parse((await run('review', '--date', '2026-10-14', '--json')).stdout) as { alerts: { id: string, outcome: string, final: boolean, verdict: string }[], all: object }
  expect(review.alerts.find(({ id }) => id === alert)).toMatchObject({ outcome: 'still_on', final: false, verdict: 'false' })
  expect(review.all).toMatchObject({ of: 1, judged: 1, good: 0 })
  expect((await run('review', '--date', '2026-10-14', '--lang', 'zh')).stdout).toContain('误报')
  const [moved] = JSON.parse((await run('thresholds', '--json')).stdout) as { moves: object[] }[]
  expect(moved!.moves).toEqual([{ night: '2026-10-14', alert_id: alert, reason: 'judged_false', from: 0, to: 0.3 }])
  expect((await run('thresholds', 'list')).stdout).toContain('2 times')
})

test('a move is taken back, and what was not moved cannot be', async () => {
  expect((await run('thresholds', 'undo', alert, '--on', '2026-10-15', '--note', 'road works')).stdout).toContain('from the night of 2026-10-15 on')
  expect((await run('thresholds', '--json')).stdout).toBe('[]\n')
  expect(await run('thresholds', 'undo', 'nobody')).toMatchObject({ code: 4, stdout: '' })
})

test('where nothing can be told yet, that is said', async () => {
  expect(await run('effect')).toMatchObject({ code: 0, stdout: 'As of 2026-10-14 no alert has been over for 30 days\n' })
  const coverage = JSON.parse((await run('coverage', '--json')).stdout) as { depth: number, places: { place: string[], signal: string }[] }
  expect(coverage.depth).toBe(2)
  expect(coverage.places.map(({ place }) => place.at(-1)).sort()).toEqual(['松林街道', '柳河街道'])
  for (const { signal } of coverage.places) expect(signal).toBe('cannot_tell')
})

test.each([
  [['alerts', 'judge', 'x'], 'option --verdict <verdict> is needed'],
  [['alerts', 'judge', 'x', '--verdict', 'perhaps'], 'true, partly, false, known'],
  [['alerts', 'judge', '--verdict', 'true'], 'missing argument id'],
  [['review', '--last', '0'], '--last'],
  [['thresholds', 'undo'], 'missing argument id'],
])('%j is a usage error', async (words, message) => {
  expect(await run(...words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string })
})
