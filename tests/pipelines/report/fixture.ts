/**
 * A small invented city in the store, with alerts of every level and kind, written by SQL: what a night leaves behind.
 */
import { formatDay, parseDay } from '../../../core/days.ts'
import { createRng } from '../../../core/rng.ts'
import { loadConfig } from '../../../core/config.ts'
import type { Config } from '../../../core/config.ts'
import type { Db } from '../../../sql/db.ts'

export const NIGHT = '2026-11-22'

/** Text as it must never reach a reader's browser unescaped. */
export const HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script>\u202Egnp.exe'

export interface FixtureOptions {
  /** Alerts on the night. */
  alerts?: number
  /** Names and texts are hostile. */
  hostile?: boolean
}

export function fixtureConfig(dataDir: string): Config {
  return loadConfig({ dataDir, lang: 'zh' }, {})
}

const DISTRICTS = ['青山区', '云溪区', '江北区', '临港新区', '东湖区', '南屏区', '白石县', '桃源县']
const STREETS = ['云桥街道', '松涛街道', '临河街道', '花园街道', '石门镇']
const COMPOUNDS = ['锦绣家园', '翠湖花园', '阳光新城', '金色港湾', '和平里', '学府雅苑']
const TOPICS: [group: string, family: string, leaf: string][] = [
  ['住房与房地产', '房屋交付', '延期交房'], ['住房与房地产', '房屋交付', '项目停工'], ['公用事业', '供热', '室温不达标'], ['公用事业', '供水', '停水'],
  ['生态环境', '噪声', '夜间施工噪声'], ['生态环境', '大气异味', '不明异味'], ['劳动保障', '工资', '拖欠农民工工资'], ['市场监管', '预付卡', '商家失联'],
  ['城市管理', '占道经营', '早市占道'], ['交通', '公交', '线路调整'], ['教育', '校外培训', '退费'], ['物业', '电梯', '电梯停运'],
  ['物业', '停车', '车位不足'], ['公用事业', '燃气', '燃气压力低'],
]
const UNITS: [name: string, kind: string][] = [
  ['市住房和城乡建设局', 'bureau'], ['市城市管理局', 'bureau'], ['市生态环境局', 'bureau'], ['市人力资源和社会保障局', 'bureau'], ['市供热集团', 'enterprise'],
  ['云桥街道办事处', 'street'], ['松涛街道办事处', 'street'], ['12345热线办', 'hotline'],
]
const LEVELS = ['red', 'orange', 'yellow', 'yellow', 'blue', 'blue', 'blue'] as const
const CHANNELS = ['电话', '微信', '网站']

