/**
 * Alerts with units that were told, and time that passes for their clocks: everything of a clock is shifted into the past together.
 */
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { act } from '../../pipelines/alert-life/act.ts'
import type { ActRequest } from '../../pipelines/alert-life/act.ts'
import type { Act, Role } from '../../pipelines/alert-state.ts'
import type { TickResult } from '../../pipelines/clocks/batch.ts'
import { tickClocks } from '../../pipelines/clocks/tick.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { addAlert } from './alerts.ts'
import type { AlertSpec } from './alerts.ts'

export const SETTINGS = loadConfig({}, {}).settings

export async function tick(db: Db): Promise<TickResult> {
  return tickClocks({ db, config: { settings: SETTINGS, locale: 'en' }, log: SILENT })
}

/** An alert whose lead and territory have a notice, written `hoursAgo`. */
export async function addToldAlert(db: Queryable, spec: AlertSpec & { hoursAgo?: number }): Promise<void> {
  await addAlert(db, spec)
  await tell(db, spec.id, 'opened', spec.level ?? 'yellow', spec.hoursAgo ?? 0)
}

export async function tell(db: Queryable, alertId: string, reason: string, level: string, hoursAgo = 0): Promise<void> {
  await db.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload, created_at)
     select a.id || '-' || $2 || '-' || $3 || '-' || u, a.id, a.last_night, $2, u, jsonb_build_object('level', $3::text), clock_timestamp() - make_interval(secs => $4::float8 * 3600)
     from alerts a, unnest(array_remove(array[a.lead_unit_id, a.territory_unit_id], null)) as u where a.id = $1`, [alertId, reason, level, hoursAgo])
}

/** Lets so much time pass: all that the clocks know moves into the past. */
export async function passHours(db: Queryable, hours: number): Promise<void> {
  await db.query('alter table clock_events disable trigger clock_events_append_only; alter table alert_acts disable trigger alert_acts_append_only')
  const by = 'make_interval(secs => $1::float8 * 3600)'
  await db.query(`update notices set created_at = created_at - ${by}`, [hours])
  await db.query(`update alert_acts set at = at - ${by}`, [hours])
  await db.query(`update clock_events set at = at - ${by}`, [hours])
  await db.query(`update clock_sweeps set ticked_at = ticked_at - ${by}`, [hours])
  await db.query(
    `update clocks set started_at = started_at - ${by}, counted_from = counted_from - ${by}, original_due_at = original_due_at - ${by}, due_at = due_at - ${by}, due_on = (due_at - ${by} - interval '1 second')::date,
       next_at = next_at - ${by}, stopped_at = stopped_at - ${by}, held_until = held_until - ${by}`, [hours])
  await db.query('alter table clock_events enable trigger clock_events_append_only; alter table alert_acts enable trigger alert_acts_append_only')
}

export async function perform(db: Db, alertId: string, name: Act, who: { by?: string, unit?: string, role?: Role } = {}, more: Partial<ActRequest> = {}): Promise<void> {
  await db.transaction((client) => act(client, {
    alertId, act: name, version: null, actor: { name: who.by ?? 'Li', unit: who.unit ?? 'Heating', role: who.role ?? 'unit_liaison' }, why: 'note', ...more,
  }))
}

export interface ClockState { clock: string, subject: string, n: number, stopped: string | null, next: string | null }

export async function clocksOf(db: Queryable, alertId: string): Promise<ClockState[]> {
  return (await db.query<ClockState & Record<string, unknown>>(
    'select clock, subject, n, stopped_by as stopped, next_step as next from clocks where alert_id = $1 order by clock, subject, n', [alertId])).rows
}

/** Cards and escalations that were told, as 'clock step', in order. */
export async function toldSteps(db: Queryable, alertId: string): Promise<string[]> {
  const { rows } = await db.query<{ step: string }>(
    `select c.clock || ' ' || e.step || case when e.event = 'passed_over' then ' passed over' else '' end as step from clock_events e join clocks c on c.id = e.clock_id
     where c.alert_id = $1 and e.step <> '' order by e.id`, [alertId])
  return rows.map((row) => row.step)
}

/** Card notices, as 'reason unit'. */
export async function cardNoticesOf(db: Queryable, alertId: string): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(
    `select n.reason || ' ' || u.name || ' ' || coalesce(n.payload->>'card', n.payload->>'to') as line from notices n join units u on u.id = n.unit_id
     where n.alert_id = $1 and n.reason in ('card', 'escalated') order by 1`, [alertId])
  return rows.map((row) => row.line)
}
