-- How the notices of a night, or of all nights, stand. Params: $1 night or null.
-- next_seconds: time until the earliest retry; null where nothing pending waits for one.
select count(*) filter (where status = 'pending')::int as pending,
       count(*) filter (where status = 'pending' and (next_at is null or next_at <= clock_timestamp()))::int as due,
       count(*) filter (where status = 'delivered')::int as delivered,
       count(*) filter (where status = 'failed')::int as failed,
       extract(epoch from min(next_at) filter (where status = 'pending' and next_at > clock_timestamp()) - clock_timestamp())::float8 as next_seconds
from notices
where $1::date is null or night = $1::date
