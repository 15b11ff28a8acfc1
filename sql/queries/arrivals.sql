-- The reporting triangle: tickets of each day by the number of days after which they became known, as of a night; sweeps are
-- left out. Of cities with at least one feed whose arrival times are recorded, from the day on which the last of these feeds
-- has no assumed ones any more; a feed that only ever has assumed arrival times is complete by definition and stays in.
-- Params: $1 night, $2 days, $3 largest lag, $4 cities (places of depth 0), $5 topics. Plan: tickets_day_idx and
-- ticket_versions_day_idx over $2 days, then the primary keys of daily_counts, a probe a day and city; 0.8 s at 780,000 tickets.
with states as (
  select source_id, day, recorded_assumed from tickets where day > $1::date - $2::int and day <= $1 and known_on <= $1
  union all
  select source_id, day, recorded_assumed from ticket_versions where day > $1::date - $2::int and day <= $1 and known_on <= $1
),
feeds as (
  select source_id, max(day) as last_day, max(day) filter (where recorded_assumed) as last_assumed from states group by 1
),
cities as materialized (
  select p.id, coalesce(max(f.last_assumed) + 1, $1::date - $2::int + 1) as from_day
  from feeds f join sources s on s.id = f.source_id join places p on p.name = s.city and p.depth = 0
  where p.id = any ($4::int[]) and (f.last_assumed is null or f.last_day > f.last_assumed)
  group by 1
)
select c.place_id as city, c.topic_id as topic, c.day - date '1970-01-01' as day, c.known_on - c.day as lag, c.tickets - c.sweeps as tickets
from daily_counts c join cities on cities.id = c.place_id
where c.day > $1::date - $2::int and c.day <= $1 and c.day >= cities.from_day and c.known_on <= $1 and c.known_on - c.day <= $3
  and c.place_id = any ($4::int[]) and c.topic_id = any ($5::int[])
  and c.tickets <> c.sweeps
