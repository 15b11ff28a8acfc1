-- Places by a part of their name or of a spelling, or by code, with their spellings. Params: $1 word, $2 limit.
select p.id, p.kind, p.name, p.path, p.households, p.lng, p.lat, array(select a.name from place_aliases a where a.place_id = p.id order by 1) as aliases
from places p
where p.code = $1 or position(place_normal($1) in place_normal(p.name)) > 0 or p.id in (select a.place_id from place_aliases a where position(place_normal($1) in place_normal(a.name)) > 0)
order by p.registered desc, p.path limit $2::int
