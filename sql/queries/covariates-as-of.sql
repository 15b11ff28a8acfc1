-- Covariates of the days [$2, $3) as known on night $1: of each day the value that became known last.
select distinct on (name, variable, place_id, day) name, variable, place_id as "placeId", day - date '1970-01-01' as day, value
from covariates
where known_on <= $1 and day >= $2 and day < $3
order by name, variable, place_id, day, known_on desc
