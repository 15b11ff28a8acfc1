-- Tickets per source, local day, topic, channel and hour on the dirty days, for the groups of ten or more a day, into the
-- temporary table sweep_hours; day_n is the group's day. Exactly midnight is what a date without a time becomes: no hour.
create temporary table sweep_hours on commit drop as
with busy as materialized (
  select t.source_id, t.day, t.topic_id, coalesce(t.channel, '') as channel, count(*) as n
  from tickets t join dirty_days d using (day)
  group by 1, 2, 3, 4
  having count(*) >= 10
)
select b.source_id, b.day, b.topic_id, b.channel, date_trunc('hour', t.accepted_at at time zone s.time_zone) as hour, b.n as day_n, count(*) as n
from busy b
join tickets t on t.source_id = b.source_id and t.day = b.day and t.topic_id = b.topic_id and coalesce(t.channel, '') = b.channel
join sources s on s.id = b.source_id
where (t.accepted_at at time zone s.time_zone)::time <> '00:00'
group by 1, 2, 3, 4, 5, 6
