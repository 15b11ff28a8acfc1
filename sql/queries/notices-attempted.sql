-- Notes a failed attempt; after the last one the notice has failed and waits for a person.
-- Params: $1 id, $2 error, $3 seconds until the next attempt, $4 attempts in all.
update notices
set attempts = attempts + 1, error = $2,
    status = case when attempts + 1 >= $4 then 'failed' else 'pending' end,
    next_at = case when attempts + 1 >= $4 then null else clock_timestamp() + make_interval(secs => $3) end
where id = $1
