/**
 * The register of replays: nights of the past that were run again, each in a schema of its own beside the live tables.
 */
import { LockedError } from '../core/errors.ts'
import { openSchema, statement } from './db.ts'
import type { Db, Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'
import { copyNightsBefore } from './night-memory.ts'
import { createNightSchema, dropNightSchema } from './night-tables.ts'
import { createDelayedTickets } from './replay-delays.ts'
import type { DelayStep } from './replay-delays.ts'

/** Where the alerts that were open before the first night come from. */
export type MemoryOrigin = 'live' | 'warm_up' | 'none'

/** Steps of the delay by which tickets of assumed arrival are let in. */
export type DelayPlan = { model: 'none' } | { model: string, steps: readonly DelayStep[], seed: number, source?: string }

/** What a replay was asked for and depends on; it goes on only where all of this is the same. */
export interface ReplayPlan {
  name: string
  /** Nights [from, until) as YYYY-MM-DD; those of [warmUp, from) run before them and are not scored. */
  from: string
  until: string
  warmUp: string
  memory: MemoryOrigin
  delayModel: DelayPlan
  rules: Record<string, unknown>
  settings: Record<string, unknown>
  methodVersion: number
  schemaVersion: number
  inputHash: string
}

export interface ReplayRow extends ReplayPlan {
  labels: string | null
  status: 'running' | 'done'
  /** Of all attempts. */
  seconds: number
  result: Record<string, unknown> | null
  startedAt: Date
  finishedAt: Date | null
}

const COLUMNS = `name, from_on as "from", until_on as "until", warm_up_on as "warmUp", memory, delay_model as "delayModel", rules, settings,
  method_version as "methodVersion", schema_version as "schemaVersion", input_hash as "inputHash", labels, status, seconds, result,
  started_at as "startedAt", finished_at as "finishedAt"`

/** Letters, digits and `_`, as they may stand in the name of a schema. */
export const REPLAY_NAME = /^[a-z0-9][a-z0-9_]{0,39}$/

export function replaySchema(name: string): string {
  return `replay_${name}`
}

/** Connections that find the replay's own night tables first, and all else in the store. To be closed by the caller. */
export function openReplay(store: Pick<Db, 'url' | 'serverVersion' | 'embedded'>, name: string, connections?: number): Db {
  return openSchema(store, 'replay', replaySchema(name), connections)
}

export async function readReplay(db: Queryable, name: string): Promise<ReplayRow | undefined> {
  return (await db.query<ReplayRow>(`select ${COLUMNS} from replays where name = $1`, [name])).rows[0]
}

/** Latest first. */
export async function listReplays(db: Queryable): Promise<ReplayRow[]> {
  return (await db.query<ReplayRow>(`select ${COLUMNS} from replays order by started_at desc, name`)).rows
}

/** Makes the replay's schema and its entry, instead of those that are there under the name. @param quietNights of the rules of the first night */
export async function createReplay(db: Db, plan: ReplayPlan, quietNights: number): Promise<void> {
  await db.transaction(async (client) => {
    await dropReplayWithin(client, plan.name)
    await createNightSchema(client, replaySchema(plan.name))
    if ('steps' in plan.delayModel) await createDelayedTickets(client, replaySchema(plan.name), plan.delayModel.steps, plan.delayModel.seed)
    if (plan.memory === 'live') await copyNightsBefore(client, replaySchema(plan.name), plan.warmUp, quietNights)
    await client.query(
      `insert into replays (name, from_on, until_on, warm_up_on, memory, delay_model, rules, settings, method_version, schema_version, input_hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [plan.name, plan.from, plan.until, plan.warmUp, plan.memory, plan.delayModel, plan.rules, plan.settings, plan.methodVersion, plan.schemaVersion, plan.inputHash])
  })
}

/** @returns whether there was one */
export async function dropReplay(db: Db, name: string): Promise<boolean> {
  return db.transaction((client) => dropReplayWithin(client, name))
}

async function dropReplayWithin(client: Queryable, name: string): Promise<boolean> {
  await dropNightSchema(client, replaySchema(name))
  return ((await client.query('delete from replays where name = $1', [name])).rowCount ?? 0) > 0
}

export async function addReplaySeconds(db: Queryable, name: string, seconds: number): Promise<void> {
  await db.query('update replays set seconds = seconds + $2 where name = $1', [name, seconds])
}

export async function finishReplay(db: Queryable, name: string, result: Record<string, unknown>, labels: string | null): Promise<void> {
  await db.query(`update replays set status = 'done', result = $2, labels = $3, finished_at = now() where name = $1`, [name, result, labels])
}

/** First night of [from, until) that was not run to its end, on the replay's own connections; `until` where all were. */
export async function firstNightToDo(replay: Queryable, from: string, until: string): Promise<string> {
  const { rows } = await replay.query<{ night: string }>(
    `select coalesce(min(d)::date, $2::date) as night from generate_series($1::date, $2::date - 1, interval '1 day') as d
     where not exists (select 1 from runs r where r.night = d::date and r.status = 'succeeded')`, [from, until])
  return rows[0]!.night
}

export interface NightCounts { nights: number, new: number, continued: number, ended: number, byLevel: Record<string, number>, newByLevel: Record<string, number>, notices: number }

/** What the alert steps of the nights [from, until) wrote, on the replay's own connections. */
export async function countNights(replay: Queryable, from: string, until: string): Promise<NightCounts> {
  return (await replay.query<NightCounts & Record<string, unknown>>(statement('replay-counts'), [from, until])).rows[0]!
}

export interface AlertSpan { id: string, kind: string, placeId: number, familyId: number, firstNight: string, lastNight: string, level: string }

/** Alerts opened on the nights [from, until), by first night, with the highest level of these nights. */
export async function readAlertSpans(nights: Queryable, from: string, until: string): Promise<AlertSpan[]> {
  const { rows } = await nights.query<AlertSpan & Record<string, unknown>>(
    `select a.id, a.kind, (array_agg(n.place_id order by n.night))[1] as "placeId", a.family_id as "familyId", min(n.night) as "firstNight", max(n.night) as "lastNight",
            (array['red', 'orange', 'yellow', 'blue'])[min(array_position(array['red', 'orange', 'yellow', 'blue'], n.level))] as level
     from alerts a join alert_nights n on n.alert_id = a.id
     where n.night < $2 and exists (select from alert_events e where e.alert_id = a.id and e.kind = 'opened' and e.night >= $1 and e.night < $2)
     group by a.id, a.kind, a.family_id
     order by "firstNight", a.id`, [from, until])
  return rows
}

/** What tickets the nights before `until` can see: the same text where they are the same. O(tickets). */
export async function readTicketMark(db: Queryable, until: string): Promise<string> {
  return (await db.query<{ mark: string }>(statement('replay-input'), [until])).rows[0]!.mark
}

export async function readSchemaVersion(db: Queryable): Promise<number> {
  return (await db.query<{ version: number }>('select max(version) as version from schema_migrations')).rows[0]!.version
}

/** Share of the tickets of [from, until) whose time of arrival is assumed. */
export async function readAssumedShare(db: Queryable, from: string, until: string): Promise<number> {
  const { rows } = await db.query<{ share: number }>(
    `select coalesce(avg(recorded_assumed::int), 0)::float8 as share from tickets where day >= $1 and day < $2`, [from, until])
  return rows[0]!.share
}

/**
 * Runs `work` while no other process runs or drops the replay of this name. The store's write lock is not taken: a live night runs beside it.
 *
 * @throws {LockedError} somebody does
 */
export async function withReplayLock<T>(db: Db, name: string, work: () => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  try {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [LOCKS.replay, name])
    if (!rows[0]!.got) {
      const { rows: [holder] } = await client.query<{ name: string }>(
        `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
         where l.locktype = 'advisory' and l.classid = $1 and l.objid = (hashtext($2)::bigint & 4294967295)::oid and l.granted`, [LOCKS.replay, name])
      throw new LockedError('replay_locked', `the replay ${name} is being run by ${holder?.name ?? 'another process'}`, { name, holder: holder?.name ?? 'another process' })
    }
    try {
      return await work()
    } finally {
      await client.query('select pg_advisory_unlock($1, hashtext($2))', [LOCKS.replay, name]).catch(() => {})
    }
  } finally {
    client.release()
  }
}
