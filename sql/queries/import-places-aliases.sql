-- Leads new places of one depth to the registered place whose name or declared spelling theirs is, where exactly one of that name lies in
-- the same area: under the new place's parent, or the parent under the other's. Params: $1 depth, $2 who says so. Returns the pairs.
with named as (
  select place_id as id, place_normal(name) as normal from place_aliases
  union
  select id, place_normal(name) from places where registered
),
found as (
  select n.id, min(t.id) as target
  from places n join places par on par.id = n.parent_id
  join named a on a.normal = place_normal(n.name)
  join places t on t.id = a.id and t.id <> n.id and t.merged_into is null and t.rollup <> '{}' and t.depth > 0
  where n.depth = $1::int and n.rollup = '{}' and n.merged_into is null and not n.registered
    and (par.id = any (t.rollup) or t.parent_id = any (par.rollup))
    -- A district of the same name as a street is no spelling of it.
    and (n.kind = t.kind or not ('{city,district,street,community,grid}' && array[n.kind, t.kind]))
  group by n.id having count(distinct t.id) = 1
),
led as (
  update places n set merged_into = f.target from found f where n.id = f.id returning n.id, f.target
)
insert into tree_events (tree, act, from_id, into_id, by_name, why)
select 'place', 'alias', id, target, $2::text, 'a declared spelling' from led
returning from_id as "fromId", into_id as "intoId"
