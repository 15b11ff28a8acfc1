-- What an operator watches, in one row: nights owed, the last one that was run, notices, open alerts. Plan: small tables and partial indexes.
select
  (select count(*)::int from due_runs where pipeline = 'nightly' and finished_at is null) as nights_due,
  (select extract(epoch from clock_timestamp() - min(planned_at))::float8 from due_runs where pipeline = 'nightly' and finished_at is null) as oldest_due_seconds,
  (select logical_date::text from due_runs where pipeline = 'nightly' and finished_at is null and error is not null order by logical_date limit 1) as failed_night,
  (select max(night)::text from runs where status = 'succeeded') as last_night,
  (select extract(epoch from max(finished_at))::float8 from runs where status = 'succeeded') as last_success,
  coalesce((select jsonb_object_agg(name, seconds) from run_steps where seconds is not null and night = (select max(night) from runs where status = 'succeeded')), '{}') as step_seconds,
  coalesce((select jsonb_object_agg(status, n) from (select status, count(*) as n from notices group by 1) as x), '{}') as notices,
  coalesce((select jsonb_object_agg(level, n) from (select level, count(*) as n from alerts where status = 'open' group by 1) as x), '{}') as open_alerts
