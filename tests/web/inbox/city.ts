/**
 * A few alerts of a small city with everything that pages show of one: nights, a series, tickets of many callers, notices, clocks.
 */
import { addAlert } from '../../support/alerts.ts'
import { addToldAlert, tick } from '../../support/clocks.ts'
import { addPlace, addTickets } from '../../support/tickets.ts'
import type { Db } from '../../../sql/db.ts'

export const NIGHT = '2024-09-10'

export async function seedInbox(db: Db): Promise<void> {
  await addTickets(db, Array.from({ length: 14 }, (_, i) => ({
    no: `T-${i}`, at: `2024-09-${String(1 + (i % 10)).padStart(2, '0')} 09:${String(10 + i)}:00`, place: i % 2 === 0 ? 'City›North›Mill' : 'City›North›Mill›Gate', topic: 'Heat›Cold',
    caller: `c${Math.min(i, 9)}`, channel: i % 3 === 0 ? 'phone' : 'app', unit: 'Heating',
  })))
  await db.query(`update tickets set content = 'The boiler <b>of the house</b> is cold again, number ' || ticket_no, lng = 121.4 + (length(ticket_no) % 3) * 0.004, lat = 31.2`)
  await addToldAlert(db, { id: 'cold', place: 'City›North›Mill', topic: 'Heat›Cold', lead: 'Heating', territory: 'Mill Street', co: ['Water'], level: 'orange', night: '2024-09-05', lastNight: NIGHT })
  await addToldAlert(db, { id: 'noise', place: 'City›North›Park', topic: 'Noise›Night', lead: 'Heating', level: 'red', night: '2024-09-08', lastNight: NIGHT })
  await addToldAlert(db, { id: 'roads', place: 'City›South›Port', topic: 'Roads›Hole', lead: 'Works', level: 'yellow', night: '2024-09-09', lastNight: NIGHT })
  await addAlert(db, { id: 'old', place: 'City›North›Lake', topic: 'Heat›Cold', lead: 'Heating', level: 'blue', night: '2024-08-01' })
  await db.query(`update alerts set status = 'ended', ended_on = '2024-08-09' where id = 'old'`)
  await db.query(`insert into alert_tickets (alert_id, source_id, ticket_no, first_night) select 'cold', source_id, ticket_no, greatest(day, '2024-09-05') from tickets`)
  await db.query(`insert into alert_series (alert_id, day, observed, expected, upper) select 'cold', d::date, case when d > '2024-09-01' then 3 else 0 end, 0.4, 2 from generate_series('2024-06-13'::date, '2024-09-10', '1 day') as d`)
  await db.query(`insert into forecast_days (night, place_id, topic_id, day, mean, q10, q25, q50, q75, q90)
    select '${NIGHT}', place_id, topic_id, d::date, 2, 0, 1, 2, 3, 5 from alerts, generate_series('2024-09-11'::date, '2024-09-24', '1 day') as d where id = 'cold'`)
  await db.query(`insert into runs (night, status, code_version, config_hash, finished_at) values ('${NIGHT}', 'succeeded', '1', 'x', '${NIGHT}T23:50:00Z')`)
  await db.query(`insert into night_coverage (night, place_depth, topic_depth, verdict, series) values ('${NIGHT}', 1, 1, 'normal', 31)`)
  await addPlace(db, 'City›North')
  await tick(db)
}
