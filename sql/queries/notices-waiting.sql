-- What of the outbox still waits. Params: $1 night or null. Plan: partial index notices_pending_idx.
-- next_seconds: time until the earliest retry; null where nothing waits for one.
select count(*)::int as pending,
       count(*) filter (where next_at is null or next_at <= clock_timestamp())::int as due,
       extract(epoch from min(next_at) filter (where next_at > clock_timestamp()) - clock_timestamp())::float8 as next_seconds
from notices
where status = 'pending' and ($1::date is null or night = $1::date)