/** @returns ids of the alerts of the night in rank order */
export async function seedCity(db: Db, options: FixtureOptions = {}): Promise<string[]> {
  const { alerts = 7, hostile = false } = options
  const rng = createRng(7)
  const night = parseDay(NIGHT)
  const { rows: [source] } = await db.query<{ id: number }>(
    `insert into sources (name, preset, city, country, time_zone) values ('云川市12345', 'generic_12345_zh', '云川市', 'CN', 'Asia/Shanghai') returning id`)
  const { rows: [batch] } = await db.query<{ id: string }>(
    `insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status) values ($1, 'a.csv', 'x', 1, 'p', '{}', 'running') returning id`, [source!.id])
  const places = await seedPlaces(db, rng, hostile)
  const topics = await seedTopics(db, hostile)
  const units: number[] = []
  for (const [name, kind] of UNITS) units.push((await db.query<{ id: number }>('insert into units (name, kind) values ($1, $2) returning id', [name, kind])).rows[0]!.id)

  await db.query(`insert into runs (night, status, code_version, config_hash) values ($1, 'succeeded', '0.1.0', 'c0ffee')`, [NIGHT])
  await db.query(`insert into night_coverage (night, place_depth, topic_depth, verdict, reason, series) values
    ($1, 2, 2, 'alert', '', $2), ($1, 2, 2, 'watch', '', 12), ($1, 2, 2, 'normal', '', 4210),
    ($1, 2, 2, 'cannot tell', 'no_history', 310), ($1, 2, 2, 'cannot tell', 'too_sparse', 1873), ($1, 2, 2, 'cannot tell', 'gap', 44)`, [NIGHT, alerts])

  // The city's everyday tickets, three days of the feed missing.
  const tickets: unknown[][] = []
  let serial = 0
  const ticket = (day: number, place: number, topic: number, more: { sweep?: string, content?: string, secret?: boolean, appeal?: string, caller?: string } = {}): string => {
    const number = `T${String(++serial).padStart(6, '0')}`
    const at = new Date(day * 86400000 + (serial % 600) * 60000).toISOString()
    tickets.push([source!.id, number, at, at, formatDay(day), formatDay(day), batch!.id, serial, place, topic, more.caller ?? randomUUIDFrom(rng),
      units[serial % 4], false, more.sweep ?? null, CHANNELS[serial % 3], more.appeal ?? '投诉', more.content ?? '市民反映问题，望核实处理。', more.secret ?? false])
    return number
  }
  for (let day = night - 89; day <= night; day++) {
    if (day >= night - 40 && day < night - 37) continue
    for (let i = rng.poisson(26); i > 0; i--) {
      const place = rng.next() < 0.06 ? places.city : places.compounds[rng.below(places.compounds.length)]!
      ticket(day, place, topics[Math.floor(rng.next() ** 2 * topics.length)]!, rng.next() < 0.03 ? { sweep: 'bulk_entry' } : {})
    }
  }

  const ids: string[] = []
  const series: object[] = []
  for (let i = 0; i < alerts; i++) {
    const id = `20261118-${String(i + 1).padStart(8, '0')}`
    ids.push(id)
    const level = LEVELS[i % LEVELS.length]!
    const place = i === 3 ? places.city : i === 4 ? places.districts[1]! : places.compounds[(i * 11) % places.compounds.length]!
    const topic = topics[i % topics.length]!
    const window = [7, 14, 1, 28, 7, 3, 14][i % 7]!
    const observed = i % 7 === 3 ? 95 : { red: 24, orange: 13, yellow: 8, blue: 4 }[level] + (i % 3)
    const expected = [0.02, 1.3, 0.6, 41.2, 0.4, 0.05, 2.1][i % 7]!
    const first = i % 3 === 0 ? NIGHT : formatDay(night - 4 - i)
    await db.query(
      `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, lead_unit_id, territory_unit_id, co_unit_ids, lead_reason, due_on, due_certain)
       values ($1, $2, $3, 'open', $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [id, i === 3 ? 'common' : 'emerging', level, place, topic, first, NIGHT, i === 6 ? null : units[i % 5]!, units[5 + i % 2], i % 2 ? [units[2], units[3]] : [],
        i === 2 ? 'topic_owner' : 'tickets', formatDay(night + 2 + i % 3), i !== 4])
    await db.query(
      `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank, within_budget, why)
       values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [id, NIGHT, level, place, topic, observed + 3, observed, expected, Math.ceil(expected * 2 + 3), window, -4.2 - i / 10, [45000, 900, 120, 400, 101, 130, 260][i % 7], i + 1, i !== 5,
        JSON.stringify(i === 1 ? {} : {
          window_days: window, rule: ['callers_20_in_30_days', '', 'callers_5_in_7_days', 'area_ratio_2', 'watch', 'callers_3', 'unknown_rule'][i % 7], top_caller_share: i === 4 ? 0.6 : 0.13,
          surrounding_ratio: i === 2 ? 1.8 : 1, rank_reason: 'score', score: 12.5,
          detectors: [{ name: 'negbin_regression', window_days: window, observed, expected, upper: 5, log10_p: -5.3, verdict: 'alert' }, { name: 'ears_c2', window_days: 1, observed: 3, expected: 0.4, upper: 2, log10_p: -2.8, verdict: 'watch' }],
        })])
    if (i === 1) {
      await db.query(`insert into alert_nights select alert_id, night - 1, 'yellow', place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank, within_budget, why
        from alert_nights where alert_id = $1`, [id])
    }
    await db.query('insert into alert_events (alert_id, night, kind, before, after) values ($1, $2, $3, $4, $5)',
      [id, NIGHT, first === NIGHT ? 'opened' : i === 1 ? 'raised' : 'continued', i === 1 ? 'yellow' : null, level])
    await db.query(`insert into notices (id, alert_id, night, reason, payload, status) values ($1, $2, $3, 'opened', '{}', 'delivered')`, [`n-${id}`, id, first])
    for (let day = night - 89; day <= night; day++) {
      const gap = day >= night - 40 && day < night - 37
      const recent = day > night - window
      const seen = gap ? null : recent ? Math.round(observed / window + rng.next()) : rng.poisson(expected / window)
      series.push({ alert_id: id, day: formatDay(day), observed: seen, expected: gap ? null : expected / window * (1 + 0.2 * Math.sin(day)), upper: gap ? null : expected / window * 2 + 1.5 })
    }
    const callers = i === 6 ? 2 : observed
    for (let k = 0; k < callers; k++) {
      ticket(night - (k % window), place, topic, {
        content: hostile ? HOSTILE : i === 5 ? '涉密内容不得出现在报告中' : `来电人反映${TOPICS[i % TOPICS.length]![2]}问题已持续${k + 1}天，多次联系物业和施工方均未得到答复，小区居民意见较大，希望相关部门尽快核实并给出明确的处理时限，联系电话[电话已隐去]。`,
        secret: i === 5 && k % 2 === 0, appeal: i === 5 && k % 2 === 1 ? '举报' : '投诉',
      })
      tickets.at(-1)!.push(id)
    }
  }
  await db.query(`insert into alert_series select * from jsonb_populate_recordset(null::alert_series, $1::jsonb)`, [JSON.stringify(series)])
  await insertTickets(db, tickets)
  await seedEarlierAlerts(db, places.compounds, topics, night)
  await db.query(`update import_batches set status = 'done', read = 0`)
  return ids
}

