-- Enters every date up to the newest that is over, from the one after the last that was entered; a pipeline without entries
-- begins after the last night that succeeded, else with the newest.
-- Params: $1 pipeline, $2 newest date, $3 at most so many dates counted back from it.
insert into due_runs (pipeline, logical_date)
select $1, day::date
from generate_series(greatest($2::date - ($3::int - 1), coalesce(
       (select max(logical_date) + 1 from due_runs where pipeline = $1 and logical_date <= $2::date),
       (select max(night) + 1 from runs where status = 'succeeded' and night <= $2::date),
       $2::date)), $2::date, interval '1 day') as day
on conflict do nothing
