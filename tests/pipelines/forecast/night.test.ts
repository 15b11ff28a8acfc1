import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { listAlerts } from '../../../pipelines/alerts.ts'
import { explainAlert } from '../../../pipelines/explanation.ts'
import { readForecastLookup } from '../../../pipelines/forecast.ts'
import { backtest } from '../../../pipelines/forecast/backtest.ts'
import { forecastRecord, listForecasts, listModels } from '../../../pipelines/forecast/list.ts'
import { trainingNight } from '../../../pipelines/forecast/view.ts'
import { runNights } from '../../../pipelines/nightly.ts'
import { readForecastDays, readForecasts } from '../../../sql/forecasts.ts'
import type { ForecastRow } from '../../../sql/forecasts.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'
import { LAST, smallTown } from './small-town.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-forecast-'))
const config = { ...loadConfig({ dataDir }, {}), settings: { ...loadConfig({}, {}).settings, forecastFiles: 1 } }
let rows: ForecastRow[]

beforeAll(async () => {
  await addTickets(db(), smallTown())
  // Nights for the records of the last one, and one that is pruned.
  await runNights({ db: db(), config, log: SILENT }, { from: '2024-09-13', until: '2024-09-14' })
  await runNights({ db: db(), config, log: SILENT }, { from: '2024-09-19', until: '2024-09-21' })
  rows = await readForecasts(db(), LAST)
}, 120_000)
afterAll(() => rmSync(dataDir, { recursive: true }))

test('signals and the families of the city are forecast, with intervals that nest and chances that fall', async () => {
  const { rows: signals } = await db().query<{ place: number, topic: number }>('select place_id as place, topic_id as topic from signals where night = $1', [LAST])
  expect(signals.length).toBeGreaterThan(0)
  for (const { place, topic } of signals) expect(rows.filter((row) => row.placeId === place && row.topicId === topic).map((row) => row.horizon)).toEqual([1, 7, 14, 28])
  expect(new Set(rows.filter((row) => row.horizon === 14).map((row) => `${row.placeId}/${row.topicId}`)).size).toBe(rows.length / 4)
  const { rows: families } = await db().query<{ n: number }>('select count(*)::int as n from topics where is_family or depth = 0')
  expect(rows.filter((row) => row.horizon === 7).length).toBeGreaterThanOrEqual(families[0]!.n)
  for (const row of rows) {
    const quantiles = [row.q025, row.q10, row.q25, row.q50, row.q75, row.q90, row.q975]
    expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b))
    expect(row.q025).toBeGreaterThanOrEqual(0)
    const chances = ['3', '5', '10', '20', '50'].map((n) => row.chances[n]!)
    expect(chances).toEqual(chances.toSorted((a, b) => b - a))
    expect(row.threshold).toBeGreaterThanOrEqual(row.usual + 3)
    expect(row.surge).toBeGreaterThanOrEqual(0)
    expect(row.surge).toBeLessThanOrEqual(1)
    // Nobody has served that was trained after the night.
    if (row.trainedOn !== null) expect(row.trainedOn).toBe(formatDay(trainingNight(parseDay(LAST))))
  }
})

test('the forecast of a series grows with its days, and its single days add up to it', async () => {
  const days = await readForecastDays(db(), LAST)
  const first = days[0]!
  const own = days.filter((day) => day.placeId === first.placeId && day.topicId === first.topicId)
  expect(own.map((day) => day.day)).toEqual(Array.from({ length: 28 }, (_, i) => formatDay(parseDay(LAST) + 1 + i)))
  const month = rows.find((row) => row.placeId === first.placeId && row.topicId === first.topicId && row.horizon === 28)!
  expect(own.reduce((sum, day) => sum + day.mean, 0)).toBeCloseTo(month.mean, 2)
})

test('what rises is expected to bring more than usual, and the alert says so', async () => {
  const [alert] = (await listAlerts(db(), { date: LAST, locale: 'en' })).filter((row) => row.place.at(-1) === 'Mill')
  expect(alert!.forecast).toMatchObject({ days: 14, certain: true })
  expect(alert!.forecast!.mean).toBeGreaterThan(alert!.forecast!.usual)
  expect(alert!.why.forecast).toEqual(alert!.forecast)
  const { outlook } = await explainAlert(db(), alert!.id, { locale: 'en', settings: config.settings })
  expect(outlook.map((row) => row.horizon_days)).toEqual([1, 7, 14, 28])
  expect(outlook[2]).toMatchObject({ mean: alert!.forecast!.mean, surge: alert!.forecast!.surge, q90: alert!.forecast!.q90 })
  const lookup = await readForecastLookup(db(), LAST)
  const { rows: [at] } = await db().query<{ place: number, topic: number }>('select place_id as place, topic_id as topic from alert_nights where alert_id = $1 and night = $2', [alert!.id, LAST])
  expect(lookup(at!.place, at!.topic, 14)!.mean).toBe(alert!.forecast!.mean)
  expect(lookup(at!.place, at!.topic, 3)).toBeUndefined()
})

