-- The newest night that succeeded, and the nights at work or failed after it.
-- $1 the newest night of interest.
select (select max(night)::text from runs where status = 'succeeded' and night <= $1::date) as succeeded,
       coalesce((
         select jsonb_agg(jsonb_build_object('night', night, 'attempt', attempt, 'finishedAt', extract(epoch from finished_at) * 1000) order by night)
         from runs
         where status = 'failed' and night <= $1::date
           and night > coalesce((select max(night) from runs where status = 'succeeded' and night <= $1::date), '-infinity')
       ), '[]') as failed
