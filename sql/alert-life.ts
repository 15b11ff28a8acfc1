/**
 * Row functions of what people did with alerts: added, never changed.
 */
import type { Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'

export interface ActRow {
  alertId: string
  seq: number
  act: string
  before: string
  after: string
  by: string
  unit: string
  role: string
  party: string | null
  why: string
  detail: Record<string, unknown>
  /** ISO time. */
  at: string
  knownOn: string
}

export interface OpeningRow { alertId: string, lead: string | null, territory: string | null, co: string[], opened: string, returned: string[] }

/** Where the alert stands by its nights. `asked`: levels that the rules asked for on the last nights. */
export interface StandingRow { level: string, lastNight: string, asked: string[] }

const COLUMNS = `alert_id as "alertId", seq, act, state_before as before, state_after as after, by_whom as by, unit, role, party, why, detail,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, known_on as "knownOn"`

/** Keeps others from acting on these alerts until the transaction ends; locks are taken in one order. */
export async function lockLives(client: Queryable, alertIds: readonly string[]): Promise<void> {
  for (const id of [...new Set(alertIds)].sort()) await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [LOCKS.alertLife, id])
}

/**
 * Acts of the alerts, of each in order; those known by `knownBy`, all where it is null.
 *
 * @param alertIds null for every alert
 * @param having only alerts with one of these acts by then
 */
export async function readActs(db: Queryable, alertIds: readonly string[] | null, knownBy: string | null, having: readonly string[] | null = null): Promise<ActRow[]> {
  const { rows } = await db.query<ActRow & Record<string, unknown>>(
    `select ${COLUMNS} from alert_acts where ($1::text[] is null or alert_id = any ($1)) and ($2::date is null or known_on <= $2)
       and ($3::text[] is null or alert_id in (select h.alert_id from alert_acts h where h.act = any ($3) and ($2::date is null or h.known_on <= $2)))
     order by alert_id, seq`, [alertIds, knownBy, having])
  return rows
}

/** Those of one alert. */
export async function readActsOf(db: Queryable, alertId: string, knownBy: string | null): Promise<ActRow[]> {
  return (await db.query<ActRow & Record<string, unknown>>(`select ${COLUMNS} from alert_acts where alert_id = $1 and ($2::date is null or known_on <= $2) order by seq`, [alertId, knownBy])).rows
}

/** @returns the row with its time @throws a unique violation where another act has the number */
export async function insertAct(client: Queryable, row: Omit<ActRow, 'at'>): Promise<ActRow> {
  const { rows } = await client.query<ActRow & Record<string, unknown>>(
    `insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, why, detail, known_on)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning ${COLUMNS}`,
    [row.alertId, row.seq, row.act, row.before, row.after, row.by, row.unit, row.role, row.party, row.why, JSON.stringify(row.detail), row.knownOn])
  return rows[0]!
}

const OPENINGS = `select a.id as "alertId", l.name as lead, t.name as territory, a.first_night as opened,
            array(select u.name from units u where u.id = any (a.co_unit_ids) order by u.name) as co,
            array(select e.night::text from alert_events e where e.alert_id = a.id and e.kind = 'returned' order by e.night) as returned
     from alerts a left join units l on l.id = a.lead_unit_id left join units t on t.id = a.territory_unit_id`

/** Units and nights of the alerts. @param alertIds null for every alert */
export async function readOpenings(db: Queryable, alertIds: readonly string[] | null): Promise<OpeningRow[]> {
  const { rows } = await db.query<OpeningRow & Record<string, unknown>>(`${OPENINGS} where $1::text[] is null or a.id = any ($1) order by a.id`, [alertIds])
  return rows
}

/** Those of one; undefined where no alert has the id. */
export async function readOpening(db: Queryable, alertId: string): Promise<OpeningRow | undefined> {
  return (await db.query<OpeningRow & Record<string, unknown>>(`${OPENINGS} where a.id = $1`, [alertId])).rows[0]
}

/** Undefined where no alert has the id. @param from first of the last nights */
export async function readStanding(db: Queryable, alertId: string, from: string): Promise<StandingRow | undefined> {
  const { rows } = await db.query<StandingRow & Record<string, unknown>>(
    `select a.level, a.last_night as "lastNight",
            array(select coalesce(n.ruled_level, n.level) from alert_nights n where n.alert_id = a.id and n.night >= $2 order by n.night) as asked
     from alerts a where a.id = $1`, [alertId, from])
  return rows[0]
}

/** Today by the database's clock, in the time zone of the source imported last. */
export async function readToday(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ today: string }>(
    `select (clock_timestamp() at time zone coalesce((
       select s.time_zone from sources s left join import_batches b on b.source_id = s.id and b.status = 'done' order by b.finished_at desc nulls last, s.id limit 1), 'UTC'))::date as today`)
  return rows[0]!.today
}

