-- Each source's last 90 days until the night: freshness, days without a single row, sweeps, tickets placed no closer than the city.
-- Params: $1 night.
with window_days as (
  select s.id, s.name, first.day as first_day, last.day as last_day
  from sources s
  left join lateral (select min(day) as day from tickets where source_id = s.id and known_on <= $1::date) first on true
  left join lateral (select max(day) as day from tickets where source_id = s.id and known_on <= $1::date and day <= $1::date) last on true
), recent as (
  select t.source_id, t.day, count(*) as tickets, count(*) filter (where t.sweep is not null) as sweeps,
         count(*) filter (where p.depth = 0) as unlocated, count(*) filter (where t.recorded_assumed) as assumed
  from tickets t
  join places p on p.id = t.place_id
  where t.day > $1::date - 90 and t.day <= $1::date and t.known_on <= $1::date
  group by t.source_id, t.day
)
select w.name, w.first_day, w.last_day,
       coalesce(sum(r.tickets), 0)::int as tickets,
       coalesce(sum(r.sweeps), 0)::int as sweeps,
       coalesce(sum(r.unlocated), 0)::int as unlocated,
       coalesce(sum(r.assumed), 0)::int as assumed,
       array(select d::date::text from generate_series(greatest(w.first_day, $1::date - 89), $1::date, interval '1 day') d
             where not exists (select from recent x where x.source_id = w.id and x.day = d::date) order by d) as gaps
from window_days w
left join recent r on r.source_id = w.id
group by w.id, w.name, w.first_day, w.last_day
order by w.name
