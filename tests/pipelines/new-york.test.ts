/**
 * New York's damaged trees of 2009 come with dates only: the storms of August and October are alerted, and that all tickets
 * of a day stand at midnight is not taken for a batch typed in by staff.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { listAlerts } from '../../pipelines/alerts.ts'
import { importInput } from '../../pipelines/ingest/import.ts'
import { runNights } from '../../pipelines/nightly.ts'
import { useDatabase } from '../support/database.ts'
import { lacksShared, sharedPath } from '../support/shared.ts'

const FILE = 'data/tickets/nyc_311_damaged_tree_2009.csv.gz'

describe.skipIf(lacksShared(FILE))('New York trees 2009', () => {
  const db = useDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'weisu-new-york-'))
  const config = loadConfig({ dataDir: directory }, {})

  beforeAll(async () => {
    await importInput({ db: db(), config, log: SILENT }, { input: { path: sharedPath(FILE) }, preset: 'auto' })
    await runNights({ db: db(), config, log: SILENT }, { from: '2009-08-16', until: '2009-08-20' })
    await runNights({ db: db(), config, log: SILENT }, { from: '2009-10-06', until: '2009-10-08' })
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('dates without times make no sweeps', async () => {
    const { rows } = await db().query<{ n: number }>('select count(*)::int as n from tickets where sweep is not null')
    expect(rows[0]!.n).toBe(0)
  })

  test.each([['2009-08-18'], ['2009-08-19'], ['2009-10-07']])('the storm of %s is alerted', async (date) => {
    const alerts = await listAlerts(db(), { date, locale: 'en' })
    expect(alerts.length).toBeGreaterThan(0)
    expect(['orange', 'red']).toContain(alerts[0]!.level)
    expect(Math.max(...alerts.map((alert) => alert.observed))).toBeGreaterThan(100)
  })
})
