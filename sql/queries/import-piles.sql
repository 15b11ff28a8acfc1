-- Exact counts of points that may hold too many of the staged tickets. Params: $1 longitudes, $2 latitudes, $3 least count.
select s.lng, s.lat, count(*)::int as tickets
from import_stage s
where s.fault is null and exists (
  select from unnest($1::float8[], $2::float8[]) c (x, y)
  where s.lng between c.x - 1e-6 and c.x + 1e-6 and s.lat between c.y - 1e-6 and c.y + 1e-6)
group by s.lng, s.lat
having count(*) > $3::float8
order by tickets desc, s.lng, s.lat
limit 5
