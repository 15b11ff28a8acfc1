/**
 * Sources as operators watch them: their batches, what was refused of each.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'

export interface FeedBatch { id: string, status: 'running' | 'done' | 'failed', at: string, lastDay: string | null, brought: number }

export interface FeedRow {
  id: number
  name: string
  preset: string
  city: string
  country: string
  timeZone: string
  /** Newest first. */
  batches: FeedBatch[]
  batchesInAll: number
  failedThisWeek: number
}

/** By name. @param batches newest ones told of each */
export async function readFeeds(db: Queryable, batches: number): Promise<FeedRow[]> {
  return (await db.query<FeedRow & Record<string, unknown>>(statement('feeds'), [batches])).rows
}

export interface BatchRow {
  id: string
  fileName: string
  status: 'running' | 'done' | 'failed'
  read: number
  new: number
  changed: number
  unchanged: number
  duplicate: number
  rejected: number
  firstDay: string | null
  lastDay: string | null
  error: string | null
  startedAt: Date
  finishedAt: Date | null
}

export async function readBatches(db: Queryable, sourceId: number, limit: number): Promise<BatchRow[]> {
  return (await db.query<BatchRow & Record<string, unknown>>(statement('feed-batches'), [sourceId, limit])).rows
}

/** Undefined where there is no such batch. */
export async function readBatchSource(db: Queryable, batchId: string): Promise<{ sourceId: number, fileName: string } | undefined> {
  if (!/^\d{1,15}$/.test(batchId)) return undefined
  return (await db.query<{ sourceId: number, fileName: string }>('select source_id as "sourceId", file_name as "fileName" from import_batches where id = $1', [batchId])).rows[0]
}

/** Rejected rows by reason, the most frequent first. */
export async function countRejects(db: Queryable, batchId: string): Promise<{ reason: string, rows: number }[]> {
  return (await db.query<{ reason: string, rows: number }>('select reason, count(*)::int as rows from import_rejects where batch_id = $1 group by reason order by 2 desc, 1', [batchId])).rows
}

export interface RejectRow { line: number, reason: string, detail: string | null, raw: Record<string, unknown> | null }

/** In the order of the file. @param after  line after which to begin */
export async function readRejects(db: Queryable, batchId: string, after: number, limit: number): Promise<RejectRow[]> {
  return (await db.query<RejectRow & Record<string, unknown>>(
    'select line::float8 as line, reason, detail, raw from import_rejects where batch_id = $1 and line > $2 order by line limit $3', [batchId, after, limit])).rows
}
