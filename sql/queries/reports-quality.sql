-- What came of each source in the period: tickets, what could not be placed or classified, how late rows came, days without a single row, and
-- the ledger of its files that touch the period and reach no further than the night. Arrival is counted where it is known.
-- Params: $1 night, [$2, $3) the period.
with rows as materialized (
  select t.source_id, t.day, t.recorded_assumed, t.sweep, t.is_repeat, t.caller_key, p.depth, tp.depth = 1 and tp.name = '未分类' as unknown,
         extract(epoch from t.recorded_at - t.accepted_at) / 3600 as hours
  from tickets t join places p on p.id = t.place_id join topics tp on tp.id = t.topic_id
  where t.day >= $2::date and t.day < $3::date and t.known_on <= $1::date
), ledger as (
  select source_id, sum(read)::int as read, sum(rejected)::int as rejected, sum(duplicate)::int as duplicate, sum(duplicate_differing)::int as differing
  from import_batches
  where status = 'done' and last_day <= $1::date and last_day >= $2::date and first_day < $3::date
  group by 1
), reasons as (
  select b.source_id, jsonb_object_agg(b.reason, b.n order by b.reason) as reasons
  from (
    select b.source_id, r.reason, count(*)::int as n
    from import_batches b join import_rejects r on r.batch_id = b.id
    where b.status = 'done' and b.last_day <= $1::date and b.last_day >= $2::date and b.first_day < $3::date
    group by 1, 2
  ) as b group by 1
)
select s.name as source, count(r.source_id)::int as tickets,
       count(*) filter (where r.depth = 0)::int as unplaced,
       count(*) filter (where r.unknown)::int as unclassified,
       count(*) filter (where r.source_id is not null and r.caller_key is null)::int as "withoutCaller",
       count(*) filter (where r.sweep is not null)::int as sweeps,
       count(*) filter (where r.is_repeat)::int as repeats,
       count(*) filter (where not r.recorded_assumed)::int as arrived,
       count(*) filter (where not r.recorded_assumed and r.hours > 48)::int as late,
       (percentile_cont(0.5) within group (order by r.hours) filter (where not r.recorded_assumed))::float8 as "medianHours",
       (select count(*)::int from generate_series($2::date, $3::date - 1, interval '1 day') d
        where not exists (select from rows x where x.source_id = s.id and x.day = d::date)) as "emptyDays",
       coalesce(max(l.read), 0)::int as read, coalesce(max(l.rejected), 0)::int as rejected, coalesce(max(l.duplicate), 0)::int as duplicate,
       coalesce(max(l.differing), 0)::int as differing,
       coalesce((select reasons from reasons where source_id = s.id), '{}') as reasons
from sources s left join rows r on r.source_id = s.id left join ledger l on l.source_id = s.id
group by s.id, s.name
order by s.name
