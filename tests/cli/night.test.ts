import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'city')
const empty = join(directory, 'empty')
const params = join(directory, 'city.json')
useServer(dataDir)

const args = (...words: string[]): string[] => [...words, '--data-dir', dataDir]
async function json<T>(...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await weisu(args(...words, '--json'))
  expect([code, stderr]).toEqual([0, expect.any(String)])
  return JSON.parse(stdout) as T
}

interface Night { run: string, date: string, reused: boolean, report: string | null, steps: { name: string, seconds: number, in: number, out: number }[], alerts: { new: number, continued: number, ended: number } }
interface Alert { id: string, place: string[], topic: string[], level: string, first_night: string, last_night: string, lead_unit: string | null, title: string }

const STEPS = ['ingest', 'resolve', 'count', 'detect', 'forecast', 'alert', 'notify', 'report', 'review']
let drawn: { seed: number, labels: string, tickets: number, import: { read: number } }

beforeAll(async () => {
  writeFileSync(params, JSON.stringify({ days: 120, ticketsPerDay: 50, districts: 2, streets: 6, sites: 60, until: '2026-03-01' }))
  drawn = await json('demo', '--seed', '7', '--params', params)
})

test('demo draws a city, says where the labels lie, and runs nothing', async () => {
  expect(drawn).toMatchObject({ seed: 7, labels: join(dataDir, 'labels.json'), from: '2025-11-01', until: '2026-03-01' })
  expect(drawn.tickets).toBe(drawn.import.read)
  const labels = readFileSync(drawn.labels, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { kind: string })
  expect(labels.length).toBeGreaterThan(3)
  expect(await json('runs')).toEqual([])
})

test('parameters that cannot be are said before a store is made', async () => {
  const bad = join(directory, 'bad.json')
  writeFileSync(bad, '{"days": "x"}')
  for (const [path, code, message] of [[bad, 2, '城市参数 days：“x”无效，应为 14 到 3660 的整数'], [join(directory, 'none.json'), 4, '没有文件'], [directory, 4, '城市参数文件']] as const) {
    expect(await weisu(['demo', '--params', path, '--data-dir', empty, '--lang', 'zh'])).toMatchObject({ code, stderr: expect.stringContaining(message) as string })
  }
  expect(existsSync(empty)).toBe(false)
})

test('before the first night there are no alerts, and that is said', async () => {
  const { code, stdout, stderr } = await weisu(args('alerts', '--json'))
  expect([code, stdout, stderr]).toEqual([0, '[]\n', 'warning: No night has run yet\n'])
  expect((await weisu(args('alerts', '--date', '2026-02-01'))).code).toBe(4)
  const score = await weisu(args('score')) // said "no night from  to  has run"
  expect([score.code, score.stderr]).toEqual([4, 'error: no night has run yet: weisu nightly, or weisu replay\n'])
})

test('the same city again is no work; another one is refused', async () => {
  expect(await json('demo', '--seed', '7', '--params', params)).toMatchObject({ tickets: drawn.tickets, import: { new: 0 } })
  const { code, stderr } = await weisu(args('demo', '--seed', '8', '--params', params))
  expect([code, stderr]).toEqual([4, expect.stringContaining('empty --data-dir')])
})

test('a range of nights runs in order and includes its last day', async () => {
  const nights = await json<Night[]>('nightly', '--from', '2026-02-25', '--until', '2026-02-27')
  expect(nights.map((night) => night.date)).toEqual(['2026-02-25', '2026-02-26', '2026-02-27'])
  for (const night of nights) {
    expect(night.steps.map((step) => step.name)).toEqual(STEPS)
    for (const step of night.steps) expect([step.in, step.out].every(Number.isInteger)).toBe(true)
  }
})

test('a night without --date is the last day with data, which is said; it has the promised shape', async () => {
  const { code, stdout, stderr } = await weisu(args('nightly', '--json'))
  expect(code).toBe(0)
  expect(stderr).toContain('2026-02-28')
  const night = JSON.parse(stdout) as Night
  expect(night).toMatchObject({ run: expect.any(String), date: '2026-02-28', reused: false, alerts: { new: expect.any(Number), continued: expect.any(Number), ended: expect.any(Number) } })
  expect(existsSync(night.report!)).toBe(true)
})

