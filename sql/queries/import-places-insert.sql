-- Creates the places of one depth that are not there yet; their parents are.
-- Params: $1 paths, $2 paths of the parents, $3 names, $4 kinds, $5 depth.
insert into places (parent_id, depth, kind, name, path, rollup)
select p.id, $5, n.kind, n.name, n.path, '{}'
from unnest($1::text[], $2::text[], $3::text[], $4::text[]) n (path, parent, name, kind)
left join places p on p.path = n.parent
order by n.path
on conflict (path) do nothing
