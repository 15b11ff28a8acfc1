/**
 * The first release's promise on real tickets: Houston's floods, found on the day, where they were, and not where staff
 * entered their backlog.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { listAlerts } from '../../pipelines/alerts.ts'
import type { AlertRow } from '../../pipelines/alerts.ts'
import { importInput } from '../../pipelines/ingest/import.ts'
import type { ImportResult } from '../../pipelines/ingest/import.ts'
import { runNights } from '../../pipelines/nightly.ts'
import { readAlertRouting } from '../../pipelines/routing/alert-routing.ts'
import { listWithheld } from '../../pipelines/routing/withheld.ts'
import { useDatabase } from '../support/database.ts'
import { lacksShared, sharedPath } from '../support/shared.ts'

const FILE = 'data/tickets/houston_311_flood_pothole_2011_2019.csv.gz'

describe.skipIf(lacksShared(FILE))('Houston 2011–2019', () => {
  const db = useDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'weisu-houston-'))
  const config = loadConfig({ dataDir: directory }, {})
  let first: ImportResult

  beforeAll(async () => {
    first = await importInput({ db: db(), config, log: SILENT }, { input: { path: sharedPath(FILE) }, preset: 'houston311' })
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  async function nights(from: string, until: string): Promise<void> {
    await runNights({ db: db(), config, log: SILENT }, { from, until })
  }

  /** Flooding alerts with a signal on the night; places by their last name. */
  async function flooding(date: string): Promise<AlertRow[]> {
    return (await listAlerts(db(), { date, locale: 'en' })).filter((alert) => alert.topic.includes('Flooding'))
  }

  const places = (alerts: AlertRow[]): string[] => alerts.map((alert) => alert.place.at(-1)!)

  test('78,941 rows are 73,736 tickets and 5,205 duplicates, 5 of them differing', async () => {
    expect(first).toMatchObject({ read: 78_941, new: 73_736, changed: 0, unchanged: 0, duplicate: 5_205, duplicateDiffering: 5, rejected: 0 })
    const { rows } = await db().query<{ tickets: number, versions: number }>(
      'select (select count(*) from tickets)::int as tickets, (select count(*) from ticket_versions)::int as versions')
    expect(rows[0]).toEqual({ tickets: 73_736, versions: 5 })
    const again = await importInput({ db: db(), config, log: SILENT }, { input: { path: sharedPath(FILE) }, preset: 'auto' })
    expect(again).toMatchObject({ read: 78_941, new: 0, changed: 0, unchanged: 78_941, duplicate: 0, rejected: 0, alreadyImported: true })
  })

  test('the Tax Day flood of 2016-04-18 is alerted for the city, Inwood and Greenspoint within a day', async () => {
    await nights('2016-04-15', '2016-04-20')
    expect(places(await flooding('2016-04-17'))).toEqual([])
    expect(places(await flooding('2016-04-18'))).toEqual(expect.arrayContaining(['Houston', 'GREATER INWOOD']))
    expect(places(await flooding('2016-04-19'))).toEqual(expect.arrayContaining(['Houston', 'GREATER INWOOD', 'GREATER GREENSPOINT']))
    expect((await flooding('2016-04-18'))[0]).toMatchObject({ level: 'red', place: ['Houston'] })
    // 555 had called in two days; the title said 436 of them, those of Inwood and Greenspoint left out, as if they were all.
    const city = (await flooding('2016-04-19')).find((alert) => alert.place.length === 1)!
    expect(city.observed + Number(city.why.callers_apart)).toBe(city.callers)
    expect(Number(city.why.callers_apart)).toBeGreaterThan(100)
    expect(city.title).toContain('besides other alerts')
  })

  test('Hurricane Harvey is alerted for the city on 2017-08-26', async () => {
    await nights('2017-08-25', '2017-08-28')
    expect(places(await flooding('2017-08-25'))).toEqual([])
    expect(places(await flooding('2017-08-26'))).toContain('Houston')
    expect((await flooding('2017-08-27'))[0]).toMatchObject({ place: ['Houston'], level: 'red', first_night: '2017-08-26' })
    // One cause, one alert with a list of places: what stands out within it is part of it, and nobody is told of it by itself.
    const city = (await flooding('2017-08-27'))[0]!
    const listed = (await readAlertRouting(db(), city.id)).places
    expect(listed.length).toBeGreaterThanOrEqual(10)
    expect(listed.every((row) => row.place.length === 3 && row.callers > row.usual!)).toBe(true)
    const withheld = await listWithheld(db(), '2017-08-27')
    expect(withheld.map((row) => row.place.at(-1))).toContain('EDGEBROOK AREA')
    expect(withheld.filter((row) => row.reason !== 'inhibited' || row.by !== city.id)).toEqual([])
    const { rows } = await db().query<{ alert: string }>(`select distinct alert_id as alert from notices where night = '2017-08-27' and error is distinct from 'inhibited'`)
    expect(rows.filter(({ alert }) => alert !== city.id)).toEqual([])
  })

  test('Kingwood is alerted without the city on 2016-06-08 and 2019-05-07 to 14', async () => {
    await nights('2016-06-05', '2016-06-09')
    const june = await flooding('2016-06-08')
    expect(places(june)).toContain('KINGWOOD AREA')
    // The rain of the two weeks before is still told of District B: 13 callers in the week of the 5th, usually 6.
    expect(june.filter((alert) => alert.place.length === 1)).toEqual([])
    await nights('2019-05-05', '2019-05-15')
    for (const date of ['2019-05-07', '2019-05-08', '2019-05-09', '2019-05-13', '2019-05-14']) {
      const alerts = await flooding(date)
      expect(alerts.map((alert) => alert.place.at(-1)), date).toContain('KINGWOOD AREA')
      // From the 10th on it rained on the rest of the city, too: 47 callers outside of Kingwood in four days, usually 3.
      if (date < '2019-05-10') expect(alerts.filter((alert) => alert.place.length < 3 && alert.level !== 'blue'), date).toEqual([])
    }
    const kingwood = (await flooding('2019-05-14')).filter((alert) => alert.place.at(-1) === 'KINGWOOD AREA')
    expect(kingwood).toHaveLength(1)
    expect(kingwood[0]!.first_night).toBe('2019-05-07')
  })

  test('bulk entries of staff are marked and cause no alert', async () => {
    await nights('2015-06-22', '2015-06-26')
    await nights('2017-09-06', '2017-09-14')
    const { rows } = await db().query<{ day: string, sweeps: number }>(
      `select day, count(*) filter (where sweep is not null)::int as sweeps from tickets t join topics o on o.id = t.topic_id
       where day = any ('{2015-06-24,2017-09-08,2017-09-12}') and o.name = 'Flooding' group by 1 order by 1`)
    expect(rows.map((row) => [row.day, row.sweeps])).toEqual([['2015-06-24', 497], ['2017-09-08', 390], ['2017-09-12', 442]])
    // Places that the batches lifted and citizens did not.
    expect(places(await flooding('2015-06-24'))).not.toContain('WESTBURY')
    // 123 by WAP and 12 by voice within the same 75 minutes and a few streets: one crew.
    expect(places(await flooding('2017-09-08'))).not.toContain('INDEPENDENCE HEIGHTS')
    for (const place of ['LAZYBROOK / TIMBERGROVE', 'ADDICKS PARK TEN']) expect(places(await flooding('2017-09-08'))).not.toContain(place)
    for (const place of ['PLEASANTVILLE AREA', 'TRINITY / HOUSTON GARDENS']) expect(places(await flooding('2017-09-12'))).not.toContain(place)
  })
})