test('the same night again is nothing new', async () => {
  const { stdout } = await weisu(args('nightly', '--date', '2026-02-28'))
  expect(stdout).toContain('nothing changed since it last ran')
  expect(stdout).toContain('Notices: 0 delivered, 0 failed, 0 waiting')
  expect(await json<Night>('nightly', '--date', '2026-02-28')).toMatchObject({ reused: true })
})

test('alerts have the promised keys, and one of them is explained', async () => {
  const alerts = await json<Alert[]>('alerts')
  expect(alerts.length).toBeGreaterThan(0)
  for (const alert of alerts) {
    expect(alert).toMatchObject({
      id: expect.any(String), kind: expect.stringMatching(/^(emerging|common|seasonal)$/), level: expect.stringMatching(/^(blue|yellow|orange|red)$/),
      place: expect.arrayContaining(['云川市']), topic: expect.any(Array), first_night: expect.stringMatching(/^2026-02-2\d$/), last_night: '2026-02-28',
      tickets: expect.any(Number), callers: expect.any(Number), observed: expect.any(Number), expected: expect.any(Number), recurrence_days: expect.any(Number),
      title: expect.any(String),
    })
    expect(alert.place[0]).toBe('云川市')
    expect('lead_unit' in alert).toBe(true)
  }
  const all = await json<Alert[]>('alerts', '--all')
  expect(all.map((alert) => alert.id)).toEqual(expect.arrayContaining(alerts.map((alert) => alert.id)))

  const { id, place } = alerts[0]!
  for (const words of [['alerts', 'show', id], ['alerts', id]]) {
    const { code, stdout } = await weisu(args(...words))
    expect(code).toBe(0)
    for (const part of [place.join(' › '), 'why', 'lead unit', 'Callers a day', 'events', 'opened', id]) expect(stdout).toContain(part)
    expect(stdout).toMatch(/[▂▃▄▅▆▇█]/)
  }
  const zh = await weisu(args('alerts', '--lang', 'zh'))
  expect(zh.stdout).toMatch(/^级别 +地点 +事项 +近期诉求人 +通常/)
  expect(zh.stdout).toMatch(/\d+天\d+人 /)
  expect(zh.stdout + (await weisu(args('alerts', 'show', id))).stdout).not.toContain('1,000,000,000')
})

test('an alert is explained in numbers, in both languages and as JSON', async () => {
  const [{ id, place }] = await json<[Alert]>('alerts')
  expect(Object.keys(await json<object>('explain', id))).toEqual([
    'id', 'night', 'first_night', 'kind', 'level', 'title', 'place', 'neighbours', 'topic', 'verdict', 'level_rule', 'detector', 'window', 'baseline', 'surrounding_ratio', 'windows',
    'strength', 'detectors', 'events', 'forecast', 'record', 'verdicts', 'outlook', 'groups', 'nights',
  ])
  const en = await weisu(args('explain', id, '--date', '2026-02-28'))
  expect(en.code).toBe(0)
  for (const part of [place.join(' › '), 'since', 'fewest to be watched', 'log odds', 'EARS C2', 'known events left out', 'once in 100 days', '2026-02-28']) expect(en.stdout).toContain(part)
  const zh = await weisu(args('explain', id, '--lang', 'zh'))
  for (const part of ['自何日起', '“通常”从何而来', '上升的对数几率', '今后几天']) expect(zh.stdout).toContain(part)
  for (const { stdout } of [en, zh]) expect(stdout).not.toMatch(/cli\.|report\.|\{\w+\}|undefined|NaN|null/)
  expect((await weisu(args('alerts', 'show', id))).stderr).toContain(`weisu explain ${id}`)
  expect(await weisu(args('explain', 'nobody'))).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('no alert has the id nobody') as string })
})

test('an alert that was true becomes a known event, once however often that is said', async () => {
  const [{ id, place, first_night: first }] = await json<[Alert]>('alerts')
  const confirmed = await json<{ alert_id: string, place: string[], from: string, until: string }>('alerts', 'confirm', id, '--note', 'burst main')
  expect(confirmed).toMatchObject({ alert_id: id, place, until: '2026-03-01', note: 'burst main' })
  expect(confirmed.from <= first).toBe(true)
  expect(await json('alerts', 'confirm', id)).toEqual(confirmed)
  expect(await json('events')).toEqual([confirmed])
})

