import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'
import type { Finished } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
useServer(dataDir)
const run = (...words: string[]): Promise<Finished> => weisu([...words, '--data-dir', dataDir])
let alert = ''
let lead = ''

/** Twelve quiet days, then one with fifty times as many. */
beforeAll(async () => {
  const file = join(directory, 'tickets.csv')
  writeFileSync(file, ticketsCsv({ days: 12 }) + ticketsCsv({ from: '2026-10-13', days: 1, perDay: 300, prefix: 'B' }).split('\n').slice(1).join('\n'))
  expect((await run('import', file, '--city', '云川市')).code).toBe(0)
  expect((await run('nightly', '--date', '2026-10-13', '--quiet')).code).toBe(0)
  const rows = JSON.parse((await run('alerts', '--json', '--quiet')).stdout) as { id: string, lead_unit: string, life: object }[]
  alert = rows[0]!.id
  lead = rows[0]!.lead_unit
  expect(rows[0]!.life).toEqual({ state: 'unsigned', version: 0, finding: null, round: 1, escalated: null, snoozed_until: null, lowered: null })
})

const unit = (): string[] => ['--by', 'Li', '--unit', lead, '--role', 'unit_liaison']
const desk = ['--by', 'Wang', '--unit', 'Hotline', '--role', 'supervisor']

test('an act says what it did, in words and as JSON, and the timeline tells it with the nights', async () => {
  const signed = await run('alerts', 'sign', alert, ...unit(), '--on', '2026-10-14')
  expect([signed.code, signed.stdout, signed.stderr]).toEqual([0, `sign for (number 1): alert ${alert} is signed for, version 1\n`, ''])
  const verified = await run('alerts', 'verify', alert, '--finding', 'partly', '--why', 'a pipe', ...unit(), '--if-version', '1', '--json')
  expect(JSON.parse(verified.stdout)).toMatchObject({ alert_id: alert, act: 'verify', number: 2, version: 2, before: 'signed', state: 'verified', finding: 'partly', by: 'Li', unit: lead })
  expect((await run('alerts', 'timeline', alert, '--lang', 'zh')).stdout).toMatch(/已核实（部分属实）[\s\S]*签收[\s\S]*核实[\s\S]*a pipe/)
  expect((await run('alerts', 'show', alert)).stdout).toContain('verified (partly true)')
  const view = JSON.parse((await run('alerts', 'timeline', alert, '--json')).stdout) as { timeline: { kind: string, event?: string, act?: string }[], next: Record<string, string[]> }
  expect(view.timeline.map((line) => line.event ?? line.act)).toEqual(['opened', 'sign', 'verify'])
  expect(view.next.unit_liaison).toContain('start')
})

test('a stale act, another role, a missing reason and an unknown alert are refused and change nothing', async () => {
  expect(await run('alerts', 'start', alert, ...unit(), '--if-version', '1')).toMatchObject({ code: 4, stdout: '', stderr: `error: alert ${alert} has changed: it is verified in version 2, you saw version 1\n` })
  expect((await run('alerts', 'start', alert, ...unit(), '--if-version', '1', '--lang', 'zh')).stderr).toContain('现为“已核实”，版本 2')
  expect(await run('alerts', 'start', alert, ...desk)).toMatchObject({ code: 4, stderr: expect.stringMatching(/lead unit|may not/) as string })
  expect(await run('alerts', 'snooze', alert, '--until', '2027-01-01', ...desk)).toMatchObject({ code: 4, stderr: expect.stringContaining('--why') as string })
  expect(await run('alerts', 'sign', 'nobody', ...unit())).toMatchObject({ code: 4, stderr: expect.stringContaining('nobody') as string })
  expect(await run('alerts', 'sign', alert)).toMatchObject({ code: 2, stdout: '' })
  expect(await run('alerts', 'reassign', alert, '--ask', '--keep', '--why', 'x', ...unit())).toMatchObject({ code: 2, stdout: '' })
  expect((JSON.parse((await run('alerts', 'timeline', alert, '--json')).stdout) as { version: number }).version).toBe(2)
})

