-- Creates the places of one depth, or brings code, households and centre of known ones up to date.
-- Params: $1 depth, $2 paths, $3 paths of the parents (null for the root), $4 names, $5 kinds, $6 codes, $7 households, $8 lng, $9 lat.
insert into places (parent_id, depth, kind, name, path, rollup, code, households, lng, lat, registered)
select p.id, $1::smallint, n.kind, n.name, n.path, '{}', n.code, n.households, n.lng, n.lat, true
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::float8[], $9::float8[])
     with ordinality n (path, parent, name, kind, code, households, lng, lat, position)
left join places p on p.path = n.parent
where $1::smallint = 0 or p.id is not null
order by n.position
on conflict (path) do update
set kind = excluded.kind, registered = true, code = coalesce(excluded.code, places.code), households = coalesce(excluded.households, places.households),
    lng = coalesce(excluded.lng, places.lng), lat = coalesce(excluded.lat, places.lat),
    centre_from_tickets = places.centre_from_tickets and excluded.lng is null
