import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import type { DemoLabel } from '../../../pipelines/demo/episode-plan.ts'
import { loadDemo } from '../../../pipelines/demo/load.ts'
import type { LoadedDemo } from '../../../pipelines/demo/load.ts'
import { useDatabase } from '../../support/database.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-demo-'))
const request = { seed: 4, params: { districts: 2, days: 90, ticketsPerDay: 40 } }
let loaded: LoadedDemo
let labels: DemoLabel[]

beforeAll(async () => {
  const config = loadConfig({ dataDir }, {})
  loaded = await loadDemo({ db: db(), config, log: SILENT }, request)
  labels = readFileSync(loaded.labelsPath, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as DemoLabel)
})
afterAll(() => rmSync(dataDir, { recursive: true }))

async function one<T>(sql: string, params: unknown[] = []): Promise<T> {
  return (await db().query<{ value: T }>(sql, params)).rows[0]!.value
}

test('every row of the export is a ticket', async () => {
  expect(loaded.import).toMatchObject({ source: 'demo', rejected: 0, duplicate: 0, read: loaded.tickets, new: loaded.tickets })
  expect(await one<number>('select count(*)::int as value from tickets')).toBe(loaded.tickets)
  expect(loaded).toMatchObject({ from: '2026-08-25', until: '2026-11-23' })
})

test('the import finds the places, topics and units of the registries and adds none', async () => {
  expect(await one('select count(*)::int as value from places')).toBe(1 + 2 + 20 + 300)
  expect(await one(`select count(*)::int as value from places where rollup[array_length(rollup, 1)] <> id or array_length(rollup, 1) <> depth + 1`)).toBe(0)
  expect(await one(`select count(*)::int as value from topics where name = '未分类'`)).toBe(0)
  expect(await one(`select count(*)::int as value from topics t join topics f on f.id = t.family_id where f.is_family and f.id = any (t.rollup) and f.depth = 2`)).toBe(199)
  expect(await one(`select count(*)::int as value from units where kind = 'street' and territory_path is not null`)).toBe(20)
  expect(await one(`select count(*)::int as value from units`)).toBe(49 + 1 + 2 + 20)
  expect(await one(`select u.name as value from unit_topics x join units u on u.id = x.unit_id where x.topic_path = '住房城建›房地产开发与交付'`)).toBe('市住房和城乡建设局')
})

test('the seed’s project stands with its households and its centre', async () => {
  const { rows } = await db().query(`select households, kind, lng is not null and lat is not null as located from places where name = '锦澜府'`)
  expect(rows).toEqual([{ households: 520, kind: 'compound', located: true }])
})

test('arrival is the real one, so that some tickets are known a day later or more', async () => {
  expect(await one('select count(*)::int as value from tickets where recorded_assumed')).toBe(0)
  expect(await one<number>('select count(*)::int as value from tickets where known_on > day')).toBeGreaterThan(50)
})

test('planted personal data is not in the store', async () => {
  const leaks = `select count(*)::int as value from tickets where concat(title, content, address_text) ~ '(1[3-9][0-9]{9}|990101[0-9]{11}|[晋陕甘青豫][A-H][0-9]{5}|[0-9]单元[0-9]+室)'`
  expect(await one(leaks)).toBe(0)
  expect(await one<number>('select count(distinct caller_key)::int as value from tickets')).toBeGreaterThan(1000)
})

test('the labels name tickets of the store', async () => {
  for (const label of labels) {
    const known = await one<number>('select count(*)::int as value from tickets where ticket_no = any ($1)', [label.ticket_nos])
    expect(known, label.id).toBe(label.ticket_nos.length)
  }
  expect(labels.some((label) => label.id === 'seed-case')).toBe(true)
})

test('loading the same city again changes nothing', async () => {
  const before = await one('select md5(string_agg(t::text, $1 order by ticket_no)) as value from tickets t', ['|'])
  const units = await one('select md5(string_agg(t::text, $1 order by unit_id, topic_path)) as value from unit_topics t', ['|'])
  const text = readFileSync(loaded.labelsPath, 'utf8')
  const again = await loadDemo({ db: db(), config: loadConfig({ dataDir }, {}), log: SILENT }, request)
  expect(again.import.alreadyImported).toBe(true)
  expect(again.tickets).toBe(loaded.tickets)
  expect(readFileSync(again.labelsPath, 'utf8')).toBe(text)
  expect(await one('select md5(string_agg(t::text, $1 order by ticket_no)) as value from tickets t', ['|'])).toBe(before)
  expect(await one('select md5(string_agg(t::text, $1 order by unit_id, topic_path)) as value from unit_topics t', ['|'])).toBe(units)
})

test('the outlines are GeoJSON named like the streets', async () => {
  const { features } = JSON.parse(readFileSync(loaded.boundariesPath, 'utf8')) as { features: { properties: { name: string } }[] }
  const { rows } = await db().query<{ name: string }>(`select name from places where kind = 'street' order by name collate "C"`)
  expect(features.map((feature) => feature.properties.name).sort()).toEqual(rows.map((row) => row.name).sort())
})

test('the weather of every day is loaded as covariates', async () => {
  const { rows } = await db().query('select variable, count(*)::int as days, max(day) as last, bool_and(known_on = day) as plain from covariates group by 1 order by 1')
  expect(rows).toEqual([{ variable: 'rain', days: 90, last: '2026-11-22', plain: true }, { variable: 'temperature', days: 90, last: '2026-11-22', plain: true }])
  expect(readFileSync(loaded.weatherPath, 'utf8').split('\n', 2)).toEqual(['date,temperature,rain', expect.stringMatching(/^2026-08-25,[-\d.]+,[\d.]+$/)])
})
