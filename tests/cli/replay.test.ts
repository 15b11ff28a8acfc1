import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { start, useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const run = (...words: string[]): ReturnType<typeof weisu> => weisu(['replay', ...words, '--data-dir', dataDir])

beforeAll(async () => {
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv({ from: '2026-08-01', days: 50, perDay: 6 }))
  expect((await weisu(['import', file, '--city', '云川市', '--data-dir', dataDir])).code).toBe(0)
})

test('bad dates, a range that ends before it begins or after the data, and odd names are told', async () => {
  const told = async (...words: string[]): Promise<[number | null, string]> => {
    const { code, stdout, stderr } = await run(...words)
    expect(stdout).toBe('')
    return [code, stderr]
  }
  const [code, message] = await told('--from', '2026-02-30')
  expect(code).toBe(2)
  expect(message).toContain('2026-02-30')
  expect(await told('--from', '2026-09-10', '--to', '2026-09-01')).toEqual([2, expect.stringContaining('2026-09-10')])
  expect(await told('--to', '2027-01-01')).toEqual([2, expect.stringContaining('2026-09-19')])
  expect(await told('--from', '2026-10-01')).toEqual([2, expect.stringContaining('2026-09-19')])
  expect(await told('--from', '2026-09-18', '--name', 'No-Name')).toEqual([2, expect.stringContaining('No-Name')])
  expect(await told('--from', '2026-09-18', '--delay-model', 'soon')).toEqual([2, expect.stringContaining('soon')])
  expect(await told('--from', '2026-09-18', '--labels', join(directory, 'none.json'))).toEqual([4, expect.stringContaining('none.json')])
  expect(await told('--from', '2026-09-18', '--rules', join(directory, 'none.json'))).toEqual([4, expect.stringContaining('none.json')])
  expect(await told('drop', 'nobody')).toEqual([4, 'error: no replay is called nobody: weisu replay list\n'])
})

test('there are none at first', async () => {
  expect(await run('list')).toMatchObject({ code: 0, stdout: '', stderr: 'No replays yet\n' })
  expect((await run('list', '--json')).stdout).toBe('[]\n')
})

test('a replay is told, listed, compared, shown again and dropped', async () => {
  const first = await run('--from', '2026-09-18', '--name', 'two', '--warm-up', '1', '--threads', '1')
  expect([first.code, first.stderr]).toEqual([0, ''])
  for (const part of ['Replay two: 2026-09-18 to 2026-09-19, 2 nights', 'from 1 nights run before it (from 2026-09-17), not scored', '100%']) expect(first.stdout).toContain(part)
  const again = await run('--from', '2026-09-18', '--name', 'two', '--warm-up', '1', '--compare', 'two', '--json')
  const result = JSON.parse(again.stdout) as Record<string, unknown>
  expect(result).toMatchObject({
    name: 'two', schema: 'replay_two', from: '2026-09-18', to: '2026-09-19', nights: 2, warm_up: { from: '2026-09-17', nights: 1 }, memory: 'warm_up',
    delay_model: { model: 'none' }, assumed_arrivals: 1, resumed: true, nights_run: 0, score: { nights: 2 }, compare: { name: 'two', only_here: 0, only_there: 0 },
  })
  expect(await run('--from', '2026-09-18', '--name', 'two', '--warm-up', '2')).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('--fresh') })
  expect(await run('--from', '2026-09-18', '--name', 'other', '--compare', 'nobody')).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('nobody') })
  const rows = JSON.parse((await run('list', '--json')).stdout) as Record<string, unknown>[]
  expect(rows.find((row) => row.name === 'two')).toMatchObject({ status: 'done', outdated: false, memory: 'warm_up' })
  expect((await run('list')).stdout).toContain('2026-09-18 – 2026-09-19')
  expect(await run('drop', 'two')).toMatchObject({ code: 0, stderr: 'Dropped replay two\n' })
  expect((await run('list')).stdout).not.toContain('two')
})

test('Ctrl-C stops it between nights, and the message says how to go on', async () => {
  const running = start(['replay', '--name', 'long', '--threads', '1', '--data-dir', dataDir])
  // Once it stands in the register its nights have begun.
  while (!(await run('list', '--json')).stdout.includes('"long"')) expect(running.child.exitCode).toBe(null)
  running.child.kill('SIGINT')
  const { code, stderr } = await running.done
  expect(code).toBe(130)
  expect(stderr).toContain('weisu replay --from 2026-08-01 --to 2026-09-19 --name long')
  expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject([{ name: 'long', status: 'running' }])
})