async function insertTickets(db: Db, rows: unknown[][]): Promise<void> {
  const columns = ['source_id smallint', 'ticket_no text', 'accepted_at timestamptz', 'recorded_at timestamptz', 'day date', 'known_on date', 'batch_id bigint', 'row_hash bigint',
    'place_id int', 'topic_id int', 'caller_key uuid', 'lead_unit_id int', 'recorded_assumed boolean', 'sweep text', 'channel text', 'appeal_type text', 'content text', 'is_secret boolean']
  const names = columns.map((column) => column.split(' ')[0]!)
  const records = rows.map((row) => Object.fromEntries([...names.map((name, i) => [name, row[i]]), ['alert_id', row[names.length] ?? null]]))
  await db.query(`insert into tickets (${names.join(', ')}) select ${names.join(', ')} from jsonb_to_recordset($1::jsonb) as r (${columns.join(', ')})`, [JSON.stringify(records)])
  await db.query(
    `insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
     select alert_id, source_id, ticket_no, $2::date from jsonb_to_recordset($1::jsonb) as r (alert_id text, source_id smallint, ticket_no text) where alert_id is not null`,
    [JSON.stringify(records), NIGHT])
}

/** One alert that ended tonight and one that is watched without a signal. */
async function seedEarlierAlerts(db: Db, compounds: number[], topics: number[], night: number): Promise<void> {
  for (const [i, ended] of [true, false].entries()) {
    const id = `20261101-aaaaaaa${i}`
    const last = formatDay(night - (ended ? 15 : 3))
    await db.query(
      `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night, ended_on) values ($1, 'emerging', 'yellow', $2, $3, $4, $4, '2026-11-01', $5, $6)`,
      [id, ended ? 'ended' : 'open', compounds[20 + i], topics[3 + i], last, ended ? NIGHT : null])
    await db.query(
      `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
       values ($1, $2, 'yellow', $3, $4, 9, 7, 7, 1, 4, 7, -5, 200, 1)`, [id, last, compounds[20 + i], topics[3 + i]])
    if (ended) await db.query(`insert into alert_events (alert_id, night, kind) values ($1, $2, 'ended')`, [id, NIGHT])
  }
}

