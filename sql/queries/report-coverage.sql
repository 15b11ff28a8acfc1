-- How many series got which verdict on the night, and why some got none.
-- Params: $1 night.
select verdict, reason, sum(series)::int as series
from night_coverage
where night = $1::date
group by verdict, reason
order by verdict, sum(series) desc, reason
