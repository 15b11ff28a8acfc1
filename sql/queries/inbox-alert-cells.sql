-- Where the tickets of an alert lie on a grid of 0.002 degrees, with the first night of each cell; cells of fewer than $2 callers are left out, so that no point is a door.
-- Params: $1 alert id, $2 fewest callers. Plan: alert_tickets by alert, tickets by key.
select round((t.lng / 0.002)::numeric) * 0.002 as lng, round((t.lat / 0.002)::numeric) * 0.002 as lat, count(*)::int as tickets,
       (count(distinct t.caller_key) + count(*) filter (where t.caller_key is null))::int as callers, min(l.first_night)::text as first
from alert_tickets l join tickets t using (source_id, ticket_no)
where l.alert_id = $1 and t.lng is not null and t.lat is not null and t.sweep is null
group by 1, 2
having count(distinct t.caller_key) + count(*) filter (where t.caller_key is null) >= $2
order by tickets desc, 1, 2
limit 400
