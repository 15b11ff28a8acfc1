-- Up to 90 days of each alert's series until the night; a null count is a day without data.
-- Params: $1 alert ids, $2 night.
select alert_id, day, observed, expected, upper
from alert_series
where alert_id = any($1::text[]) and day <= $2::date and day > $2::date - 90
order by alert_id, day
