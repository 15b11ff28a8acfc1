/**
 * Boston's second half of 2011: a hurricane's trees are alerted after eight weeks of history, a backlog typed in within an
 * hour is not.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { listAlerts } from '../../pipelines/alerts.ts'
import { importInput } from '../../pipelines/ingest/import.ts'
import type { ImportResult } from '../../pipelines/ingest/import.ts'
import { runNights } from '../../pipelines/nightly.ts'
import { useDatabase } from '../support/database.ts'
import { lacksShared, sharedPath } from '../support/shared.ts'

const FILE = 'data/tickets/boston_311_2011H2_all_types.csv.gz'

describe.skipIf(lacksShared(FILE))('Boston 2011', () => {
  const db = useDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'weisu-boston-'))
  const config = loadConfig({ dataDir: directory }, {})
  let imported: ImportResult

  beforeAll(async () => {
    imported = await importInput({ db: db(), config, log: SILENT }, { input: { path: sharedPath(FILE) }, preset: 'auto' })
    await runNights({ db: db(), config, log: SILENT }, { from: '2011-08-25', until: '2011-08-30' })
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('58,251 tickets are read', () => {
    expect(imported).toMatchObject({ read: 58_251, new: 58_251, rejected: 0 })
  })

  test('Tree Emergencies are alerted on 2011-08-28', async () => {
    const before = await listAlerts(db(), { date: '2011-08-26', locale: 'en' })
    expect(before.filter((alert) => alert.topic.at(-1) === 'Tree Emergencies')).toEqual([])
    const alerts = await listAlerts(db(), { date: '2011-08-28', locale: 'en' })
    const trees = alerts.filter((alert) => alert.topic.at(-1) === 'Tree Emergencies')
    expect(trees.map((alert) => alert.place)).toContainEqual(['Boston'])
    expect(trees[0]!.observed).toBeGreaterThan(500)
    expect(trees[0]!.level).toBe('red')
  })

  test('the backlog entry of 2011-07-06 is marked, the hurricane is not', async () => {
    const { rows } = await db().query<{ sweep: string, n: number }>(
      `select sweep, count(*)::int as n from tickets t join topics o on o.id = t.topic_id
       where day = '2011-07-06' and o.name = 'Unsatisfactory Living Conditions' and sweep is not null group by 1`)
    expect(rows).toEqual([{ sweep: 'backlog', n: 281 }])
    const { rows: storm } = await db().query<{ sweep: string }>(`select distinct sweep from tickets where day between '2011-08-27' and '2011-08-30' and sweep is not null`)
    expect(storm).toEqual([{ sweep: 'staff_channel' }])
  })
})
