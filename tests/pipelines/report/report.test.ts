import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InvalidOptionError, BadInputError } from '../../../core/errors.ts'
import { SILENT } from '../../../core/log.ts'
import { writeReport } from '../../../pipelines/report/report.ts'
import { useDatabase } from '../../support/database.ts'
import { fixtureConfig, NIGHT, seedCity } from './fixture.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-report-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const config = fixtureConfig(directory)
const deps = () => ({ db: db(), config, log: SILENT })
let ids: string[]
let zh: string
let en: string

beforeAll(async () => {
  ids = await seedCity(db())
  zh = readFileSync((await writeReport(deps(), { night: NIGHT, locale: 'zh' })).path, 'utf8')
  en = readFileSync((await writeReport(deps(), { night: NIGHT, locale: 'en' })).path, 'utf8')
})

/** Text of the page as a reader sees it. */
function textOf(page: string): string {
  return page.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<[^>]+>/g, '').replace(/&lt;/g, '<').replace(/\s+/g, ' ')
}

test('the file lies in the data directory, nothing is left beside it', () => {
  expect(readdirSync(join(directory, 'reports')).sort()).toEqual([`${NIGHT}-en.html`, `${NIGHT}-zh.html`])
})

test('the answer comes first, in both languages', () => {
  expect(zh).toContain('<h1>今晚有 7 处需要关注</h1>')
  expect(en).toContain('<h1>7 places need attention tonight</h1>')
  expect(zh).toContain('<html lang="zh-CN">')
  expect(textOf(en)).toContain('Data cut-off23 Nov, 02:00 (Asia/Shanghai)')
})

test('what changed is named: new, raised, continued, ended, still watched', () => {
  const changes = textOf(zh.slice(zh.indexOf('id="changes"'), zh.indexOf('id="list"')))
  expect(changes).toContain('新增 3')
  expect(changes).toMatch(/升级 1 ?学府雅苑（松涛街道）·项目停工 ?黄 → 橙/)
  expect(changes).toContain('持续 3')
  expect(changes).toMatch(/结束 1 ?阳光新城（花园街道）·停水/)
  expect(changes).toContain('暂无新信号，仍在观察 1')
})

test('each alert says where, what, how many against the usual, who and by when', () => {
  const card = textOf(zh.slice(zh.indexOf('<article'), zh.indexOf('</article>')))
  for (const part of ['云桥街道锦绣家园 · 延期交房：近7天24人反映，通常几乎没有', '云川市 › 青山区 › 云桥街道 › 锦绣家园', '主办市住房和城乡建设局', '属地云桥街道办事处', '11月24日（周二）前', '今晚首次']) {
    expect(card).toContain(part)
  }
  expect(zh.match(/<article/g)).toHaveLength(7)
  expect(zh.match(/<svg class="wide"/g)).toHaveLength(8)
})

test('the same night gives the same bytes, also after other pages were drawn', async () => {
  const again = await writeReport(deps(), { night: NIGHT, locale: 'zh', out: join(directory, 'again.html') })
  expect(readFileSync(again.path, 'utf8')).toBe(zh)
})

