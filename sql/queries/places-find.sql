-- Places by a part of their name or of a spelling, or by code. Params: $1 word or null, $2 kind or null, $3 limit. Most tickets of the place itself first.
with chosen as (
  select p.* from places p
  where ($2::text is null or p.kind = $2) and ($1::text is null or p.code = $1 or position(place_normal($1) in place_normal(p.name)) > 0
    or exists (select from place_aliases a where a.place_id = p.id and position(place_normal($1) in place_normal(a.name)) > 0))
)
select p.id, p.kind, p.name, p.path, p.code, p.households, p.lng, p.lat, p.developer, p.registered, m.path as "mergedInto",
  array(select a.name from place_aliases a where a.place_id = p.id order by 1) as aliases,
  (select count(*)::int from tickets t join places s on s.id = t.place_id where p.id = any (s.rollup)) as tickets
from chosen p left join places m on m.id = p.merged_into
order by p.registered desc, p.path limit $3::int
