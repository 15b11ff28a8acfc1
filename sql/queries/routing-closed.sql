-- Who closed the tickets of places and families over the weekly counts of a year. Params: $1 JSON of distinct {placeId, familyId}, $2 first Sunday, $3 last Sunday.
-- Plan: one range of routing_counts' key a place and family.
select c.place_id as "placeId", c.family_id as "familyId", c.unit_id as "unitId", sum(c.closed)::int as closed, sum(c.returned)::int as returned
from jsonb_to_recordset($1::jsonb) as k ("placeId" int, "familyId" int)
join routing_counts c on c.place_id = k."placeId" and c.family_id = k."familyId" and c.night between $2 and $3
group by 1, 2, 3
