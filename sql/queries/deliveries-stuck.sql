-- Notices that should have reached somebody by now and have not: each delivery of theirs is given up, or has failed $2 times, or waits
-- behind a target that has. Not those that somebody was told of in their stead. Params: $1 night or null, $2 attempts.
-- Plan: deliveries_open_idx, deliveries_dead_idx, deliveries_notice_idx.
with stuck as (
  select d.notice_id from deliveries d where d.status = 'dead' and d.created_at > clock_timestamp() - interval '30 days'
  union
  select d.notice_id from deliveries d join subscriptions s on s.id = d.subscription_id
  where d.status in ('pending', 'failed') and (d.attempts >= $2 or s.failures >= $2)
)
select n.id
from notices n
where n.id in (select notice_id from stuck) and n.status in ('pending', 'failed') and ($1::date is null or n.night = $1::date)
  and not exists (
    select 1 from deliveries d left join subscriptions s on s.id = d.subscription_id
    where d.notice_id = n.id and (d.subscription_id is null or d.unreached_unit is not null or d.status in ('delivered', 'withheld')
      or (d.status in ('pending', 'failed') and d.attempts < $2 and coalesce(s.failures, 0) < $2)))
order by n.night, n.id
