-- Nights, latest first, with what became of each. Params: $1 how many, $2 only this night, $3 only those before this night, $4 only with this status.
select r.night::text as night, r.status, r.attempt, r.started_at, r.finished_at, r.error,
       (select sum(s.seconds) from run_steps s where s.night = r.night) as seconds,
       -- As the night's own ledger has them: whoever may read runs need not see alerts.
       coalesce((a.detail ->> 'new')::int, 0) as opened,
       coalesce((a.detail ->> 'ended')::int, 0) as ended,
       coalesce((a.detail ->> 'new')::int + (a.detail ->> 'continued')::int, 0) as active
from runs r
left join run_steps a on a.night = r.night and a.name = 'alert'
where ($2::date is null or r.night = $2::date) and ($3::date is null or r.night < $3::date) and ($4::text is null or r.status = $4)
order by r.night desc
limit $1
