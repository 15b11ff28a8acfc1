-- Places that no registry declared and whose name is a registered place's name or spelling, where exactly one such place lies in the same
-- area: below the place's parent, or its parent above the place.
with named as (
  select place_id as id, place_normal(name) as normal from place_aliases
  union
  select id, place_normal(name) from places where registered
)
select n.id as "fromId", min(t.id) as "intoId"
from places n join places par on par.id = n.parent_id
join named a on a.normal = place_normal(n.name)
join places t on t.id = a.id and t.id <> n.id and t.merged_into is null and t.depth > 0
where n.merged_into is null and not n.registered and n.depth > 0 and not t.id = any (n.rollup) and not n.id = any (t.rollup)
  and (par.id = any (t.rollup) or t.parent_id = any (par.rollup))
    -- A district of the same name as a street is no spelling of it.
    and (n.kind = t.kind or not ('{city,district,street,community,grid}' && array[n.kind, t.kind]))
  and not exists (select from tree_events e where e.tree = 'place' and e.act in ('distinct', 'undo') and n.id in (e.from_id, e.into_id) and t.id in (e.from_id, e.into_id))
group by n.id having count(distinct t.id) = 1
order by n.id
