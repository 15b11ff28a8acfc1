/**
 * daily_counts read out as columns, a month at a time, for exports.
 */
import type { DailyCounts } from '../core/cube.ts'
import type { Db } from './db.ts'

const COLUMNS = ['day', 'place', 'topic', 'tickets', 'callers', 'repeats', 'dissatisfied', 'overdue', 'sweeps'] as const

/** Counts of the days [from, until) as known on `night`, in order of month, day, place and topic. */
export async function* readCountRows(db: Db, from: string, until: string, night: string): AsyncGenerator<DailyCounts> {
  const months = await db.query<{ from: string, until: string }>(
    `select greatest(m::date, $1::date) as from, least((m + interval '1 month')::date, $2::date) as until
     from generate_series(date_trunc('month', $1::date), $2::date - 1, interval '1 month') as m`, [from, until])
  for (const month of months.rows) {
    const { rows } = await db.pool.query<number[]>({
      rowMode: 'array',
      text: `select day - date '1970-01-01', place_id, topic_id, sum(tickets)::int, sum(callers)::int, sum(repeats)::int,
                    sum(dissatisfied)::int, sum(overdue)::int, sum(sweeps)::int
             from daily_counts where day >= $1 and day < $2 and known_on <= $3
             group by 1, 2, 3 having sum(tickets) <> 0 order by 1, 2, 3`,
      values: [month.from, month.until, night],
    })
    if (rows.length === 0) continue
    const chunk = { length: rows.length } as DailyCounts
    COLUMNS.forEach((name, c) => { chunk[name] = Int32Array.from(rows, (row) => row[c]!) })
    yield chunk
  }
}
