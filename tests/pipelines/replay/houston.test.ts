/**
 * Real tickets: Houston's nights before and in the flood of 2019-05, live, again as a range, and the flood's night alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { importInput } from '../../../pipelines/ingest/import.ts'
import { runNights } from '../../../pipelines/nightly.ts'
import { replay } from '../../../pipelines/replay/replay.ts'
import { useDatabase } from '../../support/database.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'
import { dumpNights } from './dump-nights.ts'

const FILE = 'data/tickets/houston_311_flood_pothole_2011_2019.csv.gz'
const FROM = '2019-05-05'
const LAST = '2019-05-08'

describe.skipIf(lacksShared(FILE))('Houston, May 2019', () => {
  const db = useDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'weisu-replay-houston-'))
  const config = loadConfig({ dataDir: directory }, {})

  beforeAll(async () => {
    await importInput({ db: db(), config, log: SILENT }, { input: { path: sharedPath(FILE) }, preset: 'houston311' })
    await runNights({ db: db(), config, log: SILENT }, { from: FROM, until: formatDay(parseDay(LAST) + 1) })
  }, 300_000)
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  const run = (name: string, from: string, warmUpNights: number) => replay({ db: db(), config, log: SILENT }, {
    name, from: parseDay(from), until: parseDay(LAST) + 1, warmUpNights, threads: 2,
  })

  test('a range and a night alone give what the live nights gave, and change nothing of it', async () => {
    const live = await dumpNights(db(), 'public', FROM, LAST)
    expect(live).toContain('\nalert_nights ')
    expect((await run('range', FROM, 0)).memory).toBe('none')
    expect(await dumpNights(db(), 'replay_range', FROM, LAST)).toBe(live)
    expect((await run('alone', LAST, 2)).memory).toBe('live')
    expect(await dumpNights(db(), 'replay_alone', LAST, LAST)).toBe(await dumpNights(db(), 'public', LAST, LAST))
    expect(await dumpNights(db(), 'public', FROM, LAST)).toBe(live)
  })
})
