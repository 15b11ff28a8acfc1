-- What still waits. Params: $1 night or null. Plan: deliveries_open_idx, notices_pending_idx.
-- next_seconds: time until the earliest that waits for its hour; null where none does.
with open as (
  select greatest(d.next_at, s.hold_until) as at, d.attempts
  from deliveries d
  left join subscriptions s on s.id = d.subscription_id
  where d.status in ('pending', 'failed') and ($1::date is null or d.night = $1::date)
),
unrouted as (
  select count(*) as n from notices n
  where n.status = 'pending' and ($1::date is null or n.night = $1::date) and not exists (select 1 from deliveries d where d.notice_id = n.id)
)
select (select count(*) from open)::int + (select n from unrouted)::int as open,
       (select count(*) from open where at is null or at <= clock_timestamp())::int + (select n from unrouted)::int as due,
       (select coalesce(sum(attempts), 0) from open)::int as attempts,
       (select extract(epoch from min(at) filter (where at > clock_timestamp()) - clock_timestamp())::float8 from open) as next_seconds
