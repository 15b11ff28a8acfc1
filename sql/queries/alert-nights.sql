-- The nights on which an alert had a signal, oldest first.
-- Params: $1 alert id. Plan: primary key of alert_nights.
select night, level, observed as callers, expected, window_days, recurrence_days
from alert_nights
where alert_id = $1
order by night
