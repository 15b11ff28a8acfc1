-- Tickets and distinct callers of the last 7 days below each given place, also those at zero, as known on the night.
-- Params: $1 night, $2 place ids.
with known as (
  select source_id, ticket_no, day, place_id, caller_key, sweep from tickets
  where day > $1::date - 7 and day <= $1::date and known_on <= $1::date
  union all
  select source_id, ticket_no, day, place_id, caller_key, sweep from ticket_versions
  where day > $1::date - 7 and day <= $1::date and known_on <= $1::date and superseded_on > $1::date
), counted as (
  select area, count(*)::int as tickets, count(distinct coalesce(k.caller_key::text, k.source_id || '/' || k.ticket_no))::int as callers
  from known k
  join places p on p.id = k.place_id
  cross join unnest(p.rollup) as area
  where k.sweep is null and area = any($2::int[])
  group by area
)
select p.id, p.name, coalesce(c.tickets, 0) as tickets, coalesce(c.callers, 0) as callers
from places p
left join counted c on c.area = p.id
where p.id = any($2::int[])
order by p.path
