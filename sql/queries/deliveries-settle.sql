-- Marks the notices that have no open delivery left: failed where one is dead, else delivered. Params: $1 notice ids.
with done as (
  select d.notice_id, bool_or(d.status = 'dead') as dead, max(d.attempts) as attempts,
         max(d.delivered_at) as delivered_at, max(d.error) filter (where d.status = 'dead') as error
  from deliveries d
  where d.notice_id = any ($1::text[])
  group by 1
  having not bool_or(d.status in ('pending', 'failed'))
)
update notices n
set status = case when done.dead then 'failed' else 'delivered' end, attempts = done.attempts, delivered_at = done.delivered_at, error = done.error
from done
where n.id = done.notice_id and n.status = 'pending'
