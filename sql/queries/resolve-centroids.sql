-- Gives the places that have no centre one, from the tickets of the dirty days: the mean of the points of the place's own
-- tickets, else of the centres of the places below it, each as often as it has tickets. A centre that is there stays.
-- Means are of whole numbers of 1e-7 degrees (a centimetre): exact, so that the order of the tickets does not matter.
with heard as materialized (
  select t.place_id as id, count(*) as tickets,
         avg((t.lng * 1e7)::bigint) filter (where abs(t.lng) <= 180 and abs(t.lat) <= 90 and (t.lng <> 0 or t.lat <> 0)) as x,
         avg((t.lat * 1e7)::bigint) filter (where abs(t.lng) <= 180 and abs(t.lat) <= 90 and (t.lng <> 0 or t.lat <> 0)) as y
  from tickets t join dirty_days using (day)
  where exists (select from places where lng is null)
  group by 1
),
located as (
  select p.rollup, h.tickets, coalesce((p.lng * 1e7)::bigint, h.x) as x, coalesce((p.lat * 1e7)::bigint, h.y) as y
  from heard h join places p using (id)
),
below as (
  select a.id, sum(l.x * l.tickets) / sum(l.tickets) as x, sum(l.y * l.tickets) / sum(l.tickets) as y
  from located l cross join unnest(l.rollup) as a (id)
  where l.x is not null
  group by 1
)
update places p
set lng = round(coalesce(h.x, b.x))::float8 / 1e7, lat = round(coalesce(h.y, b.y))::float8 / 1e7, centre_from_tickets = true
from below b left join heard h using (id)
where p.id = b.id and p.lng is null
