-- Failed notices become pending again, with all their attempts before them. Params: $1 night or null.
update notices
set status = 'pending', attempts = 0, next_at = null
where status = 'failed' and ($1::date is null or night = $1::date)
