-- Marks as families the topics without one: depth 2, or depth 1 where nothing is below; points their descendants at them.
with family as (
  update topics f set is_family = true
  where f.family_id is null and not f.is_family
    and (f.depth = 2 or (f.depth = 1 and not exists (select from topics c where c.parent_id = f.id)))
    and not exists (select from topics a where a.id = any (f.rollup) and a.id <> f.id and a.is_family)
    and not exists (select from topics d where f.id = any (d.rollup) and d.id <> f.id and d.is_family)
  returning f.id
), families as (
  select id from family union select id from topics where is_family
)
update topics t set family_id = f.id
from families f
where t.family_id is null and f.id = any (t.rollup)
