import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startEmbedded } from '../../sql/embedded.ts'
import { useDirectory, useServer, weisu, WEISU } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'store')
useServer(dataDir)

// Found on Houston's alerts: the JSON ended in the middle of a line after 65,536 bytes, the size of a pipe.
test('a reader that takes its time gets all of a long output', async () => {
  await weisu(['init', '--data-dir', dataDir])
  const server = await startEmbedded(dataDir)
  const client = new pg.Client({ connectionString: server.url('weisu') })
  await client.connect()
  await client.query(`insert into runs (night, status, code_version, config_hash, finished_at)
    select date '2001-01-01' + n, 'succeeded', 'x', 'x', now() from generate_series(0, 2999) as n`)
  await client.end()
  server.release()
  const child = spawn(WEISU, ['runs', '--limit', '3000', '--json', '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'ignore'] })
  child.stdout.pause()
  await once(child.stdout, 'readable')
  let text = ''
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk as string
  expect(text.length).toBeGreaterThan(150_000)
  expect((JSON.parse(text) as unknown[]).length).toBe(3000)
})
