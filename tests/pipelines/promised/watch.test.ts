/**
 * The seed's case on a demo city of a tenth of the size: on the watch list with what goes before, before anybody speaks of late delivery.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { countDirtyDays } from '../../../pipelines/count.ts'
import { loadDemo } from '../../../pipelines/demo/load.ts'
import { importPromises } from '../../../pipelines/promised/import-promises.ts'
import { listWatch } from '../../../pipelines/promised/watch-list.ts'
import { resolveTickets } from '../../../pipelines/resolve.ts'
import { readInputMark } from '../../../sql/runs.ts'
import { useDatabase } from '../../support/database.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-watch-'))
let label: { places: string[][], ticket_nos: string[], due_on: string }

beforeAll(async () => {
  await loadDemo({ db: db(), config: loadConfig({ dataDir: directory }, {}), log: SILENT }, {
    seed: 11, params: { districts: 2, streets: 14, sites: 200, days: 420, ticketsPerDay: 120, housing: 2, sweeps: 1, campaigns: 1 },
  })
  await resolveTickets(db())
  await countDirtyDays(db())
  label = readFileSync(join(directory, 'labels.json'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as typeof label & { id: string }).find((one) => one.id === 'seed-case')!
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function nightBeforeFirstDelay(): Promise<string> {
  const { rows } = await db().query<{ day: string }>(
    `select min(known_on) as day from tickets where ticket_no = any ($1) and topic_id in (select id from topics where name = '延期交房')`, [label.ticket_nos])
  return formatDay(parseDay(rows[0]!.day) - 1)
}

test('the stalled project is watched, near the top, for what goes before late delivery and before the first complaint of it', async () => {
  const night = await nightBeforeFirstDelay()
  const { rows } = await listWatch(db(), night)
  const row = rows.find(({ place }) => place.join() === label.places[0]!.join())!
  expect(row).toMatchObject({ kind: '交房', promised_on: label.due_on, households: 520, state: 'leading', first_complaint: null, complaints: [], no_topic: false })
  expect(row.days_left).toBe(parseDay(label.due_on) - parseDay(night))
  expect(row.leading.map(({ topic }) => topic.at(-1))).toEqual(expect.arrayContaining(['停工', '工地欠薪']))
  expect(row.leading.find(({ topic }) => topic.at(-1) === '停工')!.callers).toBeGreaterThanOrEqual(3)
  expect(row.odds).toBeGreaterThan(5)
  expect(rows.indexOf(row)).toBeLessThan(3)
  // A date is no giveaway: most watched projects are quiet.
  expect(rows.length).toBeGreaterThan(4)
  expect(rows.filter(({ odds }) => odds > 5).length).toBeLessThanOrEqual(rows.length / 2)
})

test('before anybody speaks there the date alone raises it, and before the promise was known nothing', async () => {
  const first = formatDay(parseDay(await nightBeforeFirstDelay()) - 75)
  const early = (await listWatch(db(), first)).rows.find(({ place }) => place.join() === label.places[0]!.join())
  expect(early === undefined || early.odds === early.due_odds || early.leading.length > 0).toBe(true)
  await db().query('update promised_dates set known_on = $1 where place_id = (select id from places where path = $2)', ['2026-11-01', label.places[0]!.join('›')])
  expect((await listWatch(db(), first)).rows.some(({ place }) => place.join() === label.places[0]!.join())).toBe(false)
  expect((await listWatch(db(), '2026-11-02')).rows.some(({ place }) => place.join() === label.places[0]!.join())).toBe(true)
})

const path = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

test('a list is read by path or code, bad rows are told with line and reason, and read again it changes nothing', async () => {
  const { rows } = await db().query<{ path: string, code: string }>(`select path, code from places where kind = 'compound' order by path limit 2`)
  const file = path('list.csv', [
    '项目,承诺日期,类型,户数,备注,获知日期', `${rows[0]!.path},2026-05-01,办证,120,,2026-01-05`, `${rows[1]!.code},2026/6/1,办证,,已公告,2026-02-01`,
    '没有的地方,2026-05-01,办证,1,,2026-01-05', `${rows[0]!.path},五月,办证,1,,2026-01-05`, `${rows[0]!.path},2026-05-01,,1,,2026-01-05`,
    `${rows[0]!.path},2026-05-01,办证,-4,,2026-01-06`, `${rows[0]!.path},2026-05-09,办证,1,,2026-01-05`, `${rows[0]!.path},2026-05-01`, '',
  ].join('\n'))
  const today = parseDay('2026-07-01')
  const before = await readInputMark(db(), '2026-03-01')
  const result = await importPromises(db(), file, today)
  expect(result).toMatchObject({ file: 'list.csv', read: 8, new: 2, changed: 0, unchanged: 0, rejected: 6 })
  expect(result.rejects.map(({ line, reason }) => [line, reason])).toEqual([
    [4, 'place_unknown'], [5, 'date_unreadable'], [6, 'kind_missing'], [7, 'households_unreadable'], [8, 'promise_repeated'], [9, 'wrong_columns']])
  expect(await readInputMark(db(), '2026-03-01')).not.toBe(before)
  expect(await importPromises(db(), file, today)).toMatchObject({ new: 0, changed: 0, unchanged: 2 })
  const later = path('later.csv', `place,promised_on,kind,known_on\n${rows[0]!.path},2026-09-01,办证,2026-04-20\n`)
  expect(await importPromises(db(), later, today)).toMatchObject({ new: 1 })
  const dateOn = async (night: string): Promise<string | undefined> => (await listWatch(db(), night)).rows.find((row) => row.kind === '办证' && row.place.join('›') === rows[0]!.path)?.promised_on
  expect([await dateOn('2026-01-04'), await dateOn('2026-04-19'), await dateOn('2026-04-20')]).toEqual([undefined, '2026-05-01', '2026-09-01'])
})

test('a file without the needed columns, without a usable row, or that is not there, is refused', async () => {
  const today = parseDay('2026-07-01')
  await expect(importPromises(db(), path('bad.csv', 'place,kind\na,b\n'), today)).rejects.toMatchObject({ code: 'promise_lacks_column' })
  await expect(importPromises(db(), path('none.csv', 'place,promised_on,kind\nnowhere,2026-01-01,交房\n'), today)).rejects.toMatchObject({ code: 'no_usable_row' })
  await expect(importPromises(db(), join(directory, 'absent.csv'), today)).rejects.toMatchObject({ code: 'no_such_file' })
  await expect(importPromises(db(), directory, today)).rejects.toMatchObject({ code: 'is_directory' })
})
