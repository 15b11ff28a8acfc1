/**
 * Row functions of the clocks of alerts: what they are computed from, the clocks, what happened to them, and the notices of cards. Every
 * instant is the database's.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'

/** An alert as clocks need it. Instants in milliseconds. */
export interface ClockAlertRow {
  id: string
  kind: string
  level: string
  /** Last night on which it was opened, raised or came back. */
  lastRise: string
  /** Since when its units know of this level; null where no notice of it may leave. */
  levelSince: number | null
  dueOn: string | null
  place: string
  family: string
  territory: string | null
  timeZone: string | null
  country: string | null
  told: { unit: string, at: number }[]
  returns: number[]
  /** What the sweep has read of it. */
  mark: string
}

export interface ClockRow {
  id: string
  alertId: string
  clock: string
  subject: string
  n: number
  kind: string
  level: string
  unit: string
  version: number
  rule: unknown
  timeZone: string
  country: string
  startedAt: number
  countedFrom: number
  dueDate: string | null
  originalDueAt: number
  dueAt: number
  dueOn: string
  certain: boolean
  extended: number
  extensions: number
  nextStep: string | null
  nextAt: number | null
  heldUntil: number | null
  stoppedAt: number | null
  stoppedBy: string | null
}

/** Whole milliseconds. */
const MS = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`
const COLUMNS = `c.id::text as id, c.alert_id as "alertId", c.clock, c.subject, c.n, c.kind, c.level, c.unit, c.version, c.rule, c.time_zone as "timeZone", c.country,
  ${MS('c.started_at')} as "startedAt", ${MS('c.counted_from')} as "countedFrom", c.due_date as "dueDate", ${MS('c.original_due_at')} as "originalDueAt", ${MS('c.due_at')} as "dueAt",
  c.due_on as "dueOn", c.certain, c.extended, c.extensions, c.next_step as "nextStep", ${MS('c.next_at')} as "nextAt", ${MS('c.held_until')} as "heldUntil",
  ${MS('c.stopped_at')} as "stoppedAt", c.stopped_by as "stoppedBy"`

/** The database's clock. */
export async function readNow(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: number }>(`select ${MS('clock_timestamp()')} as now`)
  return rows[0]!.now
}

/** Alerts with news since the last sweep that it has not read, or with a card that is due; sorted. */
export async function readClockCandidates(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(statement('clocks-candidates'))
  return rows.map((row) => row.id)
}

/** Nobody acts on these alerts, and no other sweep sees them, until the transaction ends. @param alertIds sorted, so that two sweeps take locks in one order */
export async function lockAlerts(client: Queryable, alertIds: readonly string[]): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, hashtext(id)) from unnest($2::text[]) as id', [LOCKS.alertLife, alertIds])
}

export async function readClockAlerts(db: Queryable, alertIds: readonly string[]): Promise<ClockAlertRow[]> {
  const { rows } = await db.query<ClockAlertRow & Record<string, unknown>>(statement('clocks-alerts'), [alertIds])
  return rows
}

/** All clocks of the alerts, stopped ones too, in the order of their start. */
export async function readClocksOf(db: Queryable, alertIds: readonly string[]): Promise<ClockRow[]> {
  const { rows } = await db.query<ClockRow & Record<string, unknown>>(`select ${COLUMNS} from clocks c where c.alert_id = any ($1) order by c.started_at, c.id`, [alertIds])
  return rows
}

/** Cards and escalations of the clocks that were told or passed over, as 'clock id|step|revision'. */
export async function readStepsDone(db: Queryable, clockIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ key: string }>(
    `select clock_id || '|' || step || '|' || revision as key from clock_events where clock_id = any ($1::bigint[]) and step <> ''`, [clockIds])
  return new Set(rows.map((row) => row.key))
}

/** Instants go in as milliseconds. @returns the ids, in the order of the rows */
export async function insertClocks(db: Queryable, clocks: readonly Omit<ClockRow, 'id'>[]): Promise<string[]> {
  if (clocks.length === 0) return []
  const { rows } = await db.query<{ id: string }>(statement('clocks-insert'), [JSON.stringify(clocks)])
  return rows.map((row) => row.id)
}

/** Everything of a clock that may change: its unit, level, rule, deadline, next step, end. */
export async function updateClocks(db: Queryable, clocks: readonly ClockRow[]): Promise<void> {
  if (clocks.length > 0) await db.query(statement('clocks-update'), [JSON.stringify(clocks)])
}

export type ClockEventName = 'started' | 'tightened' | 'stopped' | 'card' | 'escalated' | 'passed_over' | 'extension_asked' | 'extension_granted' | 'extension_refused'

export interface NewClockEvent {
  clockId: string
  event: ClockEventName
  step: string
  revision: number
  by: string
  unit: string
  role: string
  why: string
  detail: Record<string, unknown>
}

/** @returns the ids, in the order of the rows */
export async function insertClockEvents(db: Queryable, events: readonly NewClockEvent[]): Promise<string[]> {
  if (events.length === 0) return []
  const { rows } = await db.query<{ id: string }>(
    `insert into clock_events (clock_id, event, step, revision, by_whom, unit, role, why, detail)
     select "clockId"::bigint, event, step, revision, by, unit, role, why, detail
     from rows from (jsonb_to_recordset($1::jsonb) as ("clockId" text, event text, step text, revision int, by text, unit text, role text, why text, detail jsonb)) with ordinality as e ("clockId", event, step, revision, by, unit, role, why, detail, at)
     order by at returning id::text as id`, [JSON.stringify(events)])
  return rows.map((row) => row.id)
}

export interface ClockEventRow { id: string, clockId: string, event: string, step: string, revision: number, by: string, unit: string, role: string, why: string, detail: Record<string, unknown>, at: Date }

/** What happened to the clocks, in order. */
export async function readClockEvents(db: Queryable, clockIds: readonly string[]): Promise<ClockEventRow[]> {
  const { rows } = await db.query<ClockEventRow & Record<string, unknown>>(
    `select id::text as id, clock_id::text as "clockId", event, step, revision, by_whom as by, unit, role, why, detail, at from clock_events where clock_id = any ($1::bigint[]) order by clock_id, id`, [clockIds])
  return rows
}

/** A notice of a card or an escalation. */
export interface CardNoticeRow { id: string, alertId: string, night: string, reason: 'card' | 'escalated', unit: string, payload: Record<string, unknown> }

/** In the transaction of the card; one that is there stays as it is. @returns how many are new */
export async function insertCardNotices(db: Queryable, notices: readonly CardNoticeRow[]): Promise<number> {
  if (notices.length === 0) return 0
  const { rowCount } = await db.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload, status)
     select n.id, n."alertId", n.night, n.reason, u.id, n.payload, 'pending'
     from jsonb_to_recordset($1::jsonb) as n (id text, "alertId" text, night date, reason text, unit text, payload jsonb)
     left join units u on u.name = n.unit
     on conflict (id) do nothing`, [JSON.stringify(notices)])
  return rowCount ?? 0
}

