-- Places by a part of their name or of a spelling, or by code. Params: $1 word or null, $2 kind or null, $3 limit. Declared ones first, then by path.
with chosen as (
  select p.* from places p
  where ($2::text is null or p.kind = $2) and ($1::text is null or p.code = $1 or position(place_normal($1) in place_normal(p.name)) > 0
    or p.id in (select a.place_id from place_aliases a where position(place_normal($1) in place_normal(a.name)) > 0))
  order by p.registered desc, p.path limit $3::int
),
-- Tickets are counted once, not once a place.
heard as (
  select c.id, sum(h.n)::int as tickets from (select place_id, count(*)::int as n from tickets group by 1) as h
  join places s on s.id = h.place_id cross join lateral unnest(s.rollup) as r (id) join chosen c on c.id = r.id group by 1
)
select p.id, p.kind, p.name, p.path, p.code, p.households, p.lng, p.lat, p.developer, p.registered, m.path as "mergedInto",
  array(select a.name from place_aliases a where a.place_id = p.id order by 1) as aliases, coalesce(h.tickets, 0) as tickets
from chosen p left join places m on m.id = p.merged_into left join heard h on h.id = p.id
order by p.registered desc, p.path
