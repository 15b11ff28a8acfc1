import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { checkSchema } from '../../core/json-schema.ts'
import { saveDocuments, storedDocument } from '../../pipelines/reports/compute.ts'
import type { ReportDocument } from '../../pipelines/reports/document.ts'
import { API_ROOT } from '../../web/api/operation.ts'
import { REFS } from '../../web/api/schemas.ts'
import { FEW, HOSTILE, NIGHT, seedReportCity, testConfig } from '../pipelines/reports/store.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb
let week: ReportDocument

beforeAll(async () => {
  await seedReportCity(db())
  await db().query('update places set name = $2 where path = $1', ['City›North›N2', HOSTILE])
  await saveDocuments(db(), testConfig(), NIGHT)
  week = (await storedDocument(db(), NIGHT, 'week'))!
  web = await startWeb(db())
})
afterAll(() => web.close())

const id = (path: string): number => week.places.find((place) => place.path.join('›') === path)!.id
const behind = (area: number, topic = 1, window = 'now'): string => `/reports/week/tickets?night=${NIGHT}&area=${area}&topic=${topic}&window=${window}`

test('who sees the whole city sees reports, and nobody else', async () => {
  for (const persona of ['analyst', 'supervisor', 'policy', 'admin'] as const) expect((await web.request('/reports/week', { as: persona })).status).toBe(200)
  for (const persona of ['liaison', 'lead', 'outsider', 'territory', 'operator'] as const) {
    for (const path of ['/reports', '/reports/week', '/reports/quality', behind(id('City›North')), `/reports/week/export?night=${NIGHT}&format=csv`]) expect((await web.request(path, { as: persona })).status).toBe(403)
  }
  expect((await web.request('/reports/week')).status).toBe(303)
})

test.each([['night', 'Hotspots of the night 2024-09-22'], ['week', 'Hotspots of the week 2024-W38'], ['month', 'Hotspots of the month 2024-09'], ['calendar', 'Seasonal calendar'], ['outcome', 'Outcome'], ['coverage', 'Quiet is not content'], ['quality', 'Quality by source']])('/reports/%s says %s', async (name, words) => {
  const response = await web.request(`/reports/${name}`, { as: 'policy' })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain(words)
})

test('the API gives the document of a period to whoever may read reports, with what is hidden hidden', async () => {
  for (const period of ['night', 'week', 'month'] as const) {
    const reply = await web.request(`${API_ROOT}/reports/${period}/${NIGHT}`, { as: 'policy' })
    const body = await reply.json() as Record<string, unknown> & { places: { path: string[], now: { callers: unknown } }[] }
    expect([reply.status, checkSchema(body, REFS['#/components/schemas/PeriodReport']!, REFS)]).toEqual([200, []])
    expect(body.places.length).toBeGreaterThan(4)
    if (period === 'week') expect(body.places.find(({ path }) => path.join('›') === FEW)!.now.callers).toBe('few')
  }
  for (const persona of ['liaison', 'lead', 'outsider', 'territory', 'operator'] as const) expect((await web.request(`${API_ROOT}/reports/week/${NIGHT}`, { as: persona })).status).toBe(403)
  for (const [path, status] of [[`year/${NIGHT}`, 400], ['week/2024-02-31', 400], ['week/2031-01-01', 404]] as const) expect([path, (await web.request(`${API_ROOT}/reports/${path}`, { as: 'policy' })).status]).toEqual([path, status])
})

