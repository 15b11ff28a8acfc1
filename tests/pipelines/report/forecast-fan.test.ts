import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { writeReport } from '../../../pipelines/report/report.ts'
import { useDatabase } from '../../support/database.ts'
import { fixtureConfig, NIGHT, seedCity } from './fixture.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-fan-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
let cards: string[]
let en: string

beforeAll(async () => {
  const [first] = await seedCity(db())
  const { rows: [at] } = await db().query<{ place: number, topic: number }>('select place_id as place, topic_id as topic from alert_nights where alert_id = $1 and night = $2', [first, NIGHT])
  for (let h = 0; h < 28; h++) {
    await db().query('insert into forecast_days (night, place_id, topic_id, day, mean, q10, q25, q50, q75, q90) values ($1, $2, $3, $4, 5, 2, 4, 5, 6, 9)',
      [NIGHT, at!.place, at!.topic, formatDay(parseDay(NIGHT) + 1 + h)])
  }
  const forecast = { days: 14, mean: 71.4, q10: 55, q50: 70, q90: 88, usual: 1.2, threshold: 5, surge: 0.9731, chance_20: 0.9, model: 'pooled', certain: false }
  await db().query(`update alert_nights set why = why || jsonb_build_object('forecast', $3::jsonb) where alert_id = $1 and night = $2`, [first, NIGHT, JSON.stringify(forecast)])
  const deps = { db: db(), config: fixtureConfig(directory), log: SILENT }
  const zh = readFileSync((await writeReport(deps, { night: NIGHT, locale: 'zh' })).path, 'utf8')
  cards = zh.match(/<article[\s\S]*?<\/article>/g)!
  en = readFileSync((await writeReport(deps, { night: NIGHT, locale: 'en' })).path, 'utf8').match(/<article[\s\S]*?<\/article>/)![0]
})

test('an alert says what the next fortnight brings, by which model, and how far that is certain', () => {
  const text = cards[0]!.replace(/<[^>]+>/g, '')
  for (const part of ['今后14天', '预计71人，八成在55至88人', '达到5人的概率97%', '由汇总模型预测', '超出已知节假日历']) expect(text).toContain(part)
  expect(en.replace(/<[^>]+>/g, '')).toContain('71 callers expected, 8 of 10 times 55 to 88')
  expect(cards[1]).not.toContain('今后14天')
})

test('the fan lies after the night and within the chart, in colours of either theme', () => {
  const wide = cards[0]!.match(/<svg class="wide"[\s\S]*?<\/svg>/)![0]
  for (const name of ['fan', 'fanHalf']) {
    const [, path] = new RegExp(`<path d="([^"]+)" fill="var\\(--c-${name}\\)"`).exec(wide)!
    const xs = [...path!.matchAll(/[ML]([\d.]+) /g)].map((match) => Number(match[1]))
    // 90 days and 28: the fan begins at 90 / 118 of a plot of 514 pixels that begins at 36.
    expect(Math.min(...xs)).toBeCloseTo(36 + (514 * 90) / 118, 0)
    expect(Math.max(...xs)).toBeCloseTo(550, 0)
  }
  const height = (name: string): number => {
    const ys = [...new RegExp(`<path d="([^"]+)" fill="var\\(--c-${name}\\)"`).exec(wide)![1]!.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]))
    return Math.max(...ys) - Math.min(...ys)
  }
  // 9 − 2 callers against 6 − 4.
  expect(height('fan') / height('fanHalf')).toBeCloseTo(7 / 2, 1)
  expect(cards[1]).not.toContain('--c-fan)')
})

test('both themes have its colours', () => {
  const style = readFileSync(join(directory, 'reports', `${NIGHT}-zh.html`), 'utf8').match(/<style>[\s\S]*?<\/style>/)![0]
  for (const name of ['forecast', 'fan', 'fanHalf']) expect(style.match(new RegExp(`--c-${name}:#`, 'g'))!.length).toBeGreaterThanOrEqual(2)
})
