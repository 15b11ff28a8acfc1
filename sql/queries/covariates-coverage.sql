-- Every variable of the covariates: places, days with a value, first and last day, days between them without one anywhere.
select name, variable, count(distinct place_id)::int as places, count(distinct (place_id, day))::int as values,
       min(day) as first_day, max(day) as last_day, (max(day) - min(day) + 1 - count(distinct day))::int as missing_days
from covariates
group by 1, 2
order by 1, 2
