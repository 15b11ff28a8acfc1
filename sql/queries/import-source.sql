-- The source of a name, made where it is missing.
-- Params: $1 name, $2 preset, $3 city, $4 country, $5 IANA zone, $6 datum, $7 staff channels, $8 profile.
insert into sources (name, preset, city, country, time_zone, datum, staff_channels, profile)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (name) do update set name = excluded.name
returning id, name, preset, city, country, time_zone as "timeZone"
