-- Dates that are still to be done, oldest first. One that failed waits until its time, unless that lies further ahead than any
-- pause can: then the clock was set back. Params: $1 pipeline, $2 now in milliseconds since the epoch, $3 longest pause in milliseconds.
select logical_date::text as date, attempts,
       coalesce(extract(epoch from retry_at) * 1000 > $2::float8 and extract(epoch from retry_at) * 1000 <= $2::float8 + $3::float8, false) as waits
from due_runs
where pipeline = $1 and finished_at is null
order by logical_date
