import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SILENT } from '../../../core/log.ts'
import { writeReport } from '../../../pipelines/report/report.ts'
import { useDatabase } from '../../support/database.ts'
import { fixtureConfig, NIGHT, seedCity } from './fixture.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-report-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('thirty alerts with hostile names and texts stay text, small and quick', async () => {
  await seedCity(db(), { alerts: 30, hostile: true })
  const deps = { db: db(), config: fixtureConfig(directory), log: SILENT }
  let seconds = Infinity
  for (const locale of ['zh', 'en'] as const) {
    const before = process.cpuUsage()
    const { path, alerts } = await writeReport(deps, { night: NIGHT, locale })
    const { user, system } = process.cpuUsage(before)
    seconds = (user + system) / 1e6
    const page = readFileSync(path, 'utf8')
    expect(alerts).toBe(30)
    expect(page).not.toMatch(/<img|<script|<svg onload|onerror=alert\(1\)>|\u202E/)
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(Buffer.byteLength(page)).toBeLessThan(2 * 2 ** 20)
  }
  // The second page, since the first also loads the libraries; processor time, since other tests run at the same time.
  expect(seconds).toBeLessThan(3)
})
