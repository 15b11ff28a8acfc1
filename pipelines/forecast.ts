/**
 * Step 5 of a night: what the coming days are expected to bring. Pages and rules get the series of the night's signals, of open
 * alerts and of the city's topic families; analysts get the table of all series. Levels may ask for it, so it comes before the alerts.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import type { Db } from '../sql/db.ts'
import { readForecasts, readOpenSeries, replaceForecasts } from '../sql/forecasts.ts'
import type { ForecastRow } from '../sql/forecasts.ts'
import { readSignals } from '../sql/signals.ts'
import type { NightView } from './detect.ts'
import { distinctKeys, familySeries } from './forecast/forecaster.ts'
import type { Forecaster, NightForecasts } from './forecast/forecaster.ts'
import { writeForecastTable } from './forecast/forecast-table.ts'

export interface ForecastStep {
  db: Db
  night: Day
  forecaster: Forecaster
  /** What the detector looked at; asked for only where it is needed. */
  view: () => Promise<NightView>
  /** Forecasts of the signals, where somebody else has made them. */
  ahead?: NightForecasts | undefined
  /** Absent in a replay: then only the signals' series are forecast. */
  live?: { quietNights: number }
  /** Where the table of all series goes; absent for the nights of a range but the last. */
  table?: { dataDir: string, keep: number, codeVersion: string }
}

export async function saveForecasts({ db, night, forecaster, view, ahead, live, table }: ForecastStep): Promise<{ in: number, out: number, detail: Record<string, unknown> }> {
  const date = formatDay(night)
  const signals = await readSignals(db, date)
  const ofSignals = ahead ?? (signals.length > 0 ? await forecaster.ofSeries(await view(), signals) : { rows: [], days: [] })
  const found: NightForecasts[] = [ofSignals]
  let series = 0
  if (live) {
    const looked = await view()
    const open = await readOpenSeries(db, formatDay(night - live.quietNights), date)
    const wanted = distinctKeys(signals, open, familySeries(looked))
    found.push(await forecaster.ofSeries(looked, wanted.slice(distinctKeys(signals).length)))
  }
  if (table) {
    const all = await forecaster.ofAll(await view())
    series = await writeForecastTable({
      dataDir: table.dataDir, view: all.view, parts: all.parts, keep: table.keep,
      meta: { run: `nightly:${date}`, code_version: table.codeVersion, trained_on: [...new Set(all.parts.map((part) => part.trainedOn))].join(',') },
    })
  }
  const rows = once(found.flatMap((one) => one.rows))
  await db.transaction((client) => replaceForecasts(client, date, rows, found.flatMap((one) => one.days)))
  return { in: signals.length, out: rows.length, detail: { series } }
}

/** The signals' own come first and stay, whatever else has the same series. */
function once(rows: readonly ForecastRow[]): ForecastRow[] {
  const seen = new Set<string>()
  return rows.filter(({ placeId, topicId, horizon }) => {
    const key = `${placeId}/${topicId}/${horizon}`
    return !seen.has(key) && seen.add(key)
  })
}

/** A night's forecasts by place, topic and days ahead (1, 7, 14 or 28): what a rule may ask before alerts are raised. */
export type ForecastLookup = (placeId: number, topicId: number, days: number) => ForecastRow | undefined

export async function readForecastLookup(db: Parameters<typeof readForecasts>[0], night: string): Promise<ForecastLookup> {
  const rows = new Map((await readForecasts(db, night)).map((row) => [`${row.placeId}/${row.topicId}/${row.horizon}`, row]))
  return (placeId, topicId, days) => rows.get(`${placeId}/${topicId}/${days}`)
}
