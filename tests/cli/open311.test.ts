import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from '../pipelines/open311/server.ts'
import type { FakeServer } from '../pipelines/open311/server.ts'
import { useDirectory, useServer, weisu } from './weisu.ts'

const dataDir = join(useDirectory(), 'city')
useServer(dataDir)
let server: FakeServer
const run = (...words: string[]): ReturnType<typeof weisu> => weisu([...words, '--data-dir', dataDir])
const json = async (...words: string[]): Promise<unknown> => JSON.parse((await run(...words, '--json')).stdout)
const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()
const since = anHourAgo.slice(0, 10)

beforeAll(async () => {
  server = await startServer()
  server.tickets.push({ service_request_id: 'A1', requested_datetime: anHourAgo, status: 'open', service_code: '7', service_name: 'Potholes', description: 'hole' })
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'weisu.config.json'), JSON.stringify({ allowPrivateTargets: ['127.0.0.1'] }))
})
afterAll(() => server.close())

test('a server is added, polled, listed, told when it fails, and left', async () => {
  expect(await run('sources', 'add', '--name', 'lamp', '--url', `${server.url}/requests.json`, '--city', 'Lamp', '--country', 'US', '--time-zone', 'UTC', '--since', since, '--topic', '7=Roads/Holes', '--per-minute', '6000'))
    .toMatchObject({ code: 0, stdout: `Source lamp: ${server.url}, from ${since} on\n` })
  expect(await run('sources', 'poll')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lamp: 1 read, 1 new, 0 changed, 0 rejected, \d+ requests\n$/) })
  expect(await json('sources')).toMatchObject([{ name: 'lamp', tickets: 1, open311: { enabled: true, failures: 0, error: null, options: { topics: { 7: ['Roads', 'Holes'] } } } }])
  server.behaviour.interfere = (response) => (response.writeHead(401).end(), true)
  const failed = await run('sources', 'poll', 'lamp')
  expect([failed.code, failed.stderr]).toEqual([5, expect.stringContaining('refused with 401')])
  expect(await json('sources', 'remove', 'lamp')).toMatchObject({ enabled: false })
})

test('tokens are made for an account, shown once, listed without themselves, and revoked', async () => {
  expect((await run('users', 'add', 'duty', '--full-name', 'On Duty', '--role', 'supervisor')).code).toBe(0)
  const made = await json('tokens', 'add', '--name', 'dispatch', '--account', 'duty', '--scope', 'alerts:read', '--scope', 'alerts:write') as { id: string, token: string }
  expect(made).toMatchObject({ role: 'supervisor', token: expect.stringMatching(/^weisu_[a-z0-9]{8}_/) })
  const listed = (await run('tokens')).stdout
  expect(listed).toContain('alerts:read alerts:write')
  expect(listed).not.toContain(made.token)
  expect(await run('tokens', 'add', '--name', 'x', '--account', 'nobody', '--scope', 'alerts:read')).toMatchObject({ code: 4 })
  expect((await run('tokens', 'revoke', made.id)).stdout).toBe(`Revoked token ${made.id}\n`)
  expect(await run('tokens', 'revoke', made.id)).toMatchObject({ code: 4 })
  expect(await json('tokens')).toMatchObject([{ id: made.id, account: 'duty', revoked_at: expect.any(String) }])
})
