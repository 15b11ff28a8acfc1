import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const run = (...words: string[]): ReturnType<typeof weisu> => weisu([...words, '--data-dir', dataDir])
const file = join(directory, 'rules.json')

beforeAll(async () => {
  const tickets = join(directory, 'tickets.csv')
  writeFileSync(tickets, ticketsCsv())
  expect((await run('import', tickets, '--city', '云川市')).code).toBe(0)
  expect((await run('nightly', '--quiet')).code).toBe(0)
})

test('the rules in force are printed as a file, which says nothing new', async () => {
  expect(await run('rules')).toMatchObject({ code: 0, stdout: '' })
  const shown = await run('rules', 'show')
  expect([shown.code, shown.stderr]).toEqual([0, 'Version 0: the product\'s own rules with the settings of the deployment\n'])
  writeFileSync(file, shown.stdout)
  expect(JSON.parse((await run('rules', 'check', file, '--json')).stdout)).toMatchObject({ name: 'default', differences: [] })
})

test('a mistake is told with its path, its value and what was expected, in both languages', async () => {
  const bad = join(directory, 'bad.json')
  writeFileSync(bad, '{"detection": {"recurrenceDays": "often"}}')
  expect(await run('rules', 'check', bad)).toMatchObject({ code: 4, stderr: expect.stringContaining(`${bad}: rules, detection.recurrenceDays: often, expected a number from 1 to 36525`) as string })
  expect((await run('rules', 'check', bad, '--lang', 'zh')).stderr).toContain('规则文件中的 detection.recurrenceDays：“often”无效，应为 1 到 36525 的数')
  expect(await run('rules', 'check', join(directory, 'none.json'))).toMatchObject({ code: 4 })
  for (const [text, fault] of [['{"detection": ', 'no JSON'], ['{"detektion": {}}', 'detektion: unknown key']] as const) {
    writeFileSync(bad, text)
    for (const words of [['rules', 'try', bad], ['replay', '--name', 'bad', '--rules', bad]]) {
      const told = await run(...words)
      expect([told.code, told.stderr]).toEqual([4, expect.stringMatching(RegExp(`bad\\.json: .*${fault}`))])
    }
  }
  expect(await run('rules', 'show', '7')).toMatchObject({ code: 4 })
})

test('rules come into force after a trial, with what it said', async () => {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, name: 'fewer', detection: { recurrenceDays: 500 } }))
  expect((await run('rules', 'diff', '0', file)).stdout).toMatch(/detection\.recurrenceDays +100 +500/)
  const activate = ['rules', 'activate', file, '--from', '2030-01-01', '--author', 'desk', '--note', 'fewer']
  expect(await run(...activate)).toMatchObject({ code: 4, stderr: expect.stringContaining('weisu rules try FILE') as string })
  const tried = JSON.parse((await run('rules', 'try', file, '--json')).stdout) as { how: string, reproduced: number, nights: number }
  expect(tried).toMatchObject({ how: 'kept', reproduced: 1, nights: 1 })
  const active = await run(...activate, '--json')
  expect(JSON.parse(active.stdout)).toMatchObject({ version: 1, from: '2030-01-01', until: null, author: 'desk', tried: { how: 'kept' } })
  expect((await run('rules', 'list')).stdout).toMatch(/1 +2030-01-01 +fewer +desk/)
  expect(JSON.parse((await run('rules', 'show', '--json')).stdout)).toMatchObject({ version: 1, rules: { detection: { recurrenceDays: 500 } }, score_card: { how: 'kept' } })
})

test('a budget is solved and written as rules', async () => {
  const solved = join(directory, 'solved.json')
  const result = await run('rules', 'solve', '--budget', '5', '--write', solved)
  expect(result.code).toBe(0)
  expect(result.stdout).toContain('From an interval of 10 days on')
  expect(JSON.parse((await run('rules', 'check', solved, '--json')).stdout)).toMatchObject({ name: 'fewer', differences: expect.arrayContaining([{ path: 'detection.recurrenceDays', before: 500, after: 10 }]) as unknown })
})
