import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'data dir') // with a space, on purpose
useServer(dataDir)
const path = (name: string): string => join(directory, name)
const args = (...words: string[]): string[] => [...words, '--data-dir', dataDir]

interface Totals { read: number, new: number, changed: number, unchanged: number, duplicate: number, rejected: number, batches: { file: string }[], failed: { file: string, code: string }[] }

async function importJson(...words: string[]): Promise<{ code: number | null, total: Totals, stderr: string }> {
  const { code, stdout, stderr } = await weisu(args('import', ...words, '--json'))
  return { code, total: JSON.parse(stdout) as Totals, stderr }
}

beforeAll(async () => {
  mkdirSync(path('folder'))
  writeFileSync(path('a.csv'), ticketsCsv())
  writeFileSync(path('folder/b.csv.gz'), gzipSync(ticketsCsv({ from: '2026-10-11', prefix: 'B' })))
  writeFileSync(path('folder/c.csv'), ticketsCsv({ from: '2026-10-21', prefix: 'C' }))
  writeFileSync(path('folder/readme.md'), 'not a table')
  writeFileSync(path('empty.csv'), '')
  writeFileSync(path('header.csv'), ticketsCsv({ days: 0 }))
  writeFileSync(path('binary.csv'), Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 73 + (i >> 3)) % 256)))
  writeFileSync(path('cut.csv.gz'), gzipSync(ticketsCsv({ days: 300, perDay: 40 })).subarray(0, 2000))
  writeFileSync(path('other.csv'), 'alpha,beta,gamma\n1,2,3\n')
  const { code } = await weisu(args('init'))
  expect(code).toBe(0)
})

test('the ledger of a file is one object with whole numbers that add up', async () => {
  const { code, total, stderr } = await importJson(path('a.csv'))
  expect([code, stderr]).toEqual([0, ''])
  expect(total).toMatchObject({ read: 60, new: 60, changed: 0, unchanged: 0, duplicate: 0, rejected: 0 })
})

test('the same file again is no work, the same tickets in another file are unchanged', async () => {
  expect((await importJson(path('a.csv'))).total).toMatchObject({ read: 60, new: 0, unchanged: 60 })
  writeFileSync(path('a-again.csv'), `${ticketsCsv()}\n`)
  expect((await importJson(path('a-again.csv'))).total).toMatchObject({ read: 60, new: 0, unchanged: 60 })
})

test('several paths and a directory are one total', async () => {
  const { total } = await importJson(path('a.csv'), path('folder'))
  expect(total).toMatchObject({ read: 180, new: 120, unchanged: 60 })
  expect(total.batches.map((batch) => batch.file)).toEqual(['a.csv', 'b.csv.gz', 'c.csv'])
})

test('stdin is a file like others, and knows itself again', async () => {
  const input = ticketsCsv({ from: '2026-09-01', prefix: 'S', days: 2 })
  const once = await weisu(args('import', '-', '--json'), { input })
  expect(JSON.parse(once.stdout)).toMatchObject({ read: 12, new: 12 })
  const again = await weisu(args('import', '-', '--json'), { input })
  expect(JSON.parse(again.stdout)).toMatchObject({ read: 12, new: 0, unchanged: 12 })
  expect(readdirSync(dataDir).filter((name) => name.startsWith('.stdin'))).toEqual([])
})

