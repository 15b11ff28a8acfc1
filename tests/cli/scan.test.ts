import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRng } from '../../core/rng.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { lacksShared, sharedPath } from '../support/shared.ts'
import { useDirectory, weisu } from './weisu.ts'

const directory = useDirectory()
const geo = join(directory, 'geo.csv')
const cases = join(directory, 'cases.csv')

/** 49 places on a grid with some noise and 40 days of about 1 case each; the last 4 days have 5 more a day at one place and its four neighbours. */
const random = createRng('scan of files')
const CLUSTER = ['P17', 'P23', 'P24', 'P25', 'P31']
const ids = Array.from({ length: 49 }, (_, i) => `P${i}`)
writeFileSync(geo, `id,x_km,y_km\n${ids.map((id, i) => `${id},${(i % 7) + random.next() / 5},${Math.floor(i / 7) + random.next() / 5}`).join('\n')}\n`)
const rows = ids.flatMap((id, i) => Array.from({ length: 40 }, (_, day) => {
  const count = random.poisson(1) + (day >= 36 && CLUSTER.includes(`P${i}`) ? 5 : 0)
  return `${id},${formatDay(parseDay('2026-03-01') + day)},${count}`
}))
writeFileSync(cases, `id,date,count\n${rows.join('\n')}\n`)

const scan = (...args: string[]) => weisu(['scan', '--cases', cases, '--geo', geo, '--data-dir', directory, '--seed', '3', ...args])

test('the planted cluster is found, as JSON and as a table', async () => {
  const json = await scan('--max-days', '7', '--json')
  expect(json).toMatchObject({ code: 0, stderr: '' })
  const result = JSON.parse(json.stdout)
  expect(Object.keys(result)).toEqual(['clusters', 'cpu', 'wall', 'settings'])
  expect(Object.keys(result.clusters[0])).toEqual(['places', 'from', 'until', 'observed', 'expected', 'statistic', 'p', 'gumbel_p', 'recurrence_days'])
  const [{ places, from, until, observed, expected, p, gumbel_p, recurrence_days }] = result.clusters
  expect([...places].sort()).toEqual(CLUSTER)
  expect([from, until]).toEqual(['2026-04-06', '2026-04-10'])
  expect(observed).toBeGreaterThan(2 * expected)
  expect(p).toBe(0.001)
  expect(gumbel_p).toBeLessThan(0.001)
  expect(recurrence_days).toBeCloseTo(1000, 6)
  expect(Object.keys(result.cpu)).toEqual(['load', 'scan', 'replicate'])
  for (const seconds of Object.values<number>(result.cpu)) expect(seconds).toBeGreaterThan(0)
  expect(result.settings).toMatchObject({ model: 'permutation', places: 49, days: 40, from: '2026-03-01', until: '2026-04-10', replicates: 999 })

  const table = await scan('--max-days', '7', '--most', '1')
  const [head, line] = table.stdout.split('\n')
  expect(head).toMatch(/no\. +from +to +observed +expected +statistic +p +Gumbel p +recurs \(days\) +places/)
  // People want the last day, programs the day after.
  expect(line).toMatch(/^ +1 +2026-04-06 +2026-04-09 +\d+ +\d+\.\d\d +\d+\.\d{6} +0\.0010 +\S+ +1,000 +(P\d+ ?){5}$/)
  expect(table.stderr).toMatch(/^49 places, 40 days from 2026-03-01, [\d,]+ cases, [\d,]+ zones, 999 replicates; CPU /)
})

test('threads change nothing but the time', async () => {
  const found = async (...args: string[]): Promise<unknown> => JSON.parse((await scan('--json', '--max-days', '5', ...args)).stdout).clusters
  const one = await found()
  expect(await found('--threads', '2')).toEqual(one)
  expect(await found('--seed', '4')).not.toEqual(one)
})

