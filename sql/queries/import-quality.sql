-- What the staged tickets look like as a whole; local time is the source's, by the session's timezone.
-- Params: $1 true where the topic of that number is unknown, $2 kind by place number, $3 staff channels,
-- $4 'auto' | 'accepted' | 'arrival', $5 now.
with kept as materialized (
  select accepted_at::date as day, date_trunc('hour', accepted_at) as hour, channel, place_no, topic_no, lng, lat,
    closed_at < accepted_at as backwards,
    recorded_at is null and not ($4 = 'arrival' or ($4 = 'auto' and accepted_at > $5::timestamptz - interval '3 days')) as assumed
  from import_stage where fault is null
),
days as (select day, count(*)::int as n from kept group by day),
total as (select count(*)::int as n, min(day) as first, max(day) as last, count(lng)::int as points,
    count(*) filter (where backwards)::int as backwards, count(*) filter (where assumed)::int as assumed from kept),
kinds as (select ($2::text[])[place_no + 1] as kind, count(*)::int as n from kept group by place_no),
piles as (
  select lng, lat, count(*)::int as n from kept where lng is not null group by lng, lat
  having count(*) > greatest(20, 0.05 * (select points from total)) order by n desc limit 5
),
hours as (
  select hour, channel, topic_no, count(*)::int as n from kept group by hour, channel, topic_no having count(*) >= 20
),
bulk as (
  select hour, channel, topic_no, n, coalesce(channel = any ($3::text[]), false) as staff from hours
  order by coalesce(channel = any ($3::text[]), false) desc, n desc, hour limit 10
),
gaps as (
  select d::date as day from total, generate_series(first, last, interval '1 day') d
  where not exists (select from days where days.day = d::date)
)
select n as kept, first as first_day, last as last_day, points, backwards as closed_before_accepted, assumed as recorded_assumed,
  (select coalesce(jsonb_object_agg(kind, n), '{}') from (select kind, sum(n)::int as n from kinds group by kind) k) as located,
  (select count(*)::int from kept where ($1::boolean[])[topic_no + 1]) as unknown_topic,
  (select count(*)::int from gaps) as empty_days,
  (select coalesce(jsonb_agg(day order by day), '[]') from (select day from gaps order by day limit 20) g) as empty_days_first,
  (select coalesce(jsonb_agg(jsonb_build_object('lng', lng, 'lat', lat, 'tickets', n)), '[]') from piles) as piles,
  (select coalesce(jsonb_agg(jsonb_build_object('hour', to_char(hour, 'YYYY-MM-DD HH24:00'), 'channel', channel, 'topic', topic_no, 'tickets', n, 'staff', staff)), '[]') from bulk) as bulk
from total
