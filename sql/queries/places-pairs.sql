-- Of each pair of places: callers with tickets at both, and tickets of either whose text names the other, too. Params: $1 ids, $2 ids.
with pairs as (select * from unnest($1::int[], $2::int[]) as p (a, b)),
wanted as (select a as id from pairs union select b from pairs),
callers as materialized (select distinct place_id, caller_key from tickets where place_id in (select id from wanted) and caller_key is not null),
shared as (
  select p.a, p.b, count(*)::int as n from pairs p join callers x on x.place_id = p.a join callers y on y.place_id = p.b and y.caller_key = x.caller_key group by 1, 2
),
-- Where one name holds the other, it must stand there beside it.
named as (
  select p.a, p.b, count(*)::int as n
  from pairs p join places x on x.id = p.a join places y on y.id = p.b
    join tickets t on t.place_id in (p.a, p.b)
    cross join lateral (select coalesce(t.title, '') || ' ' || coalesce(t.content, '') as text) as w
  where case when position(x.name in w.text) > 0 and position(y.name in w.text) > 0
    then position(x.name in replace(w.text, y.name, '')) > 0 and position(y.name in replace(w.text, x.name, '')) > 0 else false end
  group by 1, 2
)
select p.a, p.b, coalesce(s.n, 0) as callers, coalesce(n.n, 0) as together
from pairs p left join shared s using (a, b) left join named n using (a, b)
