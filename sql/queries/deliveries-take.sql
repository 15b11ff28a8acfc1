-- Takes a target for this transaction alone, and with it those of the given messages that are to be sent now. `got` is false where another
-- process is sending there. The transaction does not wait for the disk: a mark lost in a power cut makes the message go out again
-- under its old id, as a crash before the mark would.
-- Params: $1 the lock's number, $2 target, $3 bundles. Plan: deliveries_bundle_idx.
with took as materialized (
  select pg_try_advisory_xact_lock($1, hashtext($2)) as got, set_config('synchronous_commit', 'off', true)
),
locked as materialized (
  select d.id, d.notice_id as "noticeId", d.attempts, d.created_at < clock_timestamp() - interval '4 days' as "isOld", n.status as "noticeStatus", d.night
  from deliveries d
  left join notices n on n.id = d.notice_id
  where (select got from took) and d.bundle = any ($3) and d.target = $2 and d.status in ('pending', 'failed') and (d.next_at is null or d.next_at <= clock_timestamp())
  for update of d
)
select took.got, coalesce((select jsonb_agg(to_jsonb(l) - 'night' order by l.night, l."noticeId") from locked l), '[]') as rows
from took
