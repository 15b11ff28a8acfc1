-- How the notices of a night, or of all nights, stand. Params: $1 night or null.
select count(*) filter (where status = 'pending')::int as pending,
       count(*) filter (where status = 'delivered')::int as delivered,
       count(*) filter (where status = 'failed')::int as failed
from notices
where $1::date is null or night = $1::date
