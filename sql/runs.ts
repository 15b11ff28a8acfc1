/**
 * The ledger of nights: one row a night, one row a step. A step that succeeded is not done twice for the same input.
 */
import type { Queryable } from './db.ts'

export interface RunRow { night: string, status: 'running' | 'succeeded' | 'failed', attempt: number, inputHash: string | null }

export interface StepRow { name: string, status: 'running' | 'succeeded' | 'failed', rowsIn: number, rowsOut: number, seconds: number, detail: Record<string, unknown> }

export async function readRun(db: Queryable, night: string): Promise<RunRow | undefined> {
  const { rows } = await db.query<RunRow>('select night, status, attempt, input_hash as "inputHash" from runs where night = $1', [night])
  return rows[0]
}

export async function readSteps(db: Queryable, night: string): Promise<StepRow[]> {
  const { rows } = await db.query<StepRow>(
    `select name, status, rows_in::int as "rowsIn", rows_out::int as "rowsOut", coalesce(seconds, 0) as seconds, detail
     from run_steps where night = $1 order by position`, [night])
  return rows
}

/** Opens the night for another attempt; the steps of an attempt with other input are forgotten. @returns its number: what an earlier one writes no longer counts (sql/fence.ts) */
export async function startRun(db: Queryable, night: string, codeVersion: string, configHash: string, inputHash: string): Promise<number> {
  await db.query('delete from run_steps s using runs r where s.night = $1 and r.night = $1 and r.input_hash is distinct from $2', [night, inputHash])
  const { rows } = await db.query<{ attempt: number }>(
    `insert into runs (night, status, code_version, config_hash, input_hash) values ($1, 'running', $2, $3, $4)
     on conflict (night) do update set status = 'running', attempt = runs.attempt + 1, code_version = excluded.code_version,
       config_hash = excluded.config_hash, input_hash = excluded.input_hash, error = null, started_at = now(), finished_at = null
     returning attempt`,
    [night, codeVersion, configHash, inputHash])
  return rows[0]!.attempt
}

export async function startStep(db: Queryable, night: string, name: string, position: number): Promise<void> {
  await db.query(
    `insert into run_steps (night, name, position, status) values ($1, $2, $3, 'running')
     on conflict (night, name) do update set status = 'running', rows_in = 0, rows_out = 0, seconds = null, detail = '{}'`,
    [night, name, position])
}

export async function finishStep(db: Queryable, night: string, name: string, rowsIn: number, rowsOut: number, seconds: number, detail: Record<string, unknown>): Promise<void> {
  await db.query(
    `update run_steps set status = 'succeeded', rows_in = $3, rows_out = $4, seconds = $5, detail = $6 where night = $1 and name = $2`,
    [night, name, rowsIn, rowsOut, seconds, JSON.stringify(detail)])
}

export async function finishRun(db: Queryable, night: string): Promise<void> {
  await db.query(`update runs set status = 'succeeded', finished_at = now() where night = $1`, [night])
}

export async function failRun(db: Queryable, night: string, step: string, error: string): Promise<void> {
  await db.query(`update run_steps set status = 'failed' where night = $1 and name = $2`, [night, step])
  await db.query(`update runs set status = 'failed', error = $2, finished_at = now() where night = $1`, [night, error])
}

/** Newest night that was run to its end, or null. */
export async function lastNight(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ night: string | null }>(`select max(night) as night from runs where status = 'succeeded'`)
  return rows[0]!.night
}

/** Newest night that was begun, run to its end or not; null before the first. */
export async function newestRun(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ night: string | null }>('select max(night) as night from runs')
  return rows[0]!.night
}

/**
 * What a night's result depends on besides settings and program: the batches that brought something to it, the registries,
 * the known events as of then, the covariates, the promised dates, the words and acts of the units, the routing rules and the silences. Batches that changed nothing do not count, so that reading a file again leaves a night
 * as it is.
 *
 * @param people whether people's acts count: not for nights of the past in tables of their own
 */
export async function readInputMark(db: Queryable, night: string, people = true): Promise<string> {
  const { rows } = await db.query<{ mark: string }>(
    `select concat_ws('/',
       (select string_agg(id::text, ',' order by id) from import_batches where status = 'done' and new + changed + duplicate_differing > 0 and first_day <= $1::date),
       (select count(*) from units where kind <> 'hotline'), (select count(*) from unit_topics), (select count(*) from places where households is not null),
       (select string_agg(concat_ws(' ', place_id, topic_id, from_on, until_on), ',' order by place_id, topic_id, from_on, until_on)
        from known_events where known_on <= $1::date and from_on <= $1::date),
       (select string_agg(concat_ws(' ', name, left(file_hash, 16)), ',' order by name, file_hash) from covariate_files where first_day <= $1::date),
       (select md5(string_agg(concat_ws(' ', place_id, kind, promised_on, known_on), ',' order by place_id, kind, known_on))
        from promised_dates where known_on <= $1::date),
       (select md5(string_agg(concat_ws(' ', alert_id, verdict), ',' order by known_on, id)) from alert_verdicts where known_on <= $1::date),
       (select md5(string_agg(concat_ws(' ', alert_id, verdict, account, by_whom), ',' order by id)) from alert_feedback where coalesce(known_on, at::date) <= $1::date),
       (select md5(string_agg(alert_id, ',' order by known_on, id)) from threshold_undos where known_on <= $1::date),
       (select md5(string_agg(concat_ws(' ', id, from_id, into_id), ',' order by id)) from tree_events where act in ('merge', 'rename', 'split', 'undo')),
       -- Words between people change no night.
       (select md5(string_agg(concat_ws(' ', alert_id, seq, act, known_on), ',' order by alert_id, seq)) from alert_acts
        where $2 and known_on <= $1::date and act not in ('comment', 'feedback', 'add_evidence', 'hold_meeting', 'remind')),
       (select hash from routing_versions where effective_on <= $1::date order by effective_on desc, version desc limit 1),
       (select string_agg(s.id::text, ',' order by s.id) from silences s where s.known_on <= $1::date and s.until_on > $1::date
          and not exists (select 1 from silence_ends e where e.silence_id = s.id and e.known_on <= $1::date))) as mark`, [night, people])
  return rows[0]!.mark
}

/** Days whose counts wait to be rewritten. */
export async function countDirty(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ n: number }>('select count(*)::int as n from dirty_days')
  return rows[0]!.n
}

/** Newest local day that has tickets, and the oldest; null in an empty store. */
export async function readDataRange(db: Queryable): Promise<{ first: string, last: string } | null> {
  const { rows } = await db.query<{ first: string | null, last: string | null }>('select min(day) as first, max(day) as last from tickets')
  const { first, last } = rows[0]!
  return first !== null && last !== null ? { first, last } : null
}
