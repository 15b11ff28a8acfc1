import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { recountAll } from '../../pipelines/count.ts'
import type { ScoreCard } from '../../pipelines/scorecard/card.ts'
import { openDb } from '../../sql/db.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
const labels = join(dataDir, 'labels.json')
useServer(dataDir)

const score = (...words: string[]): ReturnType<typeof weisu> => weisu(['score', ...words, '--data-dir', dataDir])

/** The ledger of nights that ran and had nothing to tell. */
async function enterNights(from: string, until: string): Promise<void> {
  const db = await openDb(loadConfig({ dataDir }, {}), 'test')
  await db.query(`insert into runs (night, status, code_version, config_hash) select d::date, 'succeeded', '', '' from generate_series($1::date, $2::date, interval '1 day') as d`, [from, until])
  await recountAll(db)
  await db.close()
}

beforeAll(async () => {
  const params = join(directory, 'city.json')
  writeFileSync(params, JSON.stringify({ days: 100, ticketsPerDay: 40, districts: 2, streets: 6, sites: 60, until: '2026-03-01' }))
  expect((await weisu(['demo', '--seed', '5', '--params', params, '--data-dir', dataDir, '--quiet'])).code).toBe(0)
})

test('without a night there is nothing to score', async () => {
  const { code, stderr } = await score('--labels', labels)
  expect([code, stderr]).toEqual([4, expect.stringContaining('has run')])
})

test('nights are scored: a table, JSON under the promised names, a page, tables of Arrow', async () => {
  await enterNights('2026-02-17', '2026-02-28')
  const page = join(directory, 'card.html')
  const tables = join(directory, 'tables')
  const { code, stdout, stderr } = await score('--labels', labels, '--references', 'all', '--json', '--html', page, '--arrow', tables)
  expect([code, stderr]).toEqual([0, expect.stringContaining(page)])
  const card = JSON.parse(stdout) as ScoreCard
  const promised = [...readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8').split('## weisu score')[1]!.split('```json')[1]!.split('```')[0]!.matchAll(/"(\w+)":/g)].map((match) => match[1]!)
  const keys = new Set<string>()
  JSON.stringify(card, (key, value: unknown) => {
    keys.add(key)
    return value
  })
  expect(promised.filter((key) => !keys.has(key))).toEqual([])
  expect(card).toMatchObject({ from: '2026-02-17', until: '2026-02-28', nights: 12, episodes_from: 'labels' })
  expect(card.references!.rules.map((rule) => rule.name)).toEqual(['three_in_seven', 'weekday_mean_3sd', 'ears_c2', 'farrington_flexible', 'hotspot_list', 'permutation_scan'])
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  expect(readdirSync(tables).sort()).toEqual(['alerts.arrow', 'surges.arrow'])
  const table = await score('--labels', labels, '--from', '2026-02-27')
  expect(table.stdout).toMatch(/2026-02-27 to 2026-02-28, 2 nights[\s\S]*alerted by the fifth caller[\s\S]*false alerts per stream-year/)
  expect(table.stdout).not.toContain('did not run')
  await enterNights('2026-01-30', '2026-01-30')
  // Was scored without a word, and looked like failure.
  expect((await score('--labels', labels)).stdout).toContain('17 of the 30 nights in between did not run')
})

test('what cannot be scored is said before anything is written', async () => {
  const page = join(directory, 'none.html')
  expect(await score('--references', 'astrology', '--html', page)).toMatchObject({ code: 2, stderr: expect.stringContaining('permutation_scan') as string })
  expect(await score('--replay', 'nothing')).toMatchObject({ code: 4, stderr: expect.stringContaining('nothing') as string })
  expect(await score('--labels', join(directory, 'absent.json'), '--html', page)).toMatchObject({ code: 4, stderr: expect.stringContaining('absent.json') as string })
  expect(await score('--from', '2026-02-20', '--until', '2026-02-19')).toMatchObject({ code: 2 })
  expect(existsSync(page)).toBe(false)
})
