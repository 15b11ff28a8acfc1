-- Nights, latest first, with what became of each. Params: $1 how many, $2 only this night.
select r.night::text as night, r.status, r.attempt, r.started_at, r.finished_at, r.error,
       (select sum(s.seconds) from run_steps s where s.night = r.night) as seconds,
       (select count(*)::int from alert_events e where e.night = r.night and e.kind = 'opened') as opened,
       (select count(*)::int from alert_events e where e.night = r.night and e.kind = 'ended') as ended,
       (select count(*)::int from alert_nights a where a.night = r.night) as active
from runs r
where $2::date is null or r.night = $2::date
order by r.night desc
limit $1
