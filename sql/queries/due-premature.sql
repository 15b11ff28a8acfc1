-- A clock that was ahead let dates be entered that are not over. They are taken back, and what was run of them does not count as done:
-- it is run again in its time. Params: $1 pipeline, $2 newest date that is over.
with early as (delete from due_runs where pipeline = $1 and logical_date > $2::date returning logical_date, attempts)
update runs set status = 'failed', error = 'ran before its day was over', finished_at = clock_timestamp()
where night in (select logical_date from early where attempts > 0) and status <> 'running'