test('a report that was written anew is the next one shown, and one that is gone is none', async () => {
  const [before] = [await web.text('/reports/week', { as: 'policy' }), await web.text('/reports/week', { as: 'policy', lang: 'zh' })]
  expect(before).toContain('Hotspots of the week 2024-W38')
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  await web.text('/reports/week', { as: 'policy' })
  const texts = spy.mock.calls.map(([asked]) => JSON.stringify(asked))
  spy.mockRestore()
  expect(texts.filter((text) => text.includes('from report_documents')).length).toBeGreaterThan(0)
  expect(texts.filter((text) => text.includes('select document from report_documents'))).toEqual([])
  const { rows: [row] } = await db().query<{ document: ReportDocument }>(`select document from report_documents where night = $1 and period = 'week'`, [NIGHT])
  try {
    const other = { ...row!.document, quality: [], places: row!.document.places.map((place) => ({ ...place, path: place.path.map((name) => (name === 'North' ? 'Northern' : name)) })) }
    await db().query(`update report_documents set document = $2 where night = $1 and period = 'week'`, [NIGHT, JSON.stringify(other)])
    const after = await web.text('/reports/week', { as: 'policy' })
    expect(before).not.toContain('Northern')
    expect(after).toContain('Northern')
    await db().query(`delete from report_documents where night = $1 and period = 'week'`, [NIGHT])
    expect((await web.request(`/reports/week?night=${NIGHT}`, { as: 'policy' })).status).toBe(404)
  } finally {
    await db().query(`insert into report_documents (night, period, version, document) values ($1, 'week', $2, $3) on conflict (night, period) do update set document = excluded.document`, [NIGHT, row!.document.version, JSON.stringify(row!.document)])
  }
  expect(await web.text('/reports/week', { as: 'policy' })).toBe(before)
})

test('a shown number leads to its tickets, a hidden one nowhere', async () => {
  const page = await web.text('/reports/week', { as: 'policy' })
  const north = id('City›North')
  expect(page).toContain(behind(north).replaceAll('&', '&amp;'))
  expect(page).not.toContain(behind(id(FEW)).replaceAll('&', '&amp;'))
  const list = await web.request(behind(north), { as: 'policy' })
  expect(list.status).toBe(200)
  expect((await list.text()).match(/"\/tickets\/test\/t\d+"/g)?.length).toBeGreaterThan(2)
  for (const window of ['now', 'before', 'year']) {
    const refused = await web.request(behind(id(FEW), 1, window), { as: 'admin' })
    expect(refused.status).toBe(400)
    expect((await refused.text()).includes('/tickets/test/')).toBe(false)
  }
  // Nor by a topic of which the report shows nothing at that place.
  expect((await web.request(behind(id(FEW), week.topics[0]!.id), { as: 'admin' })).status).toBe(400)
})

test('a table has a page with all its rows', async () => {
  const page = await web.text(`/reports/week/table?night=${NIGHT}&name=streets`, { as: 'policy' })
  expect(page.match(/<tr/g)!.length).toBe(13)
  expect((await web.request('/reports/week/table?name=streetz', { as: 'policy' })).status).toBe(400)
})

test('names from the data are text', async () => {
  const page = await web.text('/reports/week', { as: 'policy' })
  expect(page).not.toContain('<img src=x')
  expect(page).toContain('&lt;img src=x')
  expect(page).not.toMatch(/ style="| on\w+="|<script(?! type="module" src="\/static)/)
})

test.each([['html', 'text/html'], ['xlsx', 'spreadsheetml'], ['csv', 'text/csv'], ['arrow', 'arrow'], ['parquet', 'parquet'], ['geojson', 'geo+json']])('exports %s', async (format, type) => {
  const response = await web.request(`/reports/week/export?night=${NIGHT}&format=${format}`, { as: 'policy' })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain(type)
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="2024-W38/)
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(200)
})

test('what is not there is not found, and odd values are refused', async () => {
  for (const path of ['/reports/nothing', '/reports/week?night=2031-01-01', '/reports/week?night=x%27', `/reports/week/export?night=${NIGHT}&format=exe`, `/reports/year/tickets?night=${NIGHT}&area=1&topic=1`, behind(1).replace('area=1', 'area=1%27--')]) {
    expect({ path, status: (await web.request(path, { as: 'admin' })).status }).toEqual({ path, status: 404 })
  }
  expect((await web.request(`/reports/week/export?night=${NIGHT}&format=csv&table=streetz`, { as: 'admin' })).status).toBe(400)
})

test('both languages, without a word of the other', async () => {
  const [zh, en] = [await web.text('/reports/month', { as: 'policy', lang: 'zh' }), await web.text('/reports/month', { as: 'policy', lang: 'en' })]
  expect(zh).toContain('热点问题月报 2024-09')
  expect(en.replace(/<a class="tool"[^]*?<\/a>/g, '').replace(/<[^>]*>/g, '')).not.toMatch(/\p{Script=Han}/u)
})
