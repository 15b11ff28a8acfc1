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

beforeAll(async () => {
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv())
  expect((await run('import', file, '--city', '云川市')).code).toBe(0)
})

test('there are none at first', async () => {
  expect(await run('events')).toMatchObject({ code: 0, stdout: '', stderr: 'No known events\n' })
  expect((await run('events', '--json')).stdout).toBe('[]\n')
})

test('an event is added by the paths one types, listed, and removed', async () => {
  const added = await run('events', 'add', '--place', '云川市>青石区/柳河街道', '--topic', '供水', '--from', '2026-10-03', '--until', '2026-10-04', '--known', '2026-10-05', '--note', '爆管', '--json')
  expect([added.code, added.stderr]).toEqual([0, ''])
  const event = JSON.parse(added.stdout) as { id: number }
  expect(event).toEqual({
    id: expect.any(Number), place: ['云川市', '青石区', '柳河街道'], topic: ['市政公用', '供水'], from: '2026-10-03', until: '2026-10-05', known_on: '2026-10-05', note: '爆管', alert_id: null,
  })
  const { stdout } = await run('events')
  for (const part of ['柳河街道', '供水', '2026-10-03', '2026-10-04', '2026-10-05', '爆管']) expect(stdout).toContain(part)
  expect(JSON.parse((await run('events', '--json')).stdout)).toEqual([event])
  expect((await run('events', 'remove', String(event.id), '--lang', 'zh')).stdout).toContain(`已删除事件 ${event.id}：云川市 › 青石区 › 柳河街道`)
  expect(await run('events', 'remove', String(event.id))).toMatchObject({ code: 4, stdout: '' })
})

test('without a date an event is known from today on, without a topic it is about all', async () => {
  const { stdout } = await run('events', 'add', '--place', '青石区', '--from', '2026-10-03', '--until', '2026-10-03')
  expect(stdout).toMatch(/^Event \d+: 云川市 › 青石区, all topics, 2026-10-03 to 2026-10-03; left out of what is usual from the night of /)
  expect(stdout).toContain(formatDay(localDay(Date.now(), 'Asia/Shanghai')))
})

test('names that are not there are refused with those that are near', async () => {
  const add = ['events', 'add', '--from', '2026-10-03', '--until', '2026-10-04', '--place']
  expect(await run(...add, '青石县', '--lang', 'zh')).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('云川市›青石区') as string })
  expect(await run(...add, '青石区', '--topic', '噪音')).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('环境保护›噪声') as string })
  expect(await run('alerts', 'confirm', 'nobody')).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('nobody') as string })
})

test.each([
  [['events', 'add', '--from', '2026-10-03', '--until', '2026-10-04'], 'option --place <path> is needed'],
  [['events', 'add', '--place', 'x', '--from', '2026-10-03', '--until', '2026-10-02'], 'not before --from'],
  [['events', 'add', '--place', 'x', '--from', '2026-10-03', '--until', 'then'], 'a date as YYYY-MM-DD'],
  [['events', 'remove'], 'missing argument id'],
  [['events', 'list'], 'too many arguments'],
  [['alerts', 'confirm'], 'missing argument id'],
])('%j is a usage error', async (words, message) => {
  expect(await run(...words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string })
})

test.each(['en', 'zh'])('the help of the commands below begins with an example, in %s', async (lang) => {
  for (const words of [['events', 'add'], ['events', 'remove'], ['alerts', 'confirm']]) {
    const { code, stdout } = await run(...words, '--help', '--lang', lang)
    expect([code, stdout.startsWith(`${lang === 'zh' ? '示例：' : 'Examples:'}\n  weisu ${words.join(' ')}`)]).toEqual([0, true])
    expect(/\p{Script=Han}/u.test(stdout)).toBe(lang === 'zh')
  }
})
