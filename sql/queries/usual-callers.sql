-- Callers a day of places and topics, which hold what is below them, over days before. Params: $1 JSON of {placeId, topicId, from, until}, days half-open, $2 night.
-- Plan: one probe of daily_counts' key per place and day. Order: as given.
select coalesce(sum(c.callers), 0)::float8 / (k."until" - k."from") as usual
from rows from (jsonb_to_recordset($1::jsonb) as ("placeId" int, "topicId" int, "from" date, "until" date)) with ordinality as k ("placeId", "topicId", "from", "until", at)
cross join lateral generate_series(k."from", k."until" - 1, interval '1 day') as g (day)
left join lateral (
  select sum(d.callers) as callers from daily_counts d
  where d.day = g.day::date and d.place_id = k."placeId" and d.topic_id = k."topicId" and d.known_on <= $2
) as c on true
group by k.at, k."until", k."from"
order by k.at
