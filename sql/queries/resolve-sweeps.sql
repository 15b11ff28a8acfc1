-- Marks tickets entered in bulk by staff on the dirty days, by what was known on the day itself and in the year before.
-- staff_channel: a channel the source declares as staff's, ten or more of a topic in an hour.
-- burst: a channel that seldom carries the topic suddenly carries most of it, twenty or more in an hour: its whole day.
-- one_hour: a rarely used channel files twenty or more of a topic in one hour and hardly any before or after: that hour.
-- backlog: fifty or more of a topic in one hour, four fifths of the topic's day, five times any other hour: that hour.
-- one_point: twenty or more in an hour of one topic at one place, from at most one known caller: that hour there.
-- Returns one row: tickets marked now, tickets no longer marked.
with hours as materialized (
  select t.source_id, t.day, t.topic_id, coalesce(t.channel, '') as channel,
         date_trunc('hour', t.accepted_at at time zone s.time_zone) as hour, count(*) as n
  from tickets t
  join dirty_days d using (day)
  join sources s on s.id = t.source_id
  group by 1, 2, 3, 4, 5
),
topic_days as (
  select source_id, day, topic_id, sum(n) as n,
         coalesce((array_agg(n order by n desc))[2], 0) as second_hour
  from (select source_id, day, topic_id, hour, sum(n) as n from hours group by 1, 2, 3, 4) as by_hour
  group by 1, 2, 3
),
channel_days as (
  select source_id, day, topic_id, channel, sum(n) as n, max(n) as max_hour
  from hours group by 1, 2, 3, 4
),
candidates as materialized (
  select c.*, t.n as topic_n, t.second_hour
  from channel_days c join topic_days t using (source_id, day, topic_id)
  where c.max_hour >= 20
),
usual as (
  select c.source_id, c.day, c.topic_id, c.channel,
         count(*) as n, count(*) filter (where coalesce(h.channel, '') = c.channel and h.sweep is null) as of_channel
  from candidates c
  join tickets h on h.source_id = c.source_id and h.topic_id = c.topic_id and h.day < c.day and h.day >= c.day - 365
    and h.channel is not null
  group by 1, 2, 3, 4
),
judged as (
  select c.*, coalesce(u.n, 0) as usual_n,
         case when u.n >= 100 then u.of_channel::float8 / u.n end as usual_share
  from candidates c left join usual u using (source_id, day, topic_id, channel)
),
marks as (
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
),
points as (
  select t.source_id, t.day, t.topic_id, coalesce(t.channel, '') as channel,
         date_trunc('hour', t.accepted_at at time zone s.time_zone) as hour, t.place_id, 'one_point' as sweep
  from tickets t
  join dirty_days d using (day)
  join sources s on s.id = t.source_id
  join places p on p.id = t.place_id and p.depth >= 2
  group by 1, 2, 3, 4, 5, 6
  having count(*) >= 20 and count(t.caller_key) > 0 and count(distinct t.caller_key) <= 1
),
all_marks as (
  select * from marks where sweep is not null union all select * from points
),
wanted as (
  select t.source_id, t.ticket_no, min(m.sweep) as sweep
  from all_marks m
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