test('a dry run shows mapping, rows and quality, and writes nothing', async () => {
  writeFileSync(path('dry.csv'), ticketsCsv({ from: '2026-08-01', prefix: 'D' }))
  const { code, stdout, stderr } = await weisu(args('import', '--dry-run', path('dry.csv')))
  expect(code).toBe(0)
  expect(stdout).toMatch(/ticket_no +工单编号\n/)
  expect(stdout).toMatch(/caller +来电号码 \(a keyed hash/)
  expect(stdout).toContain('青石区 › 柳河街道')
  expect(stdout).toMatch(/with a topic +100%/)
  expect(stdout).not.toContain('139100') // a phone number
  expect(stderr).toContain('nothing was written')
  expect((await importJson(path('dry.csv'))).total).toMatchObject({ new: 60 })
  // Of a file that is in the ledger by now: this collided with its own batch.
  expect(await weisu(args('import', '--dry-run', path('dry.csv')))).toMatchObject({ code: 0 })
})

test('a dry run of several files shows the good ones and names the bad', async () => {
  writeFileSync(path('dry2.csv'), ticketsCsv({ from: '2026-04-01', prefix: 'E' }))
  const { code, stdout, stderr } = await weisu(args('import', '--dry-run', path('dry2.csv'), path('empty.csv'), '--json'))
  expect(code).toBe(4)
  expect(JSON.parse(stdout)).toMatchObject([{ file: 'dry2.csv', read: 60 }, { file: path('empty.csv'), code: 'empty_file' }])
  expect(stderr).toContain('empty.csv was not imported: the file is empty')
  // One file alone: which one was not said.
  expect(await weisu(args('import', path('empty.csv')))).toMatchObject({ code: 4, stderr: expect.stringContaining(`${path('empty.csv')}: the file is empty`) })
  writeFileSync(path('colours.csv'), 'colour,size\nred,3\n')
  expect(await weisu(args('import', path('colours.csv'), '--lang', 'zh'))).toMatchObject({ code: 4, stderr: expect.stringContaining(`${path('colours.csv')}：没有一种格式与表头`) })
})

test('a mapping of unknown columns is given once and saved', async () => {
  const renamed = (csv: string): string => csv.replace('工单编号', '单号').replace('受理时间', '何时')
  writeFileSync(path('renamed.csv'), renamed(ticketsCsv({ from: '2026-07-01', prefix: 'M' })))
  writeFileSync(path('renamed2.csv'), renamed(ticketsCsv({ from: '2026-07-11', prefix: 'M' })))
  const first = await weisu(args('import', path('renamed.csv'), '--preset', 'generic_12345_zh', '--map', 'ticket_no=单号', '--map', 'accepted_at=何时', '--save-profile', 'ours'))
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('profiles/ours.json')])
  expect((await importJson(path('renamed2.csv'), '--profile', 'ours')).total).toMatchObject({ read: 60, new: 60 })
})

// Whoever mended a mapping and read the file again was told that nothing had changed, and not why.
test('a new mapping of a file that was read is not used silently, and an empty line reads it anew', async () => {
  const csv = ticketsCsv({ from: '2026-05-01', prefix: 'Q' })
  writeFileSync(path('q.csv'), csv)
  expect((await importJson(path('q.csv'))).total).toMatchObject({ new: 60 })
  const again = await importJson(path('q.csv'), '--map', 'content=承办单位')
  expect([again.total.changed, again.stderr]).toEqual([0, expect.stringContaining('this --map was not used')])
  expect((await importJson(path('q.csv'))).stderr).not.toContain('--map')
  writeFileSync(path('q-anew.csv'), `${csv}\n`)
  expect((await importJson(path('q-anew.csv'), '--map', 'content=承办单位')).total).toMatchObject({ read: 60, new: 0, changed: 60 })
})

test('too many rejected rows end with 5, after the good ones are in', async () => {
  const bad = ticketsCsv({ from: '2026-06-01', prefix: 'R', days: 2 }).replace(/2026-06-02 \d\d:\d\d:00/g, 'soon')
  writeFileSync(path('bad.csv'), bad)
  const { code, total, stderr } = await importJson(path('bad.csv'))
  expect(code).toBe(5)
  expect(total).toMatchObject({ read: 12, new: 6, rejected: 6, rejectReasons: { accepted_at_unreadable: 6 } })
  expect(stderr).toContain('6 of 12 rows were rejected, more than 10%')
})

describe('a bad input is named and leaves the store as it was', () => {
  const cases: [name: string, words: string[], code: number, message: RegExp][] = [
    ['an empty file', [path('empty.csv')], 4, /empty/],
    ['a header without rows', [path('header.csv')], 4, /no rows/],
    ['a binary file', [path('binary.csv')], 4, /binary/],
    ['a truncated gzip', [path('cut.csv.gz')], 4, /damaged or cut off/],
    ['unknown columns', [path('other.csv')], 4, /no preset fits the columns alpha, beta, gamma/],
    ['a wrong preset', ['--preset', 'houston311', path('header.csv')], 4, /does not fit preset houston311/],
    ['an unknown preset', ['--preset', 'houstn', path('a.csv')], 2, /houstn.*houston311/],
    ['a missing file', [path('missing.csv')], 4, /no such file/],
    ['an unknown profile', ['--profile', 'nobody', path('dry.csv')], 2, /nobody/],
  ]
  test.each(cases)('%s', async (_, words, expected, message) => {
    const before = (await weisu(args('sources', '--json'))).stdout
    const { code, stdout, stderr } = await weisu(args('import', ...words))
    expect([code, stdout]).toEqual([expected, ''])
    expect(stderr).toMatch(message)
    expect(stderr.split('\n').length).toBeLessThanOrEqual(3)
    expect((await weisu(args('sources', '--json'))).stdout).toBe(before)
  })

  test('among good ones it keeps none of them out', async () => {
    writeFileSync(path('good.csv'), ticketsCsv({ from: '2026-05-01', prefix: 'G' }))
    const { code, total } = await importJson(path('empty.csv'), path('good.csv'))
    expect(code).toBe(4)
    expect(total).toMatchObject({ new: 60, failed: [{ code: 'empty_file' }] })
  })

  test('it is told in Chinese when asked', async () => {
    const { code, stderr } = await weisu(args('import', path('empty.csv'), '--lang', 'zh'))
    expect([code, stderr]).toEqual([4, `错误：${path('empty.csv')}：文件是空的\n`])
  })
})