test('a sequential run stops when it knows enough', async () => {
  const { clusters, settings } = JSON.parse((await scan('--until', '2026-04-05', '--sequential', '10', '--threads', '2', '--json')).stdout)
  expect(settings.replicates).toBeLessThan(999)
  expect(clusters[0].p).toBeCloseTo(10 / settings.replicates, 12)
})

test.each([
  [['--model', 'poisson']], [['--model', 'negative-binomial']], [['--retrospective', '--secondary', 'all-windows', '--most', '2']], [['--irregular', '6']],
  [['--day-of-week']], [['--cases', cases, '--purpose', 'adjustment']], [['--max-radius', '2', '--max-places', '5', '--ties', 'one-at-a-time', '--earlier', '3']],
])('%j finds it too', async (args) => {
  const { code, stdout, stderr } = await scan('--json', '--max-days', '5', '--replicates', '99', ...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [{ places, p }] = JSON.parse(stdout).clusters
  expect(places).toEqual(expect.arrayContaining(['P24']))
  expect(p).toBe(0.01)
})

test('baselines and population are taken from files', async () => {
  const baseline = join(directory, 'baseline.csv')
  writeFileSync(baseline, `id,date,baseline\n${ids.flatMap((id) => Array.from({ length: 5 }, (_, i) => `${id},${formatDay(parseDay('2026-04-05') + i)},1`)).join('\n')}`)
  const population = join(directory, 'population.csv')
  writeFileSync(population, `id,population\n${ids.map((id) => `${id},1000`).join('\n')}`)
  for (const [flag, path, total] of [['--baseline', baseline, 20], ['--population', population, undefined]] as const) {
    const { clusters } = JSON.parse((await scan('--json', '--model', 'poisson', '--max-days', '5', flag, path)).stdout)
    expect([...clusters[0].places].sort()).toEqual(CLUSTER)
    expect(clusters[0].p).toBe(0.001)
    if (total !== undefined) expect(clusters[0].expected).toBeCloseTo(total, 9)
  }
  expect((await scan('--model', 'poisson', '--baseline', baseline, '--population', population)).code).toBe(2)
})

test('what is wrong is told with its file and line, in the user\'s language', async () => {
  const bad = join(directory, 'bad.csv')
  writeFileSync(bad, 'id,date,count\nP1,2026-03-01,1\nQ1,2026-03-01,1\n')
  const english = await weisu(['scan', '--cases', bad, '--geo', geo])
  expect(english).toMatchObject({ code: 4, stdout: '', stderr: `error: line 3 of ${bad}: Q1 is not among the places\n` })
  const chinese = await weisu(['scan', '--cases', bad, '--geo', geo, '--lang', 'zh-CN'])
  expect(chinese.stderr).toContain(`${bad} 第 3 行：地点文件中没有 Q1`)
  writeFileSync(bad, 'id,date,count\nP1,2026-03-01,-1\n')
  expect((await weisu(['scan', '--cases', bad, '--geo', geo])).stderr).toContain(`line 2 of ${bad}: count is -1`)
  expect(await weisu(['scan', '--cases', cases])).toMatchObject({ code: 2, stderr: expect.stringContaining('--geo') })
  expect(await scan('--earlier', '3', '--model', 'poisson')).toMatchObject({ code: 2 })
})

test.skipIf(lacksShared('benchmark/scan/w200x60_geo.csv'))('a simulated workload has SaTScan\'s clusters', async () => {
  const file = (name: string): string => sharedPath(`benchmark/scan/w200x60_${name}.csv`)
  const { stdout } = await weisu(['scan', '--cases', file('cases'), '--geo', file('geo'), '--model', 'permutation', '--max-days', '7', '--max-percent', '50', '--replicates', '999', '--json', '--data-dir', directory])
  const { clusters } = JSON.parse(stdout)
  expect(clusters.slice(0, 3).map(({ statistic }: { statistic: number }) => statistic.toFixed(6))).toEqual(['8.021740', '6.174526', '2.695474'])
  expect(clusters[0]).toMatchObject({ from: '2025-03-03', observed: 38 })
  expect(clusters[0].expected).toBeCloseTo(18.39, 2)
})
