-- Ids of the pending notices that may be tried now, in the order in which they are to leave.
-- Params: $1 night or null for every night, $2 at most so many. Plan: partial index notices_pending_idx.
select id, attempts
from notices
where status = 'pending'
  and ($1::date is null or night = $1::date)
  and (next_at is null or next_at <= clock_timestamp())
order by night, id
limit $2
