-- Who closed the tickets of places and families over the weekly counts of a year. Params: $1 JSON of distinct {placeId, familyId}, $2 first Sunday, $3 last Sunday.
-- Plan: one range of routing_counts' key a place and family; "offset 0" keeps it so, where a planner that cannot count the JSON would read the whole table.
select k."placeId", k."familyId", c.unit_id as "unitId", sum(c.closed)::int as closed, sum(c.returned)::int as returned
from jsonb_to_recordset($1::jsonb) as k ("placeId" int, "familyId" int)
cross join lateral (
  select r.unit_id, r.closed, r.returned from routing_counts r where r.place_id = k."placeId" and r.family_id = k."familyId" and r.night between $2 and $3 offset 0
) as c
group by 1, 2, 3
