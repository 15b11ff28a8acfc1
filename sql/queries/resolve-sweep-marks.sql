-- The bulk entries of staff on the dirty days, into the temporary table sweep_marks: which tickets (source, day, topic,
-- channel, hour, and place where not null) and by which rule. Judged by the day itself and the year before it:
-- staff_channel: a channel the source declares as staff's, ten or more of a topic in an hour.
-- burst: a channel that seldom carries the topic suddenly carries most of it, twenty or more in an hour: its whole day.
-- one_hour: a rarely used channel files twenty or more of a topic in one hour and hardly any before or after: that hour.
-- backlog: fifty or more of a topic in one hour, four fifths of the topic's day, five times any other hour: that hour.
-- one_point: twenty or more in an hour of one topic at one place, from at most one known caller: that hour there.
create temporary table sweep_marks on commit drop as
with points as (
  select h.source_id, h.day, h.topic_id, h.channel, h.hour, t.place_id
  from sweep_hours h
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
           when c.usual_share <= 0.45 and c.n >= 0.6 * c.topic_n then 'burst'
           when c.usual_share <= 0.2 and h.n >= 20 and h.n >= 0.8 * c.n then 'one_hour'
           when h.n >= 50 and h.n >= 0.8 * c.topic_n and h.n >= 5 * c.second_hour then 'backlog'
         end as sweep
  from sweep_hours h
  join sources s on s.id = h.source_id
  left join sweep_candidates c using (source_id, day, topic_id, channel)
) as marks
where sweep is not null
union all
select *, 'one_point' from points
