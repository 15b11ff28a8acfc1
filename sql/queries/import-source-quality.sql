-- What the tickets of one source look like as a whole, as they stand now. Params: $1 source.
with kept as materialized (
  select t.day, t.channel, t.lng, t.lat, t.recorded_assumed, t.closed_at < t.accepted_at as backwards, p.kind, tp.name = '未分类' and tp.depth = 1 as unknown
  from tickets t join places p on p.id = t.place_id join topics tp on tp.id = t.topic_id
  where t.source_id = $1
),
total as (
  select count(*)::int as kept, min(day) as first, max(day) as last, count(lng)::int as points, count(distinct day)::int as days,
    count(*) filter (where backwards)::int as backwards, count(*) filter (where recorded_assumed)::int as assumed,
    count(*) filter (where unknown)::int as unknown
  from kept
),
ledger as (
  select coalesce(sum(duplicate), 0)::int as duplicate, coalesce(sum(duplicate_differing), 0)::int as differing
  from import_batches where source_id = $1 and status = 'done'
)
select kept, first as "firstDay", last as "lastDay", points, backwards, assumed, unknown, coalesce(last - first + 1 - days, 0) as "emptyDays",
  duplicate, differing,
  (select coalesce(jsonb_object_agg(kind, n), '{}') from (select kind, count(*)::int as n from kept group by kind) k) as located,
  (select coalesce(jsonb_object_agg(reason, n), '{}') from (
    select r.reason, count(*)::int as n from import_rejects r join import_batches b on b.id = r.batch_id where b.source_id = $1 group by r.reason) r) as rejected,
  (select coalesce(jsonb_agg(d order by d), '[]') from (
    select d::date::text as d from generate_series(first, last, interval '1 day') d
    where not exists (select from kept where kept.day = d::date) order by d limit 20) g) as "emptyDaysFirst",
  (select coalesce(jsonb_agg(jsonb_build_object('lng', lng, 'lat', lat, 'tickets', n) order by n desc), '[]') from (
    select lng, lat, count(*)::int as n from kept where lng is not null group by lng, lat
    having count(*) > greatest(20, 0.05 * (select points from total)) order by n desc limit 5) p) as piles
from total, ledger
