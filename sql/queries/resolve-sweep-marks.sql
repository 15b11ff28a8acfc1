-- The bulk entries of staff on the dirty days, into the temporary table sweep_marks: which tickets (source, day, topic,
-- channel, hour, and place where not null) and by which rule. Judged by the day itself and the year before it:
-- staff_channel: a channel the source declares as staff's, ten or more of a topic in an hour.
-- burst: a channel that seldom carries the topic suddenly carries most of it, twenty or more in an hour: its whole day.
-- one_hour: a rarely used channel files twenty or more of a topic in one hour and hardly any before or after: that hour.
-- backlog: fifty or more of a topic in one hour, four fifths of the topic's day, five times any other hour: that hour.
-- one_point: twenty or more in an hour of one topic at one place, from at most one known caller: that hour there.
create temporary table sweep_marks on commit drop as
with day_groups as materialized (
  select t.source_id, t.day, t.topic_id, coalesce(t.channel, '') as channel, count(*) as n
  from tickets t join dirty_days d using (day)
  group by 1, 2, 3, 4
),
busy as materialized (
  select * from day_groups where n >= 10
),
hours as materialized (
  select b.source_id, b.day, b.topic_id, b.channel, date_trunc('hour', t.accepted_at at time zone s.time_zone) as hour,
         b.n as day_n, count(*) as n
  from busy b
  join tickets t on t.source_id = b.source_id and t.day = b.day and t.topic_id = b.topic_id and coalesce(t.channel, '') = b.channel
  join sources s on s.id = b.source_id
  group by 1, 2, 3, 4, 5, 6
),
candidates as materialized (
  select source_id, day, topic_id, channel, day_n as n, max(n) as max_hour from hours group by 1, 2, 3, 4, 5 having max(n) >= 20
),
topic_days as (
  select c.source_id, c.day, c.topic_id, coalesce((array_agg(x.n order by x.n desc))[2], 0) as second_hour, sum(x.n) as n
  from (select distinct source_id, day, topic_id from candidates) c
  cross join lateral (
    select count(*) as n
    from tickets t join sources s on s.id = t.source_id
    where t.source_id = c.source_id and t.day = c.day and t.topic_id = c.topic_id
    group by date_trunc('hour', t.accepted_at at time zone s.time_zone)
  ) as x
  group by 1, 2, 3
),
usual as (
  select c.source_id, c.day, c.topic_id, c.channel,
         count(*) as n, count(*) filter (where h.channel = c.channel and h.sweep is null) as of_channel
  from candidates c
  join tickets h on h.source_id = c.source_id and h.topic_id = c.topic_id and h.day < c.day and h.day >= c.day - 365 and h.channel is not null
  group by 1, 2, 3, 4
),
judged as (
  select c.*, t.n as topic_n, t.second_hour, case when u.n >= 100 then u.of_channel::float8 / u.n end as usual_share
  from candidates c
  join topic_days t using (source_id, day, topic_id)
  left join usual u using (source_id, day, topic_id, channel)
),
points as (
  select h.source_id, h.day, h.topic_id, h.channel, h.hour, t.place_id
  from hours h
  join sources s on s.id = h.source_id
  join tickets t on t.source_id = h.source_id and t.day = h.day and t.topic_id = h.topic_id and coalesce(t.channel, '') = h.channel
    and date_trunc('hour', t.accepted_at at time zone s.time_zone) = h.hour
  join places p on p.id = t.place_id and p.depth >= 2
  where h.n >= 20
  group by 1, 2, 3, 4, 5, 6
  having count(*) >= 20 and count(t.caller_key) > 0 and count(distinct t.caller_key) <= 1
)
select * from (
  select h.source_id, h.day, h.topic_id, h.channel, h.hour, null::int as place_id,
         case
           when h.channel = any (s.staff_channels) and h.n >= 10 then 'staff_channel'
           when j.usual_share <= 0.45 and j.n >= 0.6 * j.topic_n then 'burst'
           when j.usual_share <= 0.2 and h.n >= 20 and h.n >= 0.8 * j.n then 'one_hour'
           when h.n >= 50 and h.n >= 0.8 * j.topic_n and h.n >= 5 * j.second_hour then 'backlog'
         end as sweep
  from hours h
  join sources s on s.id = h.source_id
  left join judged j using (source_id, day, topic_id, channel)
) as marks
where sweep is not null
union all
select *, 'one_point' from points