export async function ensureDesk(db: Queryable, name: string): Promise<void> {
  await db.query(`insert into units (name, kind) values ($1, 'hotline') on conflict (name) do nothing`, [name])
}

export async function saveMarks(db: Queryable, marks: readonly { id: string, mark: string }[]): Promise<void> {
  await db.query(
    `insert into clock_marks (alert_id, mark) select id, mark from jsonb_to_recordset($1::jsonb) as m (id text, mark text)
     on conflict (alert_id) do update set mark = excluded.mark where clock_marks.mark <> excluded.mark`, [JSON.stringify(marks)])
}

/** @param at milliseconds: when the sweep began to look */
export async function saveSweep(db: Queryable, at: number): Promise<void> {
  await db.query(
    `insert into clock_sweeps (ticked_at) values (to_timestamp($1::float8 / 1000))
     on conflict (single) do update set ticked_at = greatest(clock_sweeps.ticked_at, excluded.ticked_at)`, [at])
}

export interface ClockFilter {
  /** Deadlines before this instant, in milliseconds; null for all. */
  dueBefore: number | null
  /** Those of this unit. */
  unit: string | null
  alertId: string | null
  /** Stopped clocks, too. */
  stopped: boolean
}

export interface ClockListRow extends ClockRow {
  place: string | null
  family: string | null
  alertLevel: string | null
  /** The last card and the last escalation that was told. */
  card: string | null
  escalated: string | null
  asked: number
}

/** The most urgent first. */
export async function readClocks(db: Queryable, { dueBefore, unit, alertId, stopped }: ClockFilter): Promise<ClockListRow[]> {
  // What is not asked stands not in the statement: a plan that is kept for all values would read every clock.
  const values: unknown[] = []
  const asked = (condition: (at: string) => string, value: unknown): string => (value === null ? '' : ` and ${condition(`$${values.push(value)}`)}`)
  const conditions = `${stopped ? 'true' : 'c.stopped_at is null'}${asked((at) => `c.due_at < to_timestamp(${at}::float8 / 1000)`, dueBefore)}${asked((at) => `c.unit = ${at}`, unit)}${asked((at) => `c.alert_id = ${at}`, alertId)}`
  const { rows } = await db.query<ClockListRow & Record<string, unknown>>(
    `select ${COLUMNS}, p.path as place, f.path as family, a.level as "alertLevel",
       (select e.step from clock_events e where e.clock_id = c.id and e.event = 'card' order by e.id desc limit 1) as card,
       (select e.step from clock_events e where e.clock_id = c.id and e.event = 'escalated' order by e.id desc limit 1) as escalated,
       (select count(*) filter (where e.event = 'extension_asked') - count(*) filter (where e.event like 'extension_%ed' and e.event <> 'extension_asked')
        from clock_events e where e.clock_id = c.id)::int as asked
     from clocks c left join alerts a on a.id = c.alert_id left join places p on p.id = a.place_id left join topics f on f.id = a.family_id
     where ${conditions} order by c.stopped_at is not null, c.due_at, c.alert_id, c.id`, values)
  return rows
}

export async function readClock(db: Queryable, id: string): Promise<ClockRow | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined
  return (await db.query<ClockRow & Record<string, unknown>>(`select ${COLUMNS} from clocks c where c.id = $1::bigint`, [id])).rows[0]
}

export interface AlertClockEventRow extends ClockEventRow { clock: string, subject: string, owner: string, timeZone: string }

/** What was told and asked of the clocks of one alert, in order; without their starts and stops, and without the extensions that are acts. */
export async function readClockNews(db: Queryable, alertId: string): Promise<AlertClockEventRow[]> {
  const { rows } = await db.query<AlertClockEventRow & Record<string, unknown>>(
    `select e.id::text as id, e.clock_id::text as "clockId", e.event, e.step, e.revision, e.by_whom as by, e.unit, e.role, e.why, e.detail, e.at,
            c.clock, c.subject, c.unit as owner, c.time_zone as "timeZone"
     from clock_events e join clocks c on c.id = e.clock_id
     where c.alert_id = $1 and e.event in ('tightened', 'card', 'escalated', 'passed_over', 'extension_asked', 'extension_refused') order by e.at, e.id`, [alertId])
  return rows
}
