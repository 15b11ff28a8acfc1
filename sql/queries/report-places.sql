-- Points that show the city's shape: places with a centroid, and the mean of a year's tickets for those without.
-- Params: $1 night.
select id, depth, name, lng, lat from places where lng is not null and lat is not null
union all
select p.id, p.depth, p.name, avg(t.lng), avg(t.lat)
from places p
join tickets t on t.place_id = p.id
where p.lng is null and p.depth > 0 and t.lng is not null and t.lat is not null
  and t.day > $1::date - 365 and t.day <= $1::date and t.known_on <= $1::date
group by p.id
order by id
