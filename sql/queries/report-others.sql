-- Alerts that have no row on the night: those that ended on it, and those still watched without a new signal.
-- Params: $1 night.
select a.id, string_to_array(p.path, '›') as place, string_to_array(nullif(tp.path, ''), '›') as topic, last.level,
       last.night as last_signal, a.ended_on is not null and a.ended_on <= $1::date as ended
from alerts a
join lateral (select n.night, n.level, n.place_id, n.topic_id from alert_nights n
              where n.alert_id = a.id and n.night <= $1::date order by n.night desc limit 1) last on true
join places p on p.id = last.place_id
join topics tp on tp.id = last.topic_id
where last.night < $1::date and a.kind <> 'seasonal'
  and (a.ended_on is null or a.ended_on >= $1::date
       or exists (select from alert_events e where e.alert_id = a.id and e.night = $1::date and e.kind = 'ended'))
order by last.night desc, a.id
