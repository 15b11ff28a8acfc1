/**
 * Everything a night leaves behind, as text without clocks: two stores in the same state give the same dump.
 */
import type { Queryable } from '../../sql/db.ts'

const TABLES: Readonly<Record<string, string>> = {
  daily_counts: 'select * from daily_counts',
  signals: 'select * from signals',
  word_bursts: 'select * from word_bursts',
  word_days: `select day, known_on, tickets, encode(entries, 'hex') as entries from word_days`,
  night_coverage: 'select * from night_coverage',
  forecasts: 'select * from forecasts',
  forecast_days: 'select * from forecast_days',
  forecast_models: 'select * from forecast_models',
  forecast_reviews: 'select * from forecast_reviews',
  alerts: 'select * from alerts',
  alert_nights: 'select * from alert_nights',
  alert_events: 'select * from alert_events',
  alert_tickets: 'select * from alert_tickets',
  alert_series: 'select * from alert_series',
  alert_facts: 'select * from alert_facts',
  alert_routes: 'select * from alert_routes',
  alert_places: 'select * from alert_places',
  routing_counts: 'select * from routing_counts',
  reviews: 'select * from reviews',
  notices: 'select id, alert_id, night, reason, unit_id, channel, payload, status from notices',
  runs: 'select night, status, input_hash from runs',
  run_steps: `select night, name, position, status, rows_out from run_steps where name not in ('ingest', 'resolve', 'count', 'notify')`,
  centres: 'select path, lng, lat from places where centre_from_tickets',
  sweeps: 'select source_id, ticket_no, sweep, is_repeat from tickets where sweep is not null or is_repeat',
}

export async function dumpStore(db: Queryable, only: string[] = Object.keys(TABLES)): Promise<string> {
  const parts: string[] = []
  for (const name of only) {
    const { rows } = await db.query<{ line: string }>(`select x::text as line from (${TABLES[name]!}) as x order by 1`)
    parts.push(`${name}\n${rows.map((row) => row.line).join('\n')}`)
  }
  return parts.join('\n\n')
}
