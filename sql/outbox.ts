/**
 * The outbox in numbers: what waits, since when, and for whom.
 */
import type { Queryable } from './db.ts'

export interface TargetState {
  /** Subscription, or null for files. */
  subscription: string | null
  channel: string
  status: 'active' | 'disabled' | 'removed' | null
  /** Deliveries by state, of the last 30 days. */
  pending: number
  failed: number
  delivered: number
  dead: number
  lastDelivered: Date | null
  /** Failures in a row, and until when nothing is tried there. */
  failures: number
  holdUntil: Date | null
  lastError: string | null
}

export interface OutboxState {
  /** Notices by status. */
  notices: Record<string, number>
  /** Deliveries that may leave now, and since when the oldest waits. */
  due: number
  oldestDueAt: Date | null
  /** The earliest that waits for its hour. */
  nextAt: Date | null
  dead: number
  targets: TargetState[]
}

export async function readOutbox(db: Queryable): Promise<OutboxState> {
  const { rows } = await db.query<Omit<OutboxState, 'targets'> & Record<string, unknown>>(
    `select coalesce((select jsonb_object_agg(status, n) from (select status, count(*) as n from notices group by 1) x), '{}') as notices,
            count(*) filter (where status in ('pending', 'failed') and coalesce(next_at, created_at) <= clock_timestamp())::int as due,
            min(coalesce(next_at, created_at)) filter (where status in ('pending', 'failed') and coalesce(next_at, created_at) <= clock_timestamp()) as "oldestDueAt",
            min(next_at) filter (where status in ('pending', 'failed') and next_at > clock_timestamp()) as "nextAt",
            count(*) filter (where status = 'dead')::int as dead
     from deliveries where status in ('pending', 'failed', 'dead')`)
  const { rows: targets } = await db.query<TargetState & Record<string, unknown>>(
    `select d.subscription_id as subscription, coalesce(s.channel, d.channel) as channel, s.status, d.pending, d.failed, d.delivered, d.dead, d."lastDelivered",
            coalesce(s.failures, 0) as failures, case when s.hold_until > clock_timestamp() then s.hold_until end as "holdUntil", d."lastError"
     from (select subscription_id, min(channel) as channel, count(*) filter (where status = 'pending')::int as pending, count(*) filter (where status = 'failed')::int as failed,
                  count(*) filter (where status = 'delivered')::int as delivered, count(*) filter (where status = 'dead')::int as dead, max(delivered_at) as "lastDelivered",
                  (array_agg(error order by tried_at desc nulls last) filter (where error is not null and status in ('failed', 'dead')))[1] as "lastError"
           from deliveries where created_at > now() - interval '30 days' or status in ('pending', 'failed') group by subscription_id) d
     left join subscriptions s on s.id = d.subscription_id
     order by d.dead desc, d.failed desc, d.pending desc, channel, subscription`)
  return { ...rows[0]!, targets }
}
