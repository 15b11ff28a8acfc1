-- Params: $1 name.
select id, name, preset, city, country, time_zone as "timeZone" from sources where name = $1
