-- Applies sweep_marks to the tickets of the dirty days. Where twenty or more of a topic at one place are marked and make up
-- four fifths of that place's day, the rest of it was entered beside them (beside_bulk): the same crew, another channel.
-- Returns one row: tickets marked now, tickets no longer marked.
with listed as materialized (
  select t.source_id, t.ticket_no, t.day, t.topic_id, t.place_id, min(m.sweep) as sweep
  from sweep_marks m
  join sources s on s.id = m.source_id
  join tickets t on t.source_id = m.source_id and t.day = m.day and t.topic_id = m.topic_id and coalesce(t.channel, '') = m.channel
    and date_trunc('hour', t.accepted_at at time zone s.time_zone) = m.hour
    and (m.place_id is null or t.place_id = m.place_id)
  group by 1, 2, 3, 4, 5
),
crowded as materialized (
  select l.source_id, l.day, l.topic_id, l.place_id, count(*) as n
  from listed l join places p on p.id = l.place_id and p.depth >= 2
  group by 1, 2, 3, 4
  having count(*) >= 20
),
full_days as materialized (
  select c.source_id, c.day, c.topic_id, c.place_id
  from crowded c join tickets t using (source_id, day, topic_id, place_id)
  group by 1, 2, 3, 4, c.n
  having c.n >= 0.8 * count(*)
),
wanted as materialized (
  select source_id, ticket_no, sweep from listed
  union all
  select t.source_id, t.ticket_no, 'beside_bulk'
  from full_days f join tickets t using (source_id, day, topic_id, place_id)
  where not exists (select 1 from listed l where l.source_id = t.source_id and l.ticket_no = t.ticket_no)
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
