/**
 * Row functions of silences: whom not to tell of what, until when. Silences and their early ends are added and never changed.
 */
import type { Queryable } from './db.ts'

/** Who did something. */
export interface Actor { by: string, unit: string, role: string }

export interface NewSilenceRow {
  place: string | null
  topic: string | null
  kind: string | null
  unit: string | null
  level: string
  reason: string
  /** Nights [knownOn, until). */
  knownOn: string
  until: string
}

export interface SilenceRow extends NewSilenceRow {
  id: string
  by: string
  byUnit: string
  byRole: string
  at: Date
  /** First night on which it held no more, where it was ended before its time. */
  endedOn: string | null
  endedBy: string | null
  endReason: string | null
}

const COLUMNS = `s.id::text as id, s.place_path as place, s.topic_path as topic, s.kind, s.unit, s.level, s.reason, s.known_on as "knownOn", s.until_on as until,
  s.by_whom as by, s.by_unit as "byUnit", s.by_role as "byRole", s.at, e.known_on as "endedOn", e.by_whom as "endedBy", e.reason as "endReason"`
const FROM = `from silences s left join lateral (
  select known_on, by_whom, reason from silence_ends where silence_id = s.id order by known_on, id limit 1) as e on true`

/** Those that hold on a night, oldest first. */
export async function readSilencesOn(db: Queryable, night: string): Promise<SilenceRow[]> {
  const { rows } = await db.query<SilenceRow & Record<string, unknown>>(
    `select ${COLUMNS} ${FROM} where s.known_on <= $1 and $1 < s.until_on and (e.known_on is null or e.known_on > $1) order by s.id`, [night])
  return rows
}

/** All of them, the latest first. */
export async function readSilences(db: Queryable): Promise<SilenceRow[]> {
  return (await db.query<SilenceRow & Record<string, unknown>>(`select ${COLUMNS} ${FROM} order by s.id desc`)).rows
}

/** @returns its id */
export async function insertSilence(db: Queryable, row: NewSilenceRow, { by, unit, role }: Actor): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into silences (place_path, topic_path, kind, unit, level, reason, known_on, until_on, by_whom, by_unit, by_role)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id::text as id`,
    [row.place, row.topic, row.kind, row.unit, row.level, row.reason, row.knownOn, row.until, by, unit, role])
  return rows[0]!.id
}

export async function endSilence(db: Queryable, id: string, knownOn: string, reason: string, { by, unit, role }: Actor): Promise<void> {
  await db.query('insert into silence_ends (silence_id, known_on, reason, by_whom, by_unit, by_role) values ($1::bigint, $2, $3, $4, $5, $6)', [id, knownOn, reason, by, unit, role])
}
