-- Places below the districts' level that lead nowhere, with all their names and tickets; most tickets first. Params: $1 limit.
with heard as (select place_id, count(*)::int as n from tickets group by 1)
select p.id, p.path, p.name, p.parent_id as "parentId", p.rollup, p.lng, p.lat,
  array[p.name] || array(select a.name from place_aliases a where a.place_id = p.id order by 1) as names, coalesce(h.n, 0) as tickets
from places p left join heard h on h.place_id = p.id
where p.merged_into is null and p.depth > 0 and p.kind not in ('city', 'district', 'street', 'grid') and (h.n is not null or p.registered)
order by h.n desc nulls last, p.path limit $1::int
