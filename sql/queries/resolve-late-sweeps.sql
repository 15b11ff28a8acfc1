-- From which night on the marked tickets of the dirty days are known as a bulk entry: the one by which as many of it were known as the
-- rule of its mark asks for (resolve-sweep-marks). Tickets known before that night are kept in late_sweeps; there are few, as staff enter a batch at once.
-- Those of the dirty days must be gone before.
with marked as materialized (
  select t.source_id, t.ticket_no, t.day, t.topic_id, t.known_on, t.sweep,
         case when t.sweep in ('beside_bulk', 'one_point') then 'at ' || t.place_id else 'by ' || coalesce(t.channel, '') end as entry,
         case t.sweep when 'staff_channel' then 10 when 'backlog' then 50 else 20 end as needed
  from tickets t join dirty_days d using (day)
  where t.sweep is not null
),
entries as (
  select source_id, day, topic_id, entry, sweep, (array_agg(known_on order by known_on))[least(count(*), min(needed))] as sweep_on
  from marked
  group by 1, 2, 3, 4, 5
)
insert into late_sweeps (source_id, ticket_no, sweep_on)
select m.source_id, m.ticket_no, e.sweep_on
from marked m join entries e using (source_id, day, topic_id, entry, sweep)
where m.known_on < e.sweep_on
