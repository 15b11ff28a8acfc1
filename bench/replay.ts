/**
 * Two years of the demo city replayed from its first night to its last: seconds of the whole, of each step a night, and processor seconds of
 * this process and of the database server beside it. No peer does the same.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../core/config.ts'
import { parseDay } from '../core/days.ts'
import { SILENT } from '../core/log.ts'
import { loadDemo } from '../pipelines/demo/load.ts'
import { replay } from '../pipelines/replay/replay.ts'
import { openDb } from '../sql/db.ts'
import { openReplay } from '../sql/replays.ts'
import { readDataRange } from '../sql/runs.ts'
import { removeOnceStopped, serverFile, TOWN } from './store.ts'

const QUICK_NIGHTS = 15
const NAME = 'bench'

/** @param quick a small city's last nights */
export async function benchReplay(quick: boolean): Promise<object> {
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-replay-'))
  const config = loadConfig({ dataDir }, {})
  const db = await openDb(config, 'replay')
  try {
    const demo = await loadDemo({ db, config, log: SILENT }, { seed: 1, params: quick ? TOWN : {} })
    const range = (await readDataRange(db))!
    const until = parseDay(range.last) + 1
    const from = quick ? until - QUICK_NIGHTS : parseDay(range.first)
    const threads = availableParallelism()
    const load = loadavg()[0]!
    const server = serverCpuSeconds(dataDir)
    const cpu = process.cpuUsage()
    const began = performance.now()
    const result = await replay({ db, config, log: SILENT }, { name: NAME, from, until, warmUpNights: 0, threads, labels: join(dataDir, 'labels.json') })
    const used = process.cpuUsage(cpu)
    return {
      tickets: demo.tickets, nights: result.nights, threads, seconds: Math.round((performance.now() - began) / 100) / 10,
      ownCpuSeconds: Math.round((used.user + used.system) / 1e5) / 10, serverCpuSeconds: Math.round((serverCpuSeconds(dataDir) - server) * 10) / 10,
      ...result.cpu, nightMilliseconds: await stepMilliseconds(db), loadBefore: load, loadAfter: loadavg()[0], alerts: result.alerts.new,
      toldByFifth: result.score?.share_alerted_by_5th_caller, leadDays: result.score?.median_lead_days_before_20th, unitWeek: result.score?.p95_alerts_per_unit_week,
      falseAlerts: result.score?.false_alerts_per_stream_year, forbidden: result.score?.forbidden_alerts, lineage: result.score?.lineage_accuracy,
      notices: await noticeFigures(db),
    }
  } finally {
    await db.close()
    await removeOnceStopped(dataDir)
  }
}

/** Mean milliseconds of each step of a night, as the ledger of the replay has them; `detect` is what the first thread waits for. */
async function stepMilliseconds(db: Parameters<typeof openReplay>[0]): Promise<Record<string, number>> {
  const own = openReplay(db, NAME, 1)
  try {
    const { rows } = await own.query<{ name: string, ms: number }>('select name, round((1000 * avg(seconds))::numeric, 1)::float8 as ms from run_steps group by 1 order by min(position)')
    return Object.fromEntries(rows.map((row) => [row.name, row.ms]))
  } finally {
    await own.close()
  }
}

/**
 * Notices that say to a unit of an alert what it was told before (reason, level, place and number of places the same), and how many above blue a unit
 * gets in a week in which it gets any: the median, and the share of such weeks beyond three.
 */
async function noticeFigures(db: Parameters<typeof openReplay>[0]): Promise<Record<string, number>> {
  const own = openReplay(db, NAME, 1)
  try {
    const { rows } = await own.query<Record<string, number>>(`
      with told as (
        select n.alert_id, n.unit_id, n.night, n.reason, n.payload->>'level' as level, n.payload->>'place' as place, a.told_places as places
        from notices n left join alert_nights a using (alert_id, night) where n.error = 'replay'),
      weekly as (select count(*) as n from told where level <> 'blue' group by unit_id, date_trunc('week', night))
      select (select count(*) from told)::int as written,
        (select coalesce(sum(n - 1), 0) from (select count(*) as n from told group by alert_id, unit_id, reason, level, place, places) as same)::int as repeated,
        (select percentile_cont(0.5) within group (order by n) from weekly) as "perUnitWeek",
        (select round(avg((n > 3)::int), 3)::float8 from weekly) as "weeksBeyondThree"`)
    return rows[0]!
  } finally {
    await own.close()
  }
}

/** Of the directory's server, of its processes that have ended and of those that run: clock ticks, a hundred a second. */
export function serverCpuSeconds(dataDir: string): number {
  const ticks = (pid: string, ...fields: number[]): number => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the third field is the first
    return fields.reduce((sum, field) => sum + Number(words[field - 3]), 0)
  }
  const pid = readFileSync(serverFile(dataDir), 'utf8').split('\n')[0]!
  const running = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return (ticks(pid, 14, 15, 16, 17) + running.reduce((sum, child) => sum + ticks(child, 14, 15), 0)) / 100
}