test('what does not exist is not found: an alert, a night', async () => {
  expect(await weisu(args('alerts', 'nobody'))).toMatchObject({ code: 4, stderr: expect.stringContaining('nobody') as string })
  expect(await weisu(args('alerts', '--date', '2026-01-01'))).toMatchObject({ code: 4, stdout: '' })
  expect(await weisu(args('runs', 'show', '2026-01-01'))).toMatchObject({ code: 4, stdout: '' })
  expect(await weisu(args('nightly', '--date', '2020-01-01'))).toMatchObject({ code: 4, stdout: '' })
})

test('a night that is not over is refused: it would stand as the last one', async () => {
  for (const words of [['--date', '2099-01-01'], ['--from', '2026-02-28', '--until', '2099-01-01']]) {
    expect(await weisu(args('nightly', ...words))).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('a day not after') as string })
  }
})

test('a file of the inbox brings the night that is run, in an empty store too; one that cannot be read is named', async () => {
  const fed = join(directory, 'fed')
  mkdirSync(join(fed, 'inbox'), { recursive: true })
  for (const from of ['2026-05-01', '2026-05-11']) {
    writeFileSync(join(fed, 'inbox', `${from}.csv`), ticketsCsv({ from, prefix: from.replaceAll('-', '') }))
    writeFileSync(join(fed, 'inbox', 'bad.csv'), '')
    const { code, stdout, stderr } = await weisu(['nightly', '--json', '--data-dir', fed])
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(JSON.parse(stdout)).toMatchObject({ date: from === '2026-05-01' ? '2026-05-10' : '2026-05-20', warnings: ['not read from the inbox: bad.csv'] })
  }
  const { stderr } = await weisu(['nightly', '--lang', 'zh', '--date', '2026-05-25', '--data-dir', fed])
  expect(stderr).toContain('没有预警不等于平静')
  expect(stderr).toContain('inbox 中未能导入的文件：bad.csv')
  expect((await weisu(['alerts', '--data-dir', fed])).stderr).toContain('no alert does not mean calm')
})

test('forecasts are listed as JSON, CSV and a table, with the models behind them', async () => {
  const rows = await json<{ place: string[], topic: string[], from: string, until: string, mean: number, q10: number, q90: number, model: string }[]>('forecast', '--date', '2026-02-28')
  expect(rows[0]).toMatchObject({ place: ['云川市'], topic: [], from: '2026-03-01', until: '2026-03-15' })
  const { code, stdout } = await weisu(args('forecast', '--date', '2026-02-28', '--csv', '--horizon', 'weekly'))
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'place,topic,from,until,mean,q025,q05,q10,q25,q50,q75,q90,q95,q975,usual,threshold,surge,model'])
  expect(stdout.trim().split('\n')).toHaveLength(1 + 8 * rows.length)
  expect((await weisu(args('forecast', '--date', '2026-02-28', '--lang', 'zh'))).stdout).toContain('2026-02-28 夜：2026-03-01 至 2026-03-14 的预期诉求人数')
  expect(await json('forecast', 'models')).toEqual(expect.arrayContaining([expect.objectContaining({ class: 'city', city: '云川市', name: 'pooled' })]))
  expect((await weisu(args('forecast', '--place', 'Nowhere'))).code).toBe(4)
  expect((await weisu(args('forecast', 'backtest', '--from', '2026-02-01', '--until', '2026-01-01'))).code).toBe(2)
})

test('covariates are read, told, and seen', async () => {
  const path = join(directory, 'air.csv')
  writeFileSync(path, 'date,pm25\n2026-02-01,35\n2026-02-02,bad\n2026-02-03,40\n2026-02-04,41\n2026-02-05,12\n')
  const { code, stdout } = await weisu(args('import', '--covariate', path))
  expect([code, stdout]).toEqual([5, expect.stringContaining('line 3 pm25 bad: not a number')]) // a fifth of the rows is above the limit
  expect(await json('import', '--covariate', path)).toMatchObject({ name: 'air', already_imported: true })
  expect(await json('sources', '--covariates')).toMatchObject([{ name: 'air', variable: 'pm25', values: 4, missing_days: 1 }, { name: 'weather', variable: 'rain' }, { name: 'weather', variable: 'temperature' }])
  expect(await json<{ checks: object[] }>('doctor')).toMatchObject({ checks: expect.arrayContaining([expect.objectContaining({ name: 'covariate', of: 'air.pm25', status: 'warn' })]) })
  expect((await weisu(args('import', '--covariate', path, 'tickets.csv'))).code).toBe(2)
  expect((await weisu(args('import'))).code).toBe(2)
})

