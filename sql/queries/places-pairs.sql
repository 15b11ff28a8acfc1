-- Of each pair of places: callers with tickets at both, and tickets of either whose text names the other, too. Params: $1 ids, $2 ids.
with pairs as (select * from unnest($1::int[], $2::int[]) as p (a, b)),
heard as (
  select t.place_id, t.caller_key, coalesce(t.title, '') || ' ' || coalesce(t.content, '') as text from tickets t
  where t.place_id in (select a from pairs union select b from pairs)
)
select p.a, p.b,
  (select count(*)::int from (select caller_key from heard where place_id = p.a and caller_key is not null intersect select caller_key from heard where place_id = p.b) as c) as callers,
  (select count(*)::int from heard h where h.place_id in (p.a, p.b) and position(x.name in replace(h.text, y.name, '')) > 0 and position(y.name in replace(h.text, x.name, '')) > 0) as together
from pairs p join places x on x.id = p.a join places y on y.id = p.b
