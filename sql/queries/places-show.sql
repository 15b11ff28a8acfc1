-- One place of the registry with its spellings, the places that lead to it, and tickets there and below. Params: $1 id.
select p.id, p.kind, p.name, p.path, p.code, p.households, p.lng, p.lat, p.developer, p.registered, m.path as "mergedInto",
  array(select a.name from place_aliases a where a.place_id = p.id order by 1) as aliases,
  array(select l.path from places l where l.merged_into = p.id order by 1) as leads,
  (select count(*)::int from tickets t join places s on s.id = t.place_id where p.id = any (s.rollup)) as tickets
from places p left join places m on m.id = p.merged_into
where p.id = $1
