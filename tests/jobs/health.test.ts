import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import type { Log } from '../../core/log.ts'
import { createHealthApp, renderMetrics, serveHealth } from '../../jobs/health.ts'
import { pingWhenDone } from '../../jobs/ping.ts'
import { failDueRun, finishDueRun, planRuns } from '../../sql/due-runs.ts'
import { readServiceFacts } from '../../sql/service-facts.ts'
import { insertNotices } from './notices.ts'
import { useDatabase } from '../support/database.ts'

const db = useDatabase()
beforeEach(async () => { if (db()) await db().query('truncate runs, due_runs, notices, deliveries, alerts cascade') })

test('the numbers of a store are told in the format of Prometheus', async () => {
  await db().query(`insert into runs (night, status, code_version, config_hash, finished_at) values ('2026-11-21', 'succeeded', 'v', 'c', '2026-11-22T00:00:00Z')`)
  await planRuns(db(), 'nightly', '2026-11-22', 31)
  await insertNotices(db(), '2026-11-21', 3)
  const text = renderMetrics(await readServiceFacts(db()), { nights: 0, shards: 2 }, { 'odd "name"\n': 1 })
  expect(text).toContain('# TYPE weisu_nights_due gauge\nweisu_nights_due 1\n')
  expect(text).toContain(`weisu_last_success_timestamp_seconds ${Date.UTC(2026, 10, 22) / 1000}\n`)
  expect(text).toContain('weisu_notices{status="pending"} 3\n')
  expect(text).toContain('weisu_open_alerts{level="blue"} 1\n')
  expect(text).toContain('weisu_queue_jobs{queue="shards"} 2\n')
  expect(text).toContain('weisu_events_total{event="odd \\"name\\"\\n"} 1\n')
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="([^"\\]|\\.)*"(,\w+="([^"\\]|\\.)*")*\})? -?[\d.e+-]+)$/)
})

test('without a store the metrics say that it is away', () => {
  const text = renderMetrics(undefined, undefined, {})
  expect(text).toContain('weisu_store_up 0\n')
  expect(text).toContain('weisu_queue_up 0\n')
  expect(text).not.toContain('weisu_nights_due')
})

test('health and readiness are two questions; a port that is taken is an error', async () => {
  const app = createHealthApp({ readiness: async () => ({ ok: false, checks: { nights: 'late' } }), facts: async () => undefined, queues: async () => undefined, counters: {} })
  const server = await serveHealth(app, '127.0.0.1', 0)
  const at = `http://127.0.0.1:${server.port}`
  expect((await fetch(`${at}/healthz`)).status).toBe(200)
  const ready = await fetch(`${at}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([503, { ok: false, checks: { nights: 'late' } }])
  expect((await fetch(`${at}/metrics`)).headers.get('content-type')).toContain('version=0.0.4')
  await expect(serveHealth(app, '127.0.0.1', server.port)).rejects.toMatchObject({ code: 'no_port', exitCode: 6 })
  await server.close()
})

test('the dead-man\'s switch is told once a night, when nothing is owed, and again where nobody answered; its address is in no log', async () => {
  const seen: string[] = []
  let status = 500
  const receiver = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => { body += chunk.toString() })
    request.on('end', () => {
      seen.push(body)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const base = loadConfig({}, {})
  const config = { ...base, pingUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/secret-7`, delivery: { ...base.delivery, allowPrivateTargets: ['127.0.0.1'] } }
  const said: string[] = []
  const note = (event: string, fields?: object): void => { said.push(JSON.stringify([event, fields])) }
  const log: Log = { info: note, warn: note, error: note }

  await planRuns(db(), 'nightly', '2026-11-22', 31)
  expect(await pingWhenDone(db(), config, log)).toBeUndefined()
  await failDueRun(db(), 'nightly', '2026-11-22', 'gate', 0)
  expect(await pingWhenDone(db(), config, log)).toBeUndefined()
  expect(seen).toEqual([])
  await finishDueRun(db(), 'nightly', '2026-11-22')
  expect(await pingWhenDone(db(), config, log)).toBeUndefined() // it answered 500
  status = 204
  expect(await Promise.all([pingWhenDone(db(), config, log), pingWhenDone(db(), config, log)])).toEqual(expect.arrayContaining(['2026-11-22', undefined]))
  expect(await pingWhenDone(db(), config, log)).toBeUndefined()
  expect(seen).toEqual(['{"night":"2026-11-22"}', '{"night":"2026-11-22"}'])
  await planRuns(db(), 'nightly', '2026-11-23', 31)
  await finishDueRun(db(), 'nightly', '2026-11-23')
  expect(await pingWhenDone(db(), { ...config, delivery: base.delivery }, log)).toBeUndefined()
  expect(said.join()).toContain('refused address')
  expect(said.join()).not.toContain('secret-7')
  receiver.close()
})
