-- Applies sweep_marks to the tickets of the dirty days. Returns one row: tickets marked now, tickets no longer marked.
with wanted as materialized (
  select t.source_id, t.ticket_no, min(m.sweep) as sweep
  from sweep_marks m
  join sources s on s.id = m.source_id
  join tickets t on t.source_id = m.source_id and t.day = m.day and t.topic_id = m.topic_id and coalesce(t.channel, '') = m.channel
    and date_trunc('hour', t.accepted_at at time zone s.time_zone) = m.hour
    and (m.place_id is null or t.place_id = m.place_id)
  group by 1, 2
),
marked as (
  update tickets t set sweep = w.sweep from wanted w
  where t.source_id = w.source_id and t.ticket_no = w.ticket_no and t.sweep is distinct from w.sweep
  returning 1
),
cleared as (
  update tickets t set sweep = null from dirty_days d
  where t.day = d.day and t.sweep is not null
    and not exists (select 1 from wanted w where w.source_id = t.source_id and w.ticket_no = t.ticket_no)
  returning 1
)
select (select count(*) from marked)::int as marked, (select count(*) from cleared)::int as cleared
