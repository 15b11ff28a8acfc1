/**
 * Row functions of daily_counts and of the marks that counting relies on. Counting itself is SQL.
 */
import type { PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { CallerCounts } from '../core/cube.ts'
import { statement } from './db.ts'
import type { Db, Queryable } from './db.ts'

/** A store that was filled a moment ago looks empty to the planner, whose plans then take hours. About 0.2 s. */
export async function refreshStatistics(db: Queryable): Promise<void> {
  await db.query('analyze tickets, places, topics, dirty_days')
}

/**
 * Marks the bulk entries among the tickets of the dirty days. Inside a transaction: works through temporary tables, each
 * analysed, since the planner cannot guess what a chain of groups leaves over.
 */
export async function markSweeps(db: Queryable): Promise<{ marked: number, cleared: number }> {
  for (const table of ['hours', 'candidates', 'marks'] as const) {
    await db.query(statement(`resolve-sweep-${table}`))
    await db.query(`analyze sweep_${table}`)
  }
  const { rows } = await db.query<{ marked: number, cleared: number }>(statement('resolve-sweeps'))
  await db.query(`delete from late_sweeps l using tickets t join dirty_days d using (day) where t.source_id = l.source_id and t.ticket_no = l.ticket_no`)
  await db.query(statement('resolve-late-sweeps'))
  return rows[0]!
}

/** Dirty days above which all tickets are looked through for callers with several. */
const MANY_DAYS = 60

/** Marks repeat appeals of the callers who spoke on the dirty days. Inside a transaction. @returns marks changed */
export async function markRepeats(db: Queryable): Promise<number> {
  const { rows: dirty } = await db.query<{ n: number }>('select count(*)::int as n from dirty_days')
  await db.query(statement(dirty[0]!.n > MANY_DAYS ? 'resolve-repeat-callers' : 'resolve-repeat-callers-few'))
  await db.query('analyze repeat_callers')
  const { rows } = await db.query<{ changed: number }>(statement('resolve-repeats'))
  return rows[0]!.changed
}

/** Months that hold dirty days, as half-open ranges of days, oldest first. */
export async function listDirtyMonths(db: Queryable): Promise<{ from: string, until: string, days: number }[]> {
  const { rows } = await db.query<{ from: string, until: string, days: number }>(
    `select date_trunc('month', day)::date as from, (date_trunc('month', day) + interval '1 month')::date as until, count(*)::int as days
     from dirty_days group by 1, 2 order by 1`)
  return rows
}

export async function ensurePartitions(db: Queryable, from: string, until: string): Promise<void> {
  await db.query('select ensure_count_partitions($1, $2)', [from, until])
}

/** Rewrites the counts of the dirty days of [from, until) and takes them off the list. @returns rows written */
export async function countDays(client: PoolClient, from: string, until: string): Promise<number> {
  await client.query(`set local work_mem = '192MB'`)
  await client.query('delete from daily_counts c using dirty_days d where c.day = d.day and c.day >= $1 and c.day < $2', [from, until])
  const { rowCount } = await client.query(statement('count-days'), [from, until])
  await client.query('insert into word_dirty_days select day from dirty_days where day >= $1 and day < $2 on conflict do nothing', [from, until])
  await client.query('delete from dirty_days where day >= $1 and day < $2', [from, until])
  return rowCount ?? 0
}

/** Asks for a recount of every day that has tickets. */
export async function markAllDirty(db: Queryable): Promise<void> {
  await db.query('insert into dirty_days (day) select distinct day from tickets on conflict do nothing')
}

const BATCH_ROWS = 65536

/**
 * Streams the callers per place, topic and day of [from, until) that became known in (knownAfter, knownUntil], through
 * COPY in binary form: node-pg's row objects would cost more than the query. A cell comes once for each night that changed
 * it, in any order: adding them up costs the reader less than a sort costs the server.
 */
export async function* readCallerCounts(
  db: Db, from: string, until: string, knownAfter: string, knownUntil: string,
): AsyncGenerator<CallerCounts> {
  const client = await db.pool.connect()
  let isWhole = false
  try {
    // COPY takes no parameters: each value is checked to be a date.
    yield* parseBinary(client.query(copyTo(`copy (
      select place_id, topic_id, day - date '1970-01-01', callers from daily_counts
      where day >= '${checkDate(from)}' and day < '${checkDate(until)}'
        and known_on > '${checkDate(knownAfter)}' and known_on <= '${checkDate(knownUntil)}' and callers <> 0) to stdout (format binary)`)))
    isWhole = true
  } finally {
    client.release(!isWhole) // a connection in the middle of a COPY is of no use to anybody
  }
}

/** Which cells are read: of topics; of families at places of at most a depth; of topics without others below them at places of at least one. Left out: all. */
export interface CountSelection { topics?: readonly number[], familiesToDepth?: number, leavesFromDepth?: number }

/** The same for some cells only. */
export async function* readSelectedCounts(
  db: Db, { topics, familiesToDepth, leavesFromDepth }: CountSelection, from: string, until: string, knownAfter: string, knownUntil: string,
): AsyncGenerator<CallerCounts> {
  const client = await db.pool.connect()
  let isWhole = false
  try {
    const ofTopics = topics ? `and topic_id = any ('{${topics.map(checkWhole).join(',')}}'::int[])` : ''
    const ofFamilies = familiesToDepth === undefined ? '' : `and place_id in (select id from places where depth <= ${checkWhole(familiesToDepth)})
        and topic_id in (select id from topics where is_family)`
    const ofLeaves = leavesFromDepth === undefined ? '' : `and place_id in (select id from places where depth >= ${checkWhole(leavesFromDepth)})
        and topic_id not in (select parent_id from topics where parent_id is not null)`
    yield* parseBinary(client.query(copyTo(`copy (
      select place_id, topic_id, day - date '1970-01-01', callers from daily_counts
      where day >= '${checkDate(from)}' and day < '${checkDate(until)}'
        and known_on > '${checkDate(knownAfter)}' and known_on <= '${checkDate(knownUntil)}' and callers <> 0 ${ofTopics} ${ofFamilies} ${ofLeaves}) to stdout (format binary)`)))
    isWhole = true
  } finally {
    client.release(!isWhole)
  }
}

function checkWhole(value: number): number {
  if (!Number.isInteger(value)) throw new TypeError(`not a whole number: ${value}`)
  return value
}

function checkDate(text: string): string {
  if (!/^(\d{4,}-\d{2}-\d{2}|-infinity|infinity)$/.test(text)) throw new TypeError(`not a date: ${text}`)
  return text
}

/** PostgreSQL's binary COPY of four int4 columns: 19 bytes of header, then 2 + 4 × 8 bytes a row, -1 at the end. */
async function* parseBinary(stream: AsyncIterable<Buffer>): AsyncGenerator<CallerCounts> {
  const ROW = 34
  let rest: Buffer = Buffer.alloc(0)
  let headerRead = false
  let batch = newBatch()
  for await (const chunk of stream) {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (!headerRead) {
      if (data.length < 19) {
        rest = data
        continue
      }
      data = data.subarray(19)
      headerRead = true
    }
    let at = 0
    for (; data.length - at >= ROW; at += ROW) {
      const i = batch.length++
      batch.place[i] = data.readInt32BE(at + 6)
      batch.topic[i] = data.readInt32BE(at + 14)
      batch.day[i] = data.readInt32BE(at + 22)
      batch.callers[i] = data.readInt32BE(at + 30)
      if (batch.length === BATCH_ROWS) {
        yield batch
        batch = newBatch()
      }
    }
    rest = data.subarray(at)
  }
  if (batch.length > 0) yield batch
}

function newBatch(): CallerCounts {
  return {
    place: new Int32Array(BATCH_ROWS), topic: new Int32Array(BATCH_ROWS), day: new Int32Array(BATCH_ROWS),
    callers: new Int32Array(BATCH_ROWS), length: 0,
  }
}