test('sources are listed for people and for scripts, without colour', async () => {
  const table = await weisu(args('sources'))
  expect(table.stdout).toMatch(/^source +city +tickets/)
  expect(table.stdout).not.toContain('\x1b')
  expect((await weisu(args('sources'), { env: { NO_COLOR: '', FORCE_COLOR: '1' } })).stdout).toContain('\x1b[2m')
  expect((await weisu(args('sources', '--no-color'), { env: { NO_COLOR: '', FORCE_COLOR: '1' } })).stdout).not.toContain('\x1b')
  const rows = JSON.parse((await weisu(args('sources', '--json'))).stdout) as { name: string, tickets: number, lastDay: string }[]
  expect(rows).toEqual([expect.objectContaining({ name: 'generic_12345_zh', lastDay: '2026-10-30' })])
})

test('no phone number is in the log or in the ledger', async () => {
  expect(readFileSync(join(dataDir, 'weisu.log'), 'utf8')).not.toMatch(/139\d{8}/)
})

// A file of another country was read as one of Shanghai's without a word.
test('a time zone is told where the format brought it, can be said, and stays that of its source', async () => {
  const header = 'ID,Opened,Kind'
  const rows = (prefix: string): string => [header, ...Array.from({ length: 12 }, (_, i) => `${prefix}${i},2026-03-0${1 + i % 9} 23:30:00,Potholes`)].join('\n')
  const map = ['--map', 'ticket_no=ID', '--map', 'accepted_at=Opened', '--map', 'topic_path=Kind', '--city', 'Lamp']
  writeFileSync(path('lamp.csv'), rows('L'))
  writeFileSync(path('lamp2.csv'), rows('M'))
  const assumed = await weisu(args('import', path('lamp.csv'), ...map, '--source', 'assumed', '--dry-run'))
  expect(assumed.stdout).toContain('The source assumed is new; its times are read as those of Asia/Shanghai')
  const said = ['--country', 'US', '--time-zone', 'America/New_York']
  const lamp = await importJson(path('lamp.csv'), ...map, '--source', 'lamp', ...said, '--save-profile', 'lamp')
  expect(lamp.total.batches).toMatchObject([{ timeZone: 'America/New_York', country: 'US', timeZoneAssumed: false }])
  expect(JSON.parse((await weisu(args('sources', '--json'))).stdout)).toMatchObject(expect.arrayContaining([expect.objectContaining({ name: 'lamp', country: 'US', timeZone: 'America/New_York', firstDay: '2026-03-01' })]) as object[])
  for (const file of ['lamp.csv', 'lamp2.csv']) {
    expect(await weisu(args('import', path(file), ...map, '--source', 'lamp', '--time-zone', 'Asia/Shanghai')))
      .toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('the source lamp has America/New_York, not Asia/Shanghai') as string })
  }
  const next = await weisu(args('import', path('lamp2.csv'), '--profile', 'lamp', '--source', 'lamp'))
  expect([next.code, next.stdout]).toEqual([0, expect.not.stringContaining('time zone')])
  for (const zone of ['America/Springfield', '+08:00']) expect(await weisu(args('import', path('lamp.csv'), '--time-zone', zone))).toMatchObject({ code: 2, stderr: expect.stringContaining('an IANA time zone') as string })
  expect(await weisu(args('import', path('lamp.csv'), '--country', 'USA'))).toMatchObject({ code: 2 })
})
