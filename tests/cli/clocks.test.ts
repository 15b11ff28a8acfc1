import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'
import type { Finished } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const run = (...words: string[]): Promise<Finished> => weisu([...words, '--data-dir', dataDir])
const json = async <T>(...words: string[]): Promise<T> => JSON.parse((await run(...words, '--json')).stdout) as T
interface Line { id: string, clock: string, unit: string, alert: string, state: string, due_on: string, certain: boolean, extension_asked: boolean, rule: { id: string, version: number } }
let alert = ''
let lead = ''

/** Twelve quiet days, then one with fifty times as many. */
beforeAll(async () => {
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv({ days: 12 }) + ticketsCsv({ from: '2026-10-13', days: 1, perDay: 300, prefix: 'B' }).split('\n').slice(1).join('\n'))
  expect((await run('import', file, '--city', '云川市')).code).toBe(0)
  expect((await run('nightly', '--date', '2026-10-13', '--quiet')).code).toBe(0)
  const [row] = await json<{ id: string, lead_unit: string }[]>('alerts', '--quiet')
  alert = row!.id
  lead = row!.lead_unit
})

test('a night tells units, a sweep starts their clocks, and the list says what is due', async () => {
  expect(await run('clocks')).toMatchObject({ code: 0, stdout: '' })
  const swept = await json<Record<string, number>>('clocks', 'tick')
  expect(swept.started).toBeGreaterThanOrEqual(2)
  expect(swept).toMatchObject({ yellow: 0, red: 0, escalated: 0, passed_over: 0 })
  expect((await json<Record<string, number>>('clocks', 'tick')).alerts).toBe(0)
  const rows = await json<Line[]>('clocks', 'list', '--alert', alert)
  expect(rows.map(({ clock }) => clock)).toEqual(expect.arrayContaining(['sign', 'verify']))
  expect(rows.every((row) => row.state === 'running' && row.rule.version === 0)).toBe(true)
  expect(await json<Line[]>('clocks', 'list', '--due', 'overdue')).toEqual([])
  expect((await json<Line[]>('clocks', 'list', '--unit', lead)).every(({ unit }) => unit === lead)).toBe(true)
  const table = await run('clocks')
  expect([table.code, table.stdout]).toEqual([0, expect.stringContaining(lead)])
  expect((await run('clocks', '--lang', 'zh')).stdout).toContain('首次回复（核实）')
  expect(await run('clocks', 'list', '--due', 'soon')).toMatchObject({ code: 2 })
})

test('more time goes the way of asking and ruling, and the history of a clock tells it', async () => {
  const unit = ['--by', 'Li', '--unit', lead]
  expect((await run('alerts', 'sign', alert, ...unit, '--role', 'unit_liaison')).code).toBe(0)
  expect((await run('alerts', 'verify', alert, ...unit, '--role', 'unit_liaison', '--finding', 'true', '--why', 'a pipe')).code).toBe(0)
  await run('clocks', 'tick')
  const close = (await json<Line[]>('clocks', 'list', '--alert', alert)).find(({ clock }) => clock === 'close')!
  const ask = ['clocks', 'extend', close.id, '--amount', '5', ...unit, '--why', 'parts are late']
  expect(await run(...ask, '--if-version', '99')).toMatchObject({ code: 4, stderr: expect.stringContaining('version 2') as string })
  expect(await run('clocks', 'extend', close.id, '--amount', '50', ...unit, '--why', 'x')).toMatchObject({ code: 4, stderr: expect.stringContaining('1 extensions of 7') as string })
  expect(await run(...ask)).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting for a ruling') as string })
  const desk = ['--unit', '12345', '--why', 'as agreed']
  expect(await run('clocks', 'grant', close.id, '--by', 'Li', ...desk)).toMatchObject({ code: 4, stderr: expect.stringContaining('Li') as string })
  const granted = await json<Line>('clocks', 'grant', close.id, '--by', 'Wang', ...desk)
  expect([granted.extension_asked, granted.due_on > close.due_on]).toEqual([false, true])
  const shown = await run('clocks', 'show', close.id)
  expect(shown.stdout).toMatch(/original deadline[\s\S]*more time asked[\s\S]*Li[\s\S]*more time granted[\s\S]*Wang/)
  expect(await run('clocks', 'show', '99999')).toMatchObject({ code: 4 })
})

test('rules of deadlines are shown, checked, tried and brought into force', async () => {
  expect((await run('deadlines', 'show')).stdout).toMatch(/reply_red +first reply .*2 h/)
  expect((await run('deadlines', 'show', '--lang', 'zh')).stdout).toMatch(/办结[\s\S]*15 个工作日/)
  const file = join(directory, 'deadlines.json')
  writeFileSync(file, (await run('deadlines', 'show', '--json')).stdout)
  expect(await json('deadlines', 'check', file)).toMatchObject({ differences: [] })
  const rules = JSON.parse(readFileSync(file, 'utf8')) as { clocks: { id: string, limit: { amount: number } }[] }
  rules.clocks.find(({ id }) => id === 'close')!.limit.amount = 10
  writeFileSync(file, JSON.stringify({ ...rules, name: 'city' }))
  expect((await run('deadlines', 'check', file)).stdout).toMatch(/clocks\.close\.limit\.amount +15 +10/)
  const activate = ['deadlines', 'activate', file, '--from', '2099-01-01', '--author', 'desk', '--note', 'faster']
  expect(await run(...activate)).toMatchObject({ code: 4, stderr: expect.stringContaining('weisu deadlines try FILE') as string })
  expect((await json<{ clocks: number, earlier: number }>('deadlines', 'try', file)).earlier).toBe(1)
  expect(await json(...activate)).toMatchObject({ version: 1, name: 'city', from: '2099-01-01', author: 'desk' })
  expect((await run('deadlines')).stdout).toMatch(/1 +2099-01-01 +city +desk/)
  writeFileSync(file, '{"opens": "noon"}')
  expect((await run('deadlines', 'check', file, '--lang', 'zh')).stderr).toContain(`${file}：规则文件中的 opens：“noon”无效，应为 HH:MM 格式的时刻`)
})

test('the calculator knows 调休, and says where it guesses', async () => {
  expect(await run('deadlines', 'when', '--amount', '5', '--from', '2026-02-12')).toMatchObject({ code: 0, stdout: 'received 2026-02-12 12:00, due 2026-02-26 24:00 (Asia/Shanghai)\n', stderr: '' })
  expect(await run('deadlines', 'when', '--amount', '5', '--from', '2027-02-12')).toMatchObject({ stderr: expect.stringContaining('known to 2026-12-31') as string })
  expect(await run('deadlines', 'when', '--amount', '1', '--from', '2026-11-25', '--country', 'us')).toMatchObject({ stdout: expect.stringContaining('2026-11-27 24:00') as string })
  expect(await run('deadlines', 'when', '--amount', '1', '--country', 'nz')).toMatchObject({ stderr: expect.stringContaining('NZ') as string })
})
