-- Where the tickets of an alert lie on a grid of 0.002 degrees, with the first night of each cell; those without coordinates lie at their place, where a registry located it.
-- Cells of fewer than $2 callers are left out, so that no point is a door. Params: $1 alert id, $2 fewest callers. Plan: alert_tickets by alert, tickets and places by key.
with spots as (
  select coalesce(t.lng, p.lng) as lng, coalesce(t.lat, p.lat) as lat, t.caller_key, l.first_night
  from alert_tickets l join tickets t using (source_id, ticket_no) left join places p on p.id = t.place_id and not p.centre_from_tickets and p.depth > 1
  where l.alert_id = $1 and t.sweep is null
)
select (round((lng / 0.002)::numeric) * 0.002)::float8 as lng, (round((lat / 0.002)::numeric) * 0.002)::float8 as lat, count(*)::int as tickets,
       (count(distinct caller_key) + count(*) filter (where caller_key is null))::int as callers, min(first_night)::text as first
from spots where lng is not null and lat is not null
group by 1, 2
having count(distinct caller_key) + count(*) filter (where caller_key is null) >= $2
order by tickets desc, 1, 2
limit 400
