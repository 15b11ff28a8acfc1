-- The night itself: the city's names, its zone and the program that ran. One row, also for a night without a run.
-- Params: $1 night.
select coalesce((select string_agg(name, '、' order by path) from places where depth = 0), '') as city,
       (select time_zone from sources order by id limit 1) as time_zone,
       (select code_version from runs where night = $1::date) as code_version,
       (select status from runs where night = $1::date) as status