export async function unitExists(db: Queryable, name: string): Promise<boolean> {
  return ((await db.query('select 1 from units where name = $1', [name])).rowCount ?? 0) > 0
}

/** What a notice says of the alert besides. */
export async function readAlertWords(db: Queryable, alertId: string): Promise<{ level: string, place: string, family: string }> {
  const { rows } = await db.query<{ level: string, place: string, family: string }>(
    'select a.level, p.path as place, f.path as family from alerts a join places p on p.id = a.place_id join topics f on f.id = a.family_id where a.id = $1', [alertId])
  return rows[0]!
}

export interface ActNoticeRow { id: string, alertId: string, night: string, reason: string, unit: string, payload: Record<string, unknown> }

/** Units that the store does not know are told nothing. @param withheld entered later: nobody is told @returns how many are new */
export async function insertActNotices(client: Queryable, notices: readonly ActNoticeRow[], withheld: boolean): Promise<number> {
  const { rowCount } = await client.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload, status, error)
     select n.id, n."alertId", n.night, n.reason, u.id, n.payload, case when $2 then 'withheld' else 'pending' end, case when $2 then 'past_night' end
     from jsonb_to_recordset($1::jsonb) as n (id text, "alertId" text, night date, reason text, unit text, payload jsonb) join units u on u.name = n.unit
     on conflict (id) do nothing`, [JSON.stringify(notices), withheld])
  return rowCount ?? 0
}

export interface StruckOffRow { alertId: string, placeId: number, familyId: number, level: string, first: string, struckOffOn: string, returnedOn: string | null }

/** Every 销号 known by the night, with the alert as it stood on its last night up to then. Order: day, alert. */
export async function readStruckOff(db: Queryable, night: string, alertId: string | null): Promise<StruckOffRow[]> {
  const { rows } = await db.query<StruckOffRow & Record<string, unknown>>(
    `select c.alert_id as "alertId", n.place_id as "placeId", a.family_id as "familyId", n.level, a.first_night as first, c.known_on as "struckOffOn",
            least((select min(e.night) from alert_events e where e.alert_id = a.id and e.kind = 'returned' and e.after is not null and e.night >= c.known_on and e.night <= $1),
                  (select min(r.known_on) from alert_acts r where r.alert_id = a.id and r.act = 'reopen' and r.seq > c.seq and r.known_on <= $1)) as "returnedOn"
     from alert_acts c join alerts a on a.id = c.alert_id and a.kind <> 'seasonal'
     cross join lateral (select place_id, level from alert_nights where alert_id = a.id and night <= greatest(c.known_on, a.first_night) order by night desc limit 1) as n
     where c.act = 'strike_off' and c.known_on <= $1 and ($2::text is null or c.alert_id = $2) order by c.known_on, c.alert_id`, [night, alertId])
  return rows
}

export interface AfterRow { days: number, tickets: number, callers: number }

/** Tickets and distinct callers of the alert's family at its place in the days after `day`, as known on the night; only spans that are over by then. A ticket without caller is one caller. */
export async function readAfter(db: Queryable, alertId: string, day: string, night: string, spans: readonly number[]): Promise<AfterRow[]> {
  const { rows } = await db.query<AfterRow & Record<string, unknown>>(
    `select s.days, count(t.ticket_no)::int as tickets, (count(distinct t.caller_key) + count(t.ticket_no) filter (where t.caller_key is null))::int as callers
     from unnest($4::int[]) as s (days)
     cross join (select a.family_id, n.place_id from alerts a cross join lateral
                   (select place_id from alert_nights where alert_id = a.id and night <= greatest($2::date, a.first_night) order by night desc limit 1) as n where a.id = $1) as a
     left join tickets t on t.day > $2::date and t.day <= $2::date + s.days and t.known_on <= $3::date and t.sweep is null
       and t.place_id in (select p.id from places p where a.place_id = any (p.rollup)) and t.topic_id in (select o.id from topics o where a.family_id = any (o.rollup))
     where $2::date + s.days <= $3::date group by 1 order by 1`, [alertId, day, night, spans])
  return rows
}

/** Many acts at once, of different alerts. @throws a unique violation where another act has the number */
export async function insertActs(client: Queryable, rows: readonly Omit<ActRow, 'at'>[]): Promise<void> {
  await client.query(
    `insert into alert_acts (alert_id, seq, act, state_before, state_after, by_whom, unit, role, party, why, detail, known_on)
     select "alertId", seq, act, before, after, by, unit, role, party, why, detail, "knownOn"
     from jsonb_to_recordset($1::jsonb) as a ("alertId" text, seq int, act text, before text, after text, by text, unit text, role text, party text, why text, detail jsonb, "knownOn" date)`,
    [JSON.stringify(rows)])
}
