-- Creates units or brings their kind and territory up to date. Params: $1 names, $2 kinds, $3 paths of the territories.
insert into units (name, kind, territory_path)
select n.name, n.kind, n.territory_path
from unnest($1::text[], $2::text[], $3::text[]) with ordinality n (name, kind, territory_path, position)
order by n.position
on conflict (name) do update set kind = excluded.kind, territory_path = excluded.territory_path
