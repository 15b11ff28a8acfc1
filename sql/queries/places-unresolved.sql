-- How precisely the tickets of each source are placed: at the city only (unresolved), at a district, below it.
select s.name as source, count(*)::int as tickets, count(*) filter (where p.depth = 0)::int as unresolved, count(*) filter (where p.depth = 0)::int as city,
  count(*) filter (where p.kind = 'district')::int as district, count(*) filter (where p.depth > 0 and p.kind <> 'district')::int as below
from tickets t join sources s on s.id = t.source_id join places p on p.id = t.place_id
group by 1 order by 1
