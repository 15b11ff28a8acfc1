import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const run = (...words: string[]): ReturnType<typeof weisu> => weisu([...words, '--data-dir', dataDir])
const rules = join(directory, 'rules.csv')

beforeAll(async () => {
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv())
  expect((await run('import', file, '--city', '云川市')).code).toBe(0)
})

test('rules are checked, imported, exported and asked', async () => {
  expect((await run('route')).stdout).toContain('No routing rules yet')
  writeFileSync(rules, 'id,place,topic,unit\nwater,柳河街道,供水,供水集团\nbad,柳河路,,@territory\n')
  const checked = await run('route', 'check', rules)
  expect(checked.code).toBe(4)
  expect(checked.stdout.split('\n')).toEqual([expect.stringMatching(/^line 2, rule water, unit: "供水集团": no such unit/), expect.stringMatching(/^line 3, rule bad, place: "柳河路": no single place; near: .*柳河街道/), ''])
  const imported = ['route', 'import', rules, '--from', '2030-01-01', '--author', 'desk', '--source', 'meeting']
  expect(await run(...imported, '--add-units')).toMatchObject({ code: 4, stderr: expect.stringContaining('1 faults and was not imported') as string })
  writeFileSync(rules, 'id,place,topic,unit\nwater,柳河街道,供水,供水集团\n')
  expect(await run(...imported, '--add-units')).toMatchObject({ code: 0, stdout: 'Version 1: 1 rules from the night of 2030-01-01 on, 1 units added\n' })
  expect((await run('route', 'export')).stdout).toBe('id,place,topic,unit,co,author,source,effective_from,effective_until,note\nwater,云川市›青石区›柳河街道,市政公用›供水,供水集团,,desk,meeting,,,\n')
  const asked = JSON.parse((await run('route', 'explain', '--place', '柳河街道', '--topic', '供水', '--date', '2030-01-01', '--json')).stdout) as Record<string, unknown>
  expect(asked).toMatchObject({ night: '2030-01-01', unit: '供水集团', step: 'territory', rule: 'water', version: 1, alert: null })
  const told = await run('route', 'explain', '--place', '柳河街道', '--topic', '供水', '--date', '2029-12-31')
  expect(told.stdout).toContain('no routing rules on the night of 2029-12-31')
  expect(told.stdout).toContain('no alert was given')
  for (const words of [['--place', '柳河街道'], ['--alert', 'x', '--place', '柳河街道'], []]) expect((await run('route', 'explain', ...words)).code).toBe(2)
  expect((await run('route', 'explain', '--alert', 'x')).code).toBe(4)
})

test('silences are added, listed and ended', async () => {
  const added = await run('silences', 'add', '--place', '柳河街道', '--until', '2030-01-31', '--known', '2030-01-01', '--reason', '停水检修', '--by', '值班', '--json')
  expect(JSON.parse(added.stdout)).toMatchObject({ status: 'active', place: ['云川市', '青石区', '柳河街道'], topic: [], level: 'orange', from: '2030-01-01', to: '2030-01-31', ended: null })
  const { id } = JSON.parse(added.stdout) as { id: string }
  expect((await run('silences')).stdout).toContain('停水检修')
  expect((await run('silences', 'expire', id, '--by', '值班', '--known', '2030-01-05')).stdout).toBe(`Silence ${id} holds no more from the night of 2030-01-05 on\n`)
  expect((await run('silences', 'expire', id, '--by', '值班', '--known', '2030-01-06')).code).toBe(4)
  expect((await run('silences', 'add', '--until', '2030-01-31', '--reason', 'r', '--by', 'w', '--known', '2030-01-01')).code).toBe(2)
  expect((await run('silences', 'add', '--place', '柳河街道', '--until', '2030-01-31', '--reason', 'r')).code).toBe(2)
})
