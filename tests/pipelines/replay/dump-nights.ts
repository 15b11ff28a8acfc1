/**
 * What nights said, as text without clocks: signals, alerts as they stood on each night, what happened to them, their tickets and charts,
 * and the notices but for whether they left.
 */
import type { Db } from '../../../sql/db.ts'

const TABLES: Readonly<Record<string, string>> = {
  signals: 'select * from signals where night between $1 and $2',
  night_coverage: 'select * from night_coverage where night between $1 and $2',
  alert_nights: 'select * from alert_nights where night between $1 and $2',
  alert_facts: 'select * from alert_facts where night between $1 and $2',
  alert_events: 'select * from alert_events where night between $1 and $2',
  alert_tickets: 'select * from alert_tickets where first_night between $1 and $2',
  alerts: 'select * from alerts where id in (select alert_id from alert_nights where night between $1 and $2)',
  alert_series: 'select * from alert_series where alert_id in (select alert_id from alert_nights where night = $2) and $1::date is not null',
  alert_routes: 'select * from alert_routes where night between $1 and $2',
  alert_places: 'select * from alert_places where night between $1 and $2',
  notices: 'select id, alert_id, night, reason, unit_id, channel, payload from notices where night between $1 and $2',
}

/** Nights [from, to], of the night tables of one schema; a line begins with its table. */
export async function dumpNights(db: Db, schema: string, from: string, to: string): Promise<string> {
  const lines: string[] = []
  await db.transaction(async (client) => {
    await client.query(`set local search_path = ${schema}, public`)
    for (const [name, text] of Object.entries(TABLES)) {
      const { rows } = await client.query<{ line: string }>(`select x::text as line from (${text}) as x order by 1`, [from, to])
      lines.push(...rows.map((row) => `${name} ${row.line}`))
    }
  })
  return lines.join('\n')
}
