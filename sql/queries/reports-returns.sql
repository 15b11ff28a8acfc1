-- Alerts that ended in the year up to night $1, and how many of them came back by then.
select count(*)::int as ended,
       count(*) filter (where exists (select from alert_events r where r.alert_id = e.alert_id and r.kind = 'returned' and r.night > e.night and r.night <= $1::date))::int as returned
from (select alert_id, min(night) as night from alert_events where kind = 'ended' and night > $1::date - 365 and night <= $1::date group by 1) as e
