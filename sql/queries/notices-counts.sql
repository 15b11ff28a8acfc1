-- How the notices of a night, or of all nights, stand; `scheduled` are those that wait for an hour that was asked for, and nothing else.
-- Params: $1 night or null.
with counted as (
  select n.status, case when n.status = 'pending' then (
      select bool_and(d.attempts = 0 and d.next_at > clock_timestamp()) from deliveries d where d.notice_id = n.id and d.status in ('pending', 'failed')) end as waits
  from notices n
  where $1::date is null or n.night = $1::date
)
select count(*) filter (where status = 'pending' and waits is not true)::int as pending,
       count(*) filter (where waits)::int as scheduled,
       count(*) filter (where status = 'delivered')::int as delivered,
       count(*) filter (where status = 'failed')::int as failed
from counted
