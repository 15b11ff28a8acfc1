-- Places with coordinates, for the shape of the city on the map.
select id, depth, name, lng, lat from places where lng is not null and lat is not null order by id