test('the table has every series down to the streets, adds up, and the last one is kept', async () => {
  expect(readdirSync(join(dataDir, 'forecasts')).sort()).toEqual(['2024-09-20.arrow'])
  const request = { dataDir, night: LAST, horizon: '7' as const }
  const city = await listForecasts(db(), request)
  expect(city.map((line) => line.topic.join('›')).toSorted()).toEqual(['', 'Heat', 'Heat›Cold', 'Noise', 'Noise›Night', 'Roads', 'Roads›Hole'])
  expect(city[0]).toMatchObject({ place: ['City'], topic: [], from: '2024-09-21', until: '2024-09-28' })
  const districts = await listForecasts(db(), { ...request, level: 'district', topic: 'Heat' })
  expect(districts.map((line) => line.place.join('›')).toSorted()).toEqual(['City›North', 'City›South'])
  if (city.every((line) => line.model === 'pooled') && districts.every((line) => line.model === 'pooled')) {
    expect(districts.reduce((sum, line) => sum + line.mean, 0)).toBeCloseTo(city.find((line) => line.topic.join('›') === 'Heat')!.mean, 1)
  }
  const weeks = await listForecasts(db(), { dataDir, night: LAST, horizon: 'weekly', place: 'Mill', topic: 'Cold' })
  expect(weeks.map((line) => line.from)).toEqual(Array.from({ length: 8 }, (_, w) => formatDay(parseDay(LAST) + 1 + 7 * w)))
  await expect(listForecasts(db(), { ...request, night: '2024-09-13' })).rejects.toMatchObject({ code: 'no_forecast', exitCode: 4 })
})

test('the registry says what was trained, how it did and what serves', async () => {
  const models = await listModels(db(), LAST, 5)
  expect([...new Set(models.map((row) => row.trained_on))]).toEqual([formatDay(trainingNight(parseDay(LAST)))])
  for (const name of ['city', 'district', 'local', 'sparse']) expect(models.filter((row) => row.class === name && row.serves)).toHaveLength(1)
  for (const row of models.filter((one) => one.class === 'city' && one.name === 'pooled')) {
    const { ratio } = row.score_card
    expect(row.serves).toBe(typeof ratio === 'number' && ratio < 1)
  }
})

test('a night looks at what earlier ones expected', async () => {
  const { rows: reviews } = await db().query(`select forecast_of, series_class, horizon, series, observed from forecast_reviews where night = $1 and series_class = 'city' order by horizon`, [LAST])
  expect(reviews.map((row) => [row.horizon, row.forecast_of])).toEqual([[1, '2024-09-19'], [7, '2024-09-13']])
  const { rows: [all] } = await db().query<{ n: number }>(
    `select count(*)::int as n from tickets t join topics x on x.id = t.topic_id where t.day = '2024-09-20'`)
  // The city's total and its families each count every caller once.
  expect(Number(reviews[0]!.observed)).toBe(2 * all!.n)
  const record = await forecastRecord(db(), LAST)
  expect(record.find((row) => row.class === 'city' && row.horizon_days === 7)).toMatchObject({ nights: 1, wql: expect.any(Number), coverage80: expect.any(Number) })
})

test('a backtest compares the models on nights of the past and writes nothing', async () => {
  const before = await db().query('select count(*)::int as n from forecast_models')
  const result = await backtest(db(), { from: parseDay('2024-08-01'), until: parseDay('2024-08-16'), every: 14, seriesPerClass: 5, codeVersion: 'test' })
  expect(result).toMatchObject({ origins: 2, first: '2024-08-01', last: '2024-08-15' })
  for (const model of ['pooled', 'ets', 'theta', 'seasonal_naive']) {
    const row = result.scores.find((one) => one.class === 'city' && one.horizon === 'sum_14' && one.model === model)!
    expect(row.n).toBeGreaterThan(0)
    expect(row.wql).toBeGreaterThan(0)
    expect(row.coverage95!).toBeGreaterThanOrEqual(row.coverage50!)
  }
  expect((await db().query('select count(*)::int as n from forecast_models')).rows).toEqual(before.rows)
  await expect(backtest(db(), { from: parseDay('2025-08-01'), until: parseDay('2025-08-16'), every: 14, seriesPerClass: 5, codeVersion: 'test' })).rejects.toMatchObject({ code: 'no_origin' })
}, 60_000)
