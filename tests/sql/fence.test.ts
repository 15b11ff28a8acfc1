import { expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { createDetector } from '../../pipelines/detect.ts'
import { runNight } from '../../pipelines/nightly.ts'
import { fenceRun } from '../../sql/fence.ts'
import { startRun } from '../../sql/runs.ts'
import { useDatabase } from '../support/database.ts'
import { useDirectory } from '../support/directory.ts'
import { dumpStore } from '../support/dump.ts'
import { addTickets } from '../support/tickets.ts'

const db = useDatabase()
const directory = useDirectory()
const NIGHT = '2024-09-20'
const begin = (): Promise<number> => startRun(db(), NIGHT, 'v', 'c', 'i')
const mark = `insert into sources (name, preset, city, country, time_zone) values ('x', 'x', 'x', 'US', 'UTC')`
const marks = async (): Promise<number> => (await db().query(`select 1 from sources where name = 'x'`)).rowCount!

test('what an attempt writes counts until the next attempt begins', async () => {
  const first = fenceRun(db(), NIGHT, await begin())
  await first.query(mark)
  expect(await marks()).toBe(1)
  await first.query(`delete from sources where name = 'x'`)
  await begin()
  await expect(first.query(mark)).rejects.toMatchObject({ code: 'fenced', details: { night: NIGHT, attempt: 1 } })
  await expect(first.transaction((client) => client.query(mark))).rejects.toMatchObject({ code: 'fenced' })
  expect(await marks()).toBe(0)
  expect((await first.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})

test('an attempt begins after the commit at hand of the one before', async () => {
  const attempt = await begin()
  const order: string[] = []
  let began: Promise<unknown> | undefined
  await fenceRun(db(), NIGHT, attempt).transaction(async (client) => {
    await client.query('select 1 from runs where night = $1 for share', [NIGHT])
    began = begin().then(() => order.push('next'))
    await client.query(mark)
  }).then(() => order.push('committed'))
  await began
  expect(order).toEqual(['committed', 'next'])
  expect(await marks()).toBe(1)
})

test('F04: a night that stands still is overtaken by another process; it is told, and the result is the other\'s', async () => {
  await db().query('truncate runs cascade')
  await addTickets(db(), Array.from({ length: 40 }, (_, i) => ({ no: `t${i}`, at: `2024-09-${String(1 + i % 20).padStart(2, '0')} 10:00:00`, place: 'City›North›Mill', topic: 'Heat›Cold', caller: `c${i}` })))
  const config = loadConfig({ dataDir: directory }, {})
  const events: string[] = []
  const log = { ...SILENT, warn: (event: string) => { events.push(event) } }
  let wanted = ''
  const slow = runNight({
    db: db(), config, log, notices: 'never',
    detector: (store, settings) => {
      const real = createDetector(store, settings)
      return {
        asOf: real.asOf,
        run: async (night, own) => {
          await runNight({ db: db(), config, log: SILENT, notices: 'never' }, { date: NIGHT, force: true })
          wanted = await dumpStore(db())
          return real.run(night, own)
        },
      }
    },
  }, { date: NIGHT })
  await expect(slow).rejects.toMatchObject({ code: 'fenced' })
  expect(events).toContain('fenced')
  expect(await dumpStore(db())).toBe(wanted)
  expect((await db().query('select status, attempt from runs')).rows).toEqual([{ status: 'succeeded', attempt: 2 }])
})
