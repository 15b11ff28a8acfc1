-- Mean coordinates of each alert's tickets, for places without a centroid.
-- Params: $1 alert ids, $2 night.
select l.alert_id, avg(t.lng) as lng, avg(t.lat) as lat
from alert_tickets l
join tickets t using (source_id, ticket_no)
where l.alert_id = any($1::text[]) and l.first_night <= $2::date and t.lng is not null and t.lat is not null
group by l.alert_id
