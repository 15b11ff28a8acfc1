-- Steps of one night in their order. Params: $1 night.
select name, status, rows_in::float8 as rows_in, rows_out::float8 as rows_out, seconds, detail
from run_steps
where night = $1
order by position
