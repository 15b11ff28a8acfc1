-- What came of the alerts of each rule: outcomes.sql, counted as labelOf does (pipelines/learn/record.ts). Known events say nothing.
-- Params: $1 from this night, $2 reviews up to this night, $3 verdicts known by this night, $4 age of the final review.
with verdicts as materialized (
  select * from words_on_alerts($3::date)
), labels as (
  select i.rule, v.verdict is not null as judged,
         case when v.verdict is not null then case v.verdict when 'true' then 1 when 'partly' then 0.5 when 'false' then 0 end when r.outcome is not null then case when r.outcome = 'surged' then 1 else 0 end end as good
  from rank_items i
  left join reviews r on r.alert_id = i.alert_id and r.fresh_night = i.night and r.age_days = $4 and r.night <= $2
  left join verdicts v on v.alert_id = i.alert_id
  where i.night >= $1 and i.night <= $3
)
select rule, count(*)::int as of, sum(good)::float8 as good, count(*) filter (where judged)::int as judged from labels where good is not null group by 1 order by 1
