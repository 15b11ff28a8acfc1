-- Sources with their newest batches, from which their habit is read. Params: $1 batches a source.
select s.id, s.name, s.preset, s.city, s.country, s.time_zone as "timeZone",
       coalesce(b.batches, '[]') as batches,
       (select count(*)::int from import_batches x where x.source_id = s.id) as "batchesInAll",
       (select count(*)::int from import_batches x where x.source_id = s.id and x.status = 'failed' and x.started_at > now() - interval '7 days') as "failedThisWeek"
from sources s
left join lateral (
  select jsonb_agg(jsonb_build_object('id', id::text, 'status', status, 'at', coalesce(finished_at, started_at), 'lastDay', last_day, 'brought', new + changed) order by id desc) as batches
  from (select id, status, finished_at, started_at, last_day, new, changed from import_batches i where i.source_id = s.id order by id desc limit $1) n) b on true
order by s.name
