-- Nights on which notices of the alerts were written, delivered or not.
-- Params: $1 alert ids, $2 night.
select distinct alert_id, night
from notices
where alert_id = any($1::text[]) and night <= $2::date and status <> 'withheld'
order by alert_id, night
