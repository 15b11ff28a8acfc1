-- Creates the topics of one depth below the root (path '') that are not there yet.
-- Params: $1 depth, $2 paths, $3 paths of the parents, $4 names, $5 which are families.
insert into topics (parent_id, depth, name, path, rollup, is_family, registered)
select p.id, $1::smallint, n.name, n.path, p.rollup, n.is_family, true
from unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) with ordinality n (path, parent, name, is_family, position)
join topics p on p.path = n.parent
order by n.position
on conflict (path) do update set is_family = excluded.is_family, registered = true
