-- One row about the whole store. The zone and country are those of the source imported last. Plan: index ends, tiny tables.
select (select max(version) from schema_migrations) as schema,
       exists (select 1 from tickets) as has_tickets,
       (select min(day)::text from tickets) as first_day,
       (select max(day)::text from tickets) as last_day,
       (select count(*)::int from dirty_days) as uncounted_days,
       city.time_zone, city.country,
       run.night::text as last_night, run.status as last_status, run.finished_at as last_finished
from (values (1)) as one (row)
left join lateral (
  select s.time_zone, s.country from sources s
  left join import_batches b on b.source_id = s.id and b.status = 'done'
  order by b.finished_at desc nulls last, s.id limit 1) as city on true
left join lateral (select r.night, r.status, r.finished_at from runs r order by r.night desc limit 1) as run on true
