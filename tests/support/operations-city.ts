/**
 * A store with everything that the operators' and admins' pages show: nights, a failed one, batches with rejects, errands in every state, versions, a subscription.
 */
import { initialRules } from '../../pipelines/rules.ts'
import { SETTINGS_DEFAULTS } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { failDueRun, planRuns } from '../../sql/due-runs.ts'
import type { Db } from '../../sql/db.ts'
import { finishErrand, insertErrand, noteProgress, takeErrand } from '../../sql/errands.ts'
import { insertVersion } from '../../sql/rules.ts'
import { noteBeat } from '../../sql/service-beats.ts'
import { insertSubscription } from '../../sql/subscriptions.ts'
import { mergeNodes } from '../../pipelines/trees/merge.ts'
import { addPlace, addTickets } from './tickets.ts'

export interface OperationsCity { trial: string, backfill: string, running: string, batch: string, source: number, unit: number, place: number }

export const FAILED_NIGHT = '2026-11-21'

export async function seedOperationsCity(db: Db): Promise<OperationsCity> {
  await addTickets(db, [
    { no: '1', at: '2026-11-01 10:00:00', place: '云川市›青石区›柳河街道›柳河家园', topic: '市政公用›供水', caller: 'a', unit: '市水务局' },
    { no: '2', at: '2026-11-20 10:00:00', place: '云川市›白沙区', topic: '城管›噪声', caller: 'b', unit: '市城市管理局' },
  ])
  await db.query(`update sources set name = '12345 导出', time_zone = 'Asia/Shanghai', country = 'CN'`)
  const steps = ['ingest', 'resolve', 'count', 'detect', 'forecast', 'alert', 'notify', 'report', 'review']
  for (let back = 20; back >= 0; back--) {
    const night = formatDay(parseDay(FAILED_NIGHT) - back)
    const failed = back === 0
    await db.query(`insert into runs (night, status, code_version, config_hash, input_hash, error, started_at, finished_at) values ($1, $2, '0.1.0/3', 'c0ffee12', 'in12ab34', $3, $1::date + interval '20 hours', $1::date + interval '21 hours')`,
      [night, failed ? 'failed' : 'succeeded', failed ? 'could not extend file "base/1": No space left on device' : null])
    for (const [position, name] of steps.entries()) {
      if (failed && position > 3) break
      await db.query(`insert into run_steps (night, name, position, status, rows_in, rows_out, seconds, detail) values ($1, $2, $3, $4, 12000, 340, $5, '{"judged": 23500, "cannot_tell": 120}')`,
        [night, name, position, failed && position === 3 ? 'failed' : 'succeeded', [2.1, 3, 8, 60, 22, 5, 1, 4, 3][position]! * (back === 5 ? 4 : 1)])
    }
  }
  await planRuns(db, 'nightly', FAILED_NIGHT, 1)
  await failDueRun(db, 'nightly', FAILED_NIGHT, 'could not extend file "base/1": No space left on device', Date.now() + 600_000)
  await noteBeat(db, { worker: '4711 on hotline-1', version: '0.1.0', startedAt: new Date(), hour: 4, state: { backend: 'postgres', queueProblem: null, jobs: { nights: 1, notices: 3, shards: 0, gathers: 0 }, events: {} } })
  let batch = ''
  let source = 0
  for (let day = 10; day < 16; day++) {
    const { rows } = await db.query<{ id: string, source: number }>(
      `insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status, read, new, unchanged, rejected, first_day, last_day, finished_at)
       select id, $1, $1, 1, 'generic_12345_zh', '{}', 'done', 1200, 1100, 97, 3, $2::date - 1, $2::date, $2::date + interval '26 hours' from sources returning id::text as id, source_id as source`, [`工单_202611${day}.xlsx`, `2026-11-${day}`])
    batch = rows[0]!.id
    source = rows[0]!.source
  }
  await db.query(`insert into import_rejects (batch_id, line, reason, detail) values ($1, 17, 'accepted_at_missing', null), ($1, 203, 'accepted_at_unreadable', '13/13/2026'), ($1, 1201, 'total_row', '合计')`, [batch])
  const side = { alerts: { red: 1, orange: 2, yellow: 7, blue: 12 }, sent: 9, units: { above_blue: { mean: 0.31, p95: 1, max: 3, units: 12 } } }
  const rules = { ...initialRules(SETTINGS_DEFAULTS), name: '街道少一些预警', author: '张三', source: '热线办会议', detection: { recurrenceDays: 200, watchDays: 10, minCallers: 3 } }
  const change = (n: number, kind: string): object => ({ id: `a${n}`, change: kind, place: ['云川市', '青石区', '柳河街道'], topic: ['市政公用', '供水'], unit: '市水务局', before: { night: '2026-11-12', level: 'orange', rule: 'callers_10_in_14_days' }, after: kind === 'only_before' ? null : { night: '2026-11-14', level: 'yellow', rule: 'callers_8_in_14_days' } })
  const trial = await insertErrand(db, 'rules_trial', { rules, base: 1 }, '张三', '街道反映预警太多')
  await takeErrand(db, ['rules_trial'], '4711 on hotline-1')
  await finishErrand(db, trial, { name: rules.name, hash: 'x', from: '2026-11-01', until: '2026-11-20', nights: 20, how: 'kept', because: [], replay: null, reproduced: 1, before: side, after: { ...side, sent: 6 }, changes: [change(1, 'only_before'), change(2, 'lower'), change(3, 'later')], counts: { only_before: 1, lower: 1, later: 1 }, weeks: [{ unit: '市水务局', week: '2026-W46', before: 3, after: 1 }], score: null, more: 0 })
  await insertVersion(db, { rules: { ...rules, name: '首版' }, hash: 'h', author: '张三', source: '热线办会议', note: '试运行', effectiveOn: '2026-11-02', scoreCard: { from: '2026-10-01', until: '2026-10-31', how: 'kept' }, replay: null, untriedReason: null })
  const backfill = await insertErrand(db, 'backfill', { from: '2026-11-02', until: '2026-11-04', force: false, notify: false }, '李四', '补录历史数据')
  await takeErrand(db, ['backfill'], '4711 on hotline-1')
  await finishErrand(db, backfill, { nights: [{ date: '2026-11-02', reused: true, warnings: [] }, { date: '2026-11-03', reused: false, warnings: [] }] })
  const running = await insertErrand(db, 'rerun', { from: '2026-11-20', until: '2026-11-20', force: true, notify: false }, '李四', '迟到的文件')
  await takeErrand(db, ['rerun'], '4711 on hotline-1')
  await noteProgress(db, running, { done: 0, total: 1, at: 'night:2026-11-20' })
  await db.transaction((client) => insertSubscription(client, { id: 'email-1a2b3c4d', channel: 'email', target: 'desk@city.example', secretRef: null, format: 'standard', units: ['市水务局'], places: [], topics: [], kinds: [], minLevel: 'yellow', slots: ['08:00', '17:00'], emptyDigest: true, quietFrom: '22:00', quietUntil: '07:00', urgentLevel: 'red', timeZone: 'Asia/Shanghai', locale: 'zh' }, '张三', '值班要求'))
  await db.query(`insert into known_events (place_id, topic_id, from_on, until_on, known_on, note) select p.id, 1, '2026-11-08', '2026-11-10', '2026-11-10', '寒潮' from places p where p.path = '云川市›青石区'`)
  await db.query(`update units set territory_path = '云川市›青石区' where name = '市水务局'`)
  const { rows } = await db.query<{ id: number }>(`select id from units where name = '市水务局'`)
  // Spellings of one compound: one that leads to it, one that waits for a decision.
  const { rows: [home] } = await db.query<{ id: number }>(`select id from places where name = '柳河家园'`)
  const spelt = [await addPlace(db, '云川市›青石区›柳河街道›柳河·家园'), await addPlace(db, '云川市›青石区›柳河街道›柳河家园小区')]
  await db.query(`update places set registered = true, kind = 'compound', households = 620, lng = 116.41 + id * 0.0004, lat = 39.92 where id = any ($1)`, [[...spelt, home!.id]])
  await db.query(`insert into place_aliases (place_id, name, kind, by_name) values ($1, '柳河壹号', 'promotion', '张三'), ($1, '云川市青石区柳河一期安置房项目', 'registered', '张三')`, [home!.id])
  await mergeNodes(db, { tree: 'place', from: spelt[0]!, into: home!.id, by: '张三', why: '同一小区，录入时多了间隔号' })
  return { place: home!.id, trial, backfill, running, batch, source, unit: rows[0]!.id }
}