test('nothing is fetched and nothing runs', () => {
  for (const page of [zh, en]) {
    expect(page).not.toMatch(/<script|javascript:|\son\w+=|@import|url\((?!data:)/i)
    expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]!).filter((url) => !/^(#|data:)/.test(url))).toEqual([])
    expect(page).toContain('default-src \'none\'')
  }
})

test('no text key, no unfilled parameter and no wrong language is left in the pages', () => {
  for (const page of [zh, en]) expect(textOf(page)).not.toMatch(/report\.|\{\w+\}|undefined|NaN|null/)
  const unmarked = en.replace(/<style[\s\S]*?<\/style>/g, '').replace(/<(bdi|title)[^>]*>[\s\S]*?<\/\1>/g, '').replace(/<[^>]+>/g, '')
  expect(unmarked).not.toMatch(/\p{Script=Han}/u)
})

test('secret tickets and reports of wrongdoing are not quoted, nor what fewer than three callers said', () => {
  expect(zh).not.toContain('涉密内容')
  const card = (rank: number): string => zh.slice(zh.indexOf(`id="alert-${rank}"`)).split('</article>')[0]!
  // Its texts are all but the same: one speaks for all.
  expect(card(1).match(/<blockquote>/g)).toHaveLength(1)
  expect(card(6)).not.toContain('<blockquote>')
  expect(card(7)).not.toContain('<blockquote>')
})

test('gaps are said to be gaps', () => {
  expect(textOf(zh)).toContain('3 天：10月13日至10月15日')
  expect(textOf(zh)).toContain('<3')
})

test('known events over an alert’s 90 days are named, as far as the night knew of them', async () => {
  const { rows: [alert] } = await db().query<{ compound: number, district: number, topic: number }>(
    `select n.place_id as compound, p.rollup[2] as district, n.topic_id as topic from alert_nights n join places p on p.id = n.place_id where n.alert_id = $1 and night = $2`, [ids[0], NIGHT])
  const { compound, district, topic } = alert!
  const event = (place: number, from: string, until: string, known: string, note: string): Promise<unknown> =>
    db().query('insert into known_events (place_id, topic_id, from_on, until_on, known_on, note) values ($1, $2, $3, $4, $5, $6)', [place, topic, from, until, known, note])
  await event(district, '2026-08-01', '2026-08-26', '2026-09-01', '台风<b')
  await event(compound, '2026-11-20', '2026-11-21', NIGHT, '')
  await event(compound, '2026-08-01', '2026-08-25', '2026-09-01', '九十日前的事')
  await event(compound, '2026-11-01', '2026-11-05', '2026-11-23', '次日才知道的事')
  await event(compound + 1, '2026-11-01', '2026-11-05', NIGHT, '别处的事')
  const { path } = await writeReport(deps(), { night: NIGHT, locale: 'zh', out: join(directory, 'events.html') })
  const page = readFileSync(path, 'utf8')
  expect(textOf(page.slice(page.indexOf('<article'), page.indexOf('</article>')))).toContain('已知事件8月1日至8月25日·台风<b11月20日不计入往常水平')
  for (const note of ['九十日前的事', '次日才知道的事', '别处的事', '台风<b']) expect(page).not.toContain(note)
  await db().query('delete from known_events')
})

test('an alert whose night kept its evidence shows its windows and the neighbours it stands out with', async () => {
  await db().query(
    `insert into signals (night, place_id, topic_id, detector, verdict, window_days, observed, expected, upper, log10_p, recurrence_days, callers, evidence)
     select night, place_id, topic_id, 'neighbours', 'alert', 7, 24, 0.02, 4, -9, 45000, 24, $3 from alert_nights where alert_id = $1 and night = $2`,
    [ids[0], NIGHT, JSON.stringify({
      score: 9, baseline: {}, neighbours: [(await db().query<{ id: number }>(`select id from places where path like '%石门镇›和平里' order by id limit 1`)).rows[0]!.id],
      windows: [{ days: 1, callers: 5, expected: 0.31, usual: 0.42 }, { days: 28, callers: 26, expected: 13.1, usual: 17.2 }],
    })])
  const { path } = await writeReport(deps(), { night: NIGHT, locale: 'zh', out: join(directory, 'windows.html') })
  const page = readFileSync(path, 'utf8')
  const cards = page.split('<article').slice(1).map((card) => textOf(card.split('</article>')[0]!))
  expect(cards[0]).toContain('相邻地点和平里（石门镇）')
  expect(cards[0]).toMatch(/各时段人数实际往常往常（计入周边涨落） ?当日50.30.4 ?近 28 日261317/)
  expect(cards[1]).not.toMatch(/各时段人数|相邻地点/)
  await db().query('delete from signals')
})

test('boundaries draw every area, also those at zero and those without a place', async () => {
  const square = (x: number): object => ({ type: 'Polygon', coordinates: [[[x, 36], [x + 0.1, 36], [x + 0.1, 36.1], [x, 36.1], [x, 36]]] })
  const path = join(directory, 'areas.geojson')
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features: ['青山区', '南屏区', '别处<b>'].map((name, i) => ({ type: 'Feature', properties: { id: `x${i}`, 名称: name }, geometry: square(117 + i / 5) })) }))
  const page = readFileSync((await writeReport(deps(), { night: NIGHT, locale: 'zh', boundaries: path, out: join(directory, 'areas.html') })).path, 'utf8')
  const map = page.slice(page.indexOf('id="map"'), page.indexOf('id="alerts"'))
  expect(map).toContain('fill="var(--c-redTint)"')
  expect(textOf(map)).toMatch(/青山区\d+红/)
  expect(textOf(map)).toContain('南屏区')
  expect(textOf(map)).toContain('别处&lt;b&gt;'.replace('&lt;', '<'))
  expect(textOf(map)).toContain('边界名称未能与地点对应')
})