test('runs are listed, latest first, and one is shown with its steps', async () => {
  const runs = await json<{ date: string, status: string }[]>('runs')
  expect(runs.map((run) => [run.date, run.status])).toEqual(['28', '27', '26', '25'].map((day) => [`2026-02-${day}`, 'succeeded']))
  expect(await json<{ steps: { name: string }[] }>('runs', 'show', '2026-02-28')).toMatchObject({ run: 'nightly:2026-02-28', steps: STEPS.map((name) => ({ name })) })
  expect((await weisu(args('runs', '2026-02-28', '--lang', 'zh'))).stdout).toContain('逐序列判断')
})

test('report writes where it is told, in the language asked for, and prints the path alone', async () => {
  const out = join(directory, 'a report.html')
  const { code, stdout } = await weisu(args('report', '--date', '2026-02-28', '--lang', 'zh', '--out', out))
  expect([code, stdout]).toEqual([0, `${out}\n`])
  expect(readFileSync(out, 'utf8')).toContain('lang="zh')
})

test('there is no report of a night that has not run', async () => {
  const out = join(directory, 'no report.html')
  expect(await weisu(args('report', '--date', '2026-01-01', '--out', out))).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('2026-01-01 has not run') as string })
  expect(existsSync(out)).toBe(false)
})

test('counts leave as CSV on stdout and as Parquet and Arrow in files', async () => {
  const csv = await weisu(args('export', 'counts', '--from', '2026-02-28', '--until', '2026-02-28'))
  expect(csv.code).toBe(0)
  expect(csv.stdout).toMatch(/^day,place,topic,tickets,callers,/)
  expect(csv.stdout.split('\r\n')[1]).toMatch(/^2026-02-28,云川市,,/)
  for (const [name, magic] of [['c.parquet', 'PAR1'], ['c.arrow', '\xff\xff\xff\xff']] as const) {
    const path = join(directory, name)
    expect(await json('export', 'counts', '--out', path)).toMatchObject({ path, format: name.slice(2), from: '2025-11-01', until: '2026-03-01' })
    expect(readFileSync(path).subarray(0, 4).toString('latin1')).toBe(magic)
  }
})

test('doctor finds everything in order, and says what is old', async () => {
  const { ok, checks } = await json<{ ok: boolean, checks: { name: string, status: string }[] }>('doctor')
  expect(ok).toBe(true)
  expect(checks).toEqual(expect.arrayContaining([
    expect.objectContaining({ name: 'node', status: 'ok' }), expect.objectContaining({ name: 'server', status: 'ok' }), expect.objectContaining({ name: 'schema', status: 'ok' }),
    expect.objectContaining({ name: 'calendar' }), expect.objectContaining({ name: 'night', status: 'warn' }), expect.objectContaining({ name: 'source', of: 'demo', status: 'warn' }),
  ]))
})

test('a server that cannot be reached is 6, a store that is not there too', async () => {
  expect((await weisu(['doctor', '--data-dir', empty], { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } })).code).toBe(6)
  expect(await weisu(['alerts', '--data-dir', empty])).toMatchObject({ code: 6, stderr: expect.stringContaining('weisu init') as string })
  expect((await weisu(['doctor', '--data-dir', empty])).code).toBe(0)
  expect(existsSync(empty)).toBe(false)
})

test('an unexpected failure is one line, the place of the log, and the stack only if asked', async () => {
  writeFileSync(join(dataDir, 'weisu.config.json'), '{"minCallers": "three"}')
  const bad = await weisu(args('alerts'))
  expect(bad).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('minCallers') as string })
  expect(bad.stderr).not.toContain('    at ')
  expect((await weisu(args('alerts', '--debug'))).stderr).toContain('    at ')
  writeFileSync(join(dataDir, 'weisu.config.json'), '{}')
})

test.each([
  ['{', 4, /no JSON object/], ['null', 4, /no JSON object/], ['[]', 4, /no JSON object/],
  ['{"maxRejectedShare": -1}', 2, /setting maxRejectedShare: -1, expected a number from 0 to 1/],
  ['{"minCallers": 2.5}', 2, /minCallers: 2.5, expected a whole number/],
  ['{"minCalers": 3}', 2, /minCalers, expected .*minCallers/],
])('settings that cannot be: %s', async (text, code, message) => {
  const file = join(dataDir, 'weisu.config.json')
  writeFileSync(file, text)
  try {
    expect(await weisu(args('sources'))).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) as string })
  } finally {
    writeFileSync(file, '{}')
  }
})
