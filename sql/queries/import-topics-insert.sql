-- Creates the topics of one depth that are not there yet, below the root (path '').
-- Params: $1 paths, $2 paths of the parents, $3 names, $4 depth.
insert into topics (parent_id, depth, name, path, rollup)
select p.id, $4, n.name, n.path, p.rollup
from unnest($1::text[], $2::text[], $3::text[]) n (path, parent, name)
join topics p on p.path = n.parent
order by n.path
on conflict (path) do nothing
