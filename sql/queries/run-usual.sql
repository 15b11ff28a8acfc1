-- Median seconds of each step over the newest nights that succeeded; '' is the whole night. Params: $1 how many nights.
with newest as (select night from runs where status = 'succeeded' order by night desc limit $1),
steps as (select s.night, s.name, s.seconds from run_steps s join newest using (night) where s.seconds is not null),
each as (select name, seconds from steps union all select '', sum(seconds) from steps group by night)
select name, count(*)::int as nights, percentile_cont(0.5) within group (order by seconds) as median from each group by name
