-- Messages of one target to be sent now, in the order in which they are to leave.
-- Params: $1 target, $2 night or null, $3 at most so many rows. Plan: deliveries_open_idx.
select d.bundle
from deliveries d
where d.target = $1 and d.status in ('pending', 'failed') and ($2::date is null or d.night = $2::date)
  and (d.next_at is null or d.next_at <= clock_timestamp())
order by d.night, d.notice_id
limit $3
