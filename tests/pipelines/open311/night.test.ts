import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { pollWhenDue } from '../../../jobs/feeds.ts'
import { runNight } from '../../../pipelines/nightly.ts'
import { addFeed, findFeed, removeFeed } from '../../../pipelines/open311/feed.ts'
import { withWriteLock } from '../../../sql/db.ts'
import { readRunSteps } from '../../../sql/run-list.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { startServer } from './server.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-feed-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const config = { ...loadConfig({ dataDir: directory }, {}), delivery: { publicUrl: '', mailFrom: '', allowPrivateTargets: ['127.0.0.1'] } }
const HOUR = 3_600_000

test('a night takes what a server has; one that fails costs it nothing and is told', async () => {
  await addTickets(db(), Array.from({ length: 5 }, (_, i) => ({ no: `n${i}`, at: `2024-09-0${i + 1} 08:00:00`, place: 'City›North', topic: 'Heat', caller: `c${i}` })))
  const server = await startServer()
  server.tickets.push({ service_request_id: 'O1', requested_datetime: '2024-09-05T10:00:00Z', service_code: '7', service_name: 'Potholes', description: 'hole' })
  const add = (name: string, url: string): Promise<unknown> => addFeed(db(), { name, url, city: 'City', country: 'US', timeZone: 'UTC', since: new Date('2024-09-01T00:00:00Z'), options: { perMinute: 6000, windowDays: 90 } })
  await add('lamp', server.url)
  await add('dead', 'http://127.0.0.1:9/v2')
  await removeFeed(db(), 'dead')
  expect(await runNight({ db: db(), config, log: SILENT }, { date: '2024-09-05' })).toMatchObject({ warnings: [], steps: expect.arrayContaining([expect.objectContaining({ name: 'ingest', in: 1, out: 1 })]) })
  server.behaviour.interfere = (response) => (response.writeHead(403).end('[{"code": 403, "description": "bad key"}]'), true)
  const night = await runNight({ db: db(), config, log: SILENT }, { date: '2024-09-05', force: true })
  expect(night.steps.map(({ name }) => name)).toContain('review')
  expect(night.warnings).toEqual(['not polled to the end: lamp: the server refused with 403: 403 bad key'])
  const ingest = (await readRunSteps(db(), '2024-09-05')).find(({ name }) => name === 'ingest')!
  expect(ingest.detail).toMatchObject({ feeds: [{ source: 'lamp', error: 'the server refused with 403: 403 bad key' }] })
  await server.close()
})

test('through the day it is asked every hour, by one of several, and not while another writes', async () => {
  const server = await startServer()
  await addFeed(db(), { name: 'lamp', url: server.url, city: 'City', country: 'US', timeZone: 'UTC', since: new Date('2024-09-01T00:00:00Z'), options: { perMinute: 6000, windowDays: 90 } })
  let now = (await findFeed(db(), 'lamp')).lastPollAt!.getTime() + HOUR + 1000
  const due = (): ReturnType<typeof pollWhenDue> => pollWhenDue({ db: db(), config, log: SILENT, now: () => now, wait: async () => {} })
  await withWriteLock(db(), 0, () => {}, async () => expect(await due()).toEqual([]))
  const both = await Promise.all([due(), due()])
  expect(both.flat().map(({ source, error }) => [source, error])).toEqual([['lamp', null]])
  expect(await due()).toEqual([])
  now += HOUR
  expect((await due()).length).toBe(1)
  await removeFeed(db(), 'lamp')
  now += HOUR
  expect(await due()).toEqual([])
  await server.close()
})
