-- Bulk entries of staff at the places and topics of alerts in their windows, which are in no count of theirs. Params: $1 JSON of {id, places, topic, from, until},
-- $2 night. Plan: one probe of daily_counts' key per place and day. Order: alert.
select a.id as "alertId", sum(c.sweeps)::int as sweeps
from jsonb_to_recordset($1::jsonb) as a (id text, places int[], topic int, "from" date, until date)
cross join lateral generate_series(a."from", a.until, interval '1 day') as g (at)
cross join lateral unnest(a.places) as p (id)
cross join lateral (
  select d.sweeps from daily_counts d where d.day = g.at::date and d.place_id = p.id and d.topic_id = a.topic and d.known_on <= $2 offset 0
) as c
group by 1 having sum(c.sweeps) > 0 order by 1
