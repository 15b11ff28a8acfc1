-- What the nights [$1, $2) of a replay did, from its own night tables. One row.
-- byLevel: alerts by the highest level they had on these nights; newByLevel: alerts opened on them, by the level they were opened with.
with highest as (
  select alert_id, min(array_position(array['red', 'orange', 'yellow', 'blue'], level)) as rank
  from alert_nights where night >= $1::date and night < $2::date group by 1
)
select (select count(*)::int from runs where night >= $1::date and night < $2::date and status = 'succeeded') as nights,
       (select count(*)::int from alert_events where kind = 'opened' and night >= $1::date and night < $2::date) as new,
       (select count(*)::int from alert_events where kind in ('continued', 'raised', 'lowered') and night >= $1::date and night < $2::date) as continued,
       (select count(*)::int from alert_events where kind = 'ended' and night >= $1::date and night < $2::date) as ended,
       (select coalesce(jsonb_object_agg(level, n), '{}') from (
          select (array['red', 'orange', 'yellow', 'blue'])[rank] as level, count(*) as n from highest group by rank) as x) as "byLevel",
       (select coalesce(jsonb_object_agg(after, n), '{}') from (
          select after, count(*) as n from alert_events where kind = 'opened' and night >= $1::date and night < $2::date group by after) as x) as "newByLevel",
       (select count(*)::int from notices where night >= $1::date and night < $2::date) as notices
