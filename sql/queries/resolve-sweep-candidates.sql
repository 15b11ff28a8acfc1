-- Groups of sweep_hours with twenty or more in an hour, into the temporary table sweep_candidates: against the topic's
-- whole day, its second busiest hour, and the channel's usual share of the topic in the year before (null below 100 tickets).
create temporary table sweep_candidates on commit drop as
with candidates as materialized (
  select source_id, day, topic_id, channel, day_n as n, max(n) as max_hour from sweep_hours group by 1, 2, 3, 4, 5 having max(n) >= 20
),
days as materialized (
  select distinct source_id, day, topic_id from candidates
),
by_hour as (
  select t.source_id, t.day, t.topic_id, date_trunc('hour', t.accepted_at at time zone s.time_zone) as hour, count(*) as n
  from days c
  join tickets t on t.source_id = c.source_id and t.day = c.day and t.topic_id = c.topic_id
  join sources s on s.id = t.source_id
  group by 1, 2, 3, 4
),
topic_days as (
  select source_id, day, topic_id, sum(n) as n, coalesce((array_agg(n order by n desc))[2], 0) as second_hour from by_hour group by 1, 2, 3
),
-- One row a topic, day and channel instead of one a ticket: a year before hundreds of days is read once.
by_day as materialized (
  select t.source_id, t.topic_id, t.day, t.channel, count(*) as n, count(*) filter (where t.sweep is null) as kept
  from tickets t
  join (select distinct source_id, topic_id from candidates) as c using (source_id, topic_id)
  where t.channel is not null
  group by 1, 2, 3, 4
),
usual as (
  select c.source_id, c.day, c.topic_id, c.channel, sum(h.n) as n, coalesce(sum(h.kept) filter (where h.channel = c.channel), 0) as of_channel
  from candidates c
  join by_day h on h.source_id = c.source_id and h.topic_id = c.topic_id and h.day < c.day and h.day >= c.day - 365
  group by 1, 2, 3, 4
)
select c.*, t.n as topic_n, t.second_hour, case when u.n >= 100 then u.of_channel::float8 / u.n::float8 end as usual_share
from candidates c
join topic_days t using (source_id, day, topic_id)
left join usual u using (source_id, day, topic_id, channel)