interface SeedPlace { id: number, parent_id: number | null, depth: number, kind: string, name: string, path: string, rollup: number[], lng: number, lat: number, households: number | null }

async function seedPlaces(db: Db, rng: ReturnType<typeof createRng>, hostile: boolean): Promise<{ city: number, districts: number[], compounds: number[] }> {
  const rows: SeedPlace[] = []
  const add = (parent: SeedPlace | null, kind: string, name: string, lng: number, lat: number, households: number | null = null): SeedPlace => {
    const id = rows.length + 1
    const row = { id, parent_id: parent?.id ?? null, depth: parent?.rollup.length ?? 0, kind, name, path: parent ? `${parent.path}›${name}` : name, rollup: [...parent?.rollup ?? [], id], lng, lat, households }
    rows.push(row)
    return row
  }
  const city = add(null, 'city', '云川市', 117.1, 36.6)
  for (const [d, districtName] of DISTRICTS.entries()) {
    const [x, y] = [117.1 + 0.25 * Math.cos(d * 0.9) * (0.5 + 0.1 * d), 36.6 + 0.2 * Math.sin(d * 0.9) * (0.5 + 0.1 * d)]
    const district = add(city, 'district', hostile && d === 0 ? HOSTILE : districtName, x, y)
    for (const [s, streetName] of STREETS.entries()) {
      const [sx, sy] = [x + 0.05 * Math.cos(s * 1.3), y + 0.04 * Math.sin(s * 1.3)]
      const street = add(district, 'street', streetName, sx, sy)
      for (const name of COMPOUNDS) add(street, 'compound', name, sx + 0.012 * rng.normal(), sy + 0.01 * rng.normal(), 300 + rng.below(900))
    }
  }
  await db.query(
    `insert into places (id, parent_id, depth, kind, name, path, rollup, lng, lat, households) overriding system value
     select id, parent_id, depth, kind, name, path, rollup, lng, lat, households from jsonb_populate_recordset(null::places, $1::jsonb)`, [JSON.stringify(rows)])
  const of = (kind: string): number[] => rows.filter((row) => row.kind === kind).map((row) => row.id)
  return { city: city.id, districts: of('district'), compounds: of('compound') }
}

async function seedTopics(db: Db, hostile: boolean): Promise<number[]> {
  const known = new Map<string, number>()
  const ensure = async (parent: number, depth: number, path: string, name: string, family: number | null): Promise<number> => {
    const there = known.get(path)
    if (there !== undefined) return there
    const { rows: [row] } = await db.query<{ id: number }>(
      'insert into topics (parent_id, depth, name, path, is_family, family_id) values ($1, $2, $3, $4, $5, $6) returning id', [parent, depth, name, path, depth === 2, family])
    if (depth === 2) await db.query('update topics set family_id = id where id = $1', [row!.id])
    await db.query('update topics t set rollup = p.rollup || t.id from topics p where t.id = $1 and p.id = $2', [row!.id, parent])
    known.set(path, row!.id)
    return row!.id
  }
  const leaves: number[] = []
  for (const [i, [group, family, leaf]] of TOPICS.entries()) {
    const groupId = await ensure(1, 1, group, group, null)
    const familyId = await ensure(groupId, 2, `${group}›${family}`, family, null)
    const name = hostile && i === 0 ? `${leaf}"><svg onload=alert(3)>` : leaf
    leaves.push(await ensure(familyId, 3, `${group}›${family}›${name}`, name, familyId))
  }
  return leaves
}

function randomUUIDFrom(rng: ReturnType<typeof createRng>): string {
  const hex = Array.from({ length: 32 }, () => rng.below(16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}
