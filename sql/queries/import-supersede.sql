-- Keeps the stored state of each ticket that the staged row changes as a version, and the days it stood on as dirty.
-- Params: $1 source, $2 batch, $3 now, $4 hours of the cut-off, $5 true: a later row of the same file, whose time is that row's.
with old as (
  insert into ticket_versions
  select t.*, r.at, greatest(t.known_on, s.day, (r.at - make_interval(hours => $4))::date), $2,
    1 + coalesce((select max(v.version) from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no), 0)
  from import_stage s
  join import_known k on k.line = s.line and not k.same
  join tickets t on t.source_id = $1 and t.ticket_no = s.ticket_no
  cross join lateral (
    select case when s.recorded_at > t.recorded_at then s.recorded_at when $5 then greatest(t.recorded_at, s.accepted_at) else greatest(t.recorded_at, $3::timestamptz) end as at
  ) r
  returning ticket_versions.day
)
insert into dirty_days select distinct day from old on conflict do nothing