test('boundaries that name no place are a backdrop, and NaN among their properties does no harm', async () => {
  const path = join(directory, 'zip.geojson')
  writeFileSync(path, '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"ZIP":77371,"share":NaN,"note":"a: NaN, b"},"geometry":{"type":"Polygon","coordinates":[[[117,36.4],[117.3,36.4],[117.3,36.8],[117,36.4]]]}}]}')
  const page = readFileSync((await writeReport(deps(), { night: NIGHT, locale: 'zh', boundaries: path, out: join(directory, 'zip.html') })).path, 'utf8')
  const map = textOf(page.slice(page.indexOf('id="map"'), page.indexOf('id="alerts"')))
  expect(map).toMatch(/青山区\d+红/)
  expect(map).not.toContain('边界名称')
})

test('places without a centroid stand at the mean of their tickets', async () => {
  const { rows: [place] } = await db().query<{ place_id: number }>('select place_id from alert_nights where alert_id = $1 and night = $2', [ids[1], NIGHT])
  const mark = async (): Promise<number> => {
    const page = readFileSync((await writeReport(deps(), { night: NIGHT, locale: 'zh', out: join(directory, 'mean.html') })).path, 'utf8')
    return page.slice(page.indexOf('id="map"'), page.indexOf('id="alerts"')).match(/orangeTint/g)?.length ?? 0
  }
  await db().query('update places set lng = null, lat = null where id = $1', [place!.place_id])
  expect(await mark()).toBe(0)
  await db().query('update tickets set lng = 117.1, lat = 36.6 where place_id = $1', [place!.place_id])
  expect(await mark()).toBe(2)
})

test('boundaries that cannot be read are refused before anything is written', async () => {
  const path = join(directory, 'not.geojson')
  writeFileSync(path, '{"type":"Topology"}')
  const out = join(directory, 'none.html')
  await expect(writeReport(deps(), { night: NIGHT, locale: 'zh', boundaries: path, out })).rejects.toThrow(BadInputError)
  await expect(writeReport(deps(), { night: NIGHT, locale: 'zh', boundaries: '/nowhere', out })).rejects.toThrow(BadInputError)
  await expect(writeReport(deps(), { night: '2026-02-30', locale: 'zh', out })).rejects.toThrow(InvalidOptionError)
  expect(readdirSync(directory)).not.toContain('none.html')
})

test('a night without alerts is calm only where something was judged', async () => {
  const page = async (night: string): Promise<string> => textOf(readFileSync((await writeReport(deps(), { night, locale: 'zh', out: join(directory, `${night}.html`) })).path, 'utf8'))
  expect(await page('2026-10-01')).toContain('本晚尚无研判结果')
  await db().query(`insert into night_coverage (night, place_depth, topic_depth, verdict, series) values ('2026-10-02', 1, 1, 'normal', 4321), ('2026-10-02', 1, 1, 'cannot tell', 9)`)
  const calm = await page('2026-10-02')
  expect(calm).toContain('今晚没有需要预警的地方')
  expect(calm).toContain('已研判 4,321 个')
  expect(calm).toContain('没有预警不等于没有问题')
})

test('a report of a past night does not know what came later', async () => {
  await db().query(`update tickets set known_on = '2026-11-23', content = '后来才知道' where (source_id, ticket_no) in
    (select source_id, ticket_no from alert_tickets where alert_id = $1)`, [ids[0]])
  const page = readFileSync((await writeReport(deps(), { night: NIGHT, locale: 'zh', out: join(directory, 'past.html') })).path, 'utf8')
  expect(page).not.toContain('后来才知道')
})
