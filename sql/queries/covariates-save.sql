-- Adds values of table $1: variables $2, places $3, days $4, nights from which they are known $5 (null: see below), values $6; $7 is today.
-- Where the file names no night, a value that is new is known on its own day, and one that differs from what is there from today on.
with given as (
  select * from unnest($2::text[], $3::int[], $4::date[], $5::date[], $6::float8[]) as g (variable, place_id, day, known_on, value)
),
compared as (
  select g.*, c.known_on as at, c.value as before
  from given g
  left join lateral (
    select c.known_on, c.value from covariates c
    where c.name = $1 and c.variable = g.variable and c.place_id = g.place_id and c.day = g.day
      and (c.known_on = g.known_on or (g.known_on is null and c.known_on >= g.day))
    order by c.known_on desc limit 1
  ) c on true
),
written as (
  insert into covariates (name, variable, place_id, day, known_on, value)
  select $1, variable, place_id, day, coalesce(known_on, case when at is null then day else greatest(day, at, $7::date) end), value
  from compared where before is distinct from value
  on conflict (name, variable, place_id, day, known_on) do update set value = excluded.value
)
select count(*) filter (where at is null)::int as new, count(*) filter (where before <> value)::int as changed,
       count(*) filter (where before = value)::int as unchanged
from compared