test('joint work: tasks, a task force, commitments and milestones counted back', async () => {
  const act = async (...words: string[]): Promise<number> => {
    const { code, stdout, stderr } = await run('alerts', ...words, ...unit(), '--json')
    expect([code, stderr]).toEqual([0, ''])
    return (JSON.parse(stdout) as { number: number }).number
  }
  await act('start', alert)
  const task = await act('task', 'add', alert, 'close the main', '--for', lead, '--due', '2027-01-10')
  const promise = await act('commitment', 'add', alert, 'new pipe delivered', '--party', 'Developer', '--due', '2027-01-05')
  await act('milestone', 'schedule', alert, '--steps', 'dig; lay；fill', '--until', '2027-12-31')
  await act('task', 'finish', alert, String(task), '--why', 'closed')
  await act('commitment', 'settle', alert, String(promise), '--broken', '--why', 'not delivered')
  await act('taskforce', 'meeting', alert, 'digging begins on Monday', '--present', 'Developer', '--present', "Residents' representative")
  const { work, progress } = JSON.parse((await run('alerts', 'timeline', alert, '--json')).stdout) as { work: Record<string, object[]>, progress: object }
  expect(work.tasks).toMatchObject([{ unit: lead, state: 'done', note: 'closed' }])
  expect(work.commitments).toMatchObject([{ party: 'Developer', state: 'broken', due: '2027-01-05' }])
  expect(work.milestones).toMatchObject([{ text: 'dig' }, { text: 'lay' }, { text: 'fill', due: '2027-12-31' }])
  expect(work.meetings).toMatchObject([{ present: ['Developer', "Residents' representative"] }])
  expect(progress).toEqual({ planned: 0, reached: 0, of: 3 })
  const table = (await run('alerts', 'timeline', alert)).stdout
  for (const words of ['close the main', 'broken', '0 reached, 0 planned by today, 3 in all']) expect(table).toContain(words)
})

test('a file of evidence is kept under its hash, comes out as it went in, and is checked', async () => {
  const path = join(directory, 'roof.png')
  const content = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.from('a picture')])
  writeFileSync(path, content)
  const { number } = JSON.parse((await run('alerts', 'evidence', 'add', alert, path, '--why', 'closed', ...unit(), '--json')).stdout) as { number: number }
  const out = join(directory, 'out.png')
  expect((await run('alerts', 'evidence', 'save', alert, String(number), '--out', out)).code).toBe(0)
  expect(readFileSync(out)).toEqual(content)
  const [folder] = readdirSync(join(dataDir, 'evidence'))
  expect(readdirSync(join(dataDir, 'evidence', folder!))).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/) as string])
  // A page that a browser would run, under the name of a picture.
  writeFileSync(path, '<script>alert(1)</script>')
  expect(await run('alerts', 'evidence', 'add', alert, path, ...unit())).toMatchObject({ code: 4, stderr: expect.stringContaining('not what its name says') as string })
  expect(existsSync(join(directory, 'none.pdf'))).toBe(false)
  expect(await run('alerts', 'evidence', 'add', alert, join(directory, 'none.pdf'), ...unit())).toMatchObject({ code: 4 })
  expect(await run('alerts', 'evidence', 'save', alert, '1', '--out', out)).toMatchObject({ code: 4 })
})

test('what came after a strike-off is told once its days are over', async () => {
  for (const words of [['apply-close', alert, '--why', 'no call since', ...unit()], ['review-close', alert, '--decision', 'strike-off', '--why', 'ten called back', ...desk]]) {
    const { code, stderr } = await run('alerts', ...words)
    expect([code, stderr]).toEqual([0, ''])
  }
  expect((await run('alerts', 'look-back', alert, '--days', '30', '--why', 'quiet', ...desk)).stderr).toContain('is due in 30 days')
  const [outcome] = JSON.parse((await run('alerts', 'outcome', alert, '--date', '2026-10-13', '--json')).stdout) as object[]
  expect(outcome).toBeUndefined()
  expect((await run('alerts', 'outcome', alert)).stdout).toContain('As of 2026-10-13')
  expect((await run('effect', '--struck-off')).code).toBe(0)
})
