-- Derives the current columns of every alert from its nights. Params: $1 newest night run, $2 quiet nights to an end.
with ends as (
  select n.alert_id, min(n.night) as first_night, max(n.night) as last_night
  from alert_nights n group by 1
),
latest as (
  select e.*, n.level, n.place_id, n.topic_id, $1::date - e.last_night > $2::int as ended
  from ends e join alert_nights n on n.alert_id = e.alert_id and n.night = e.last_night
)
update alerts a
set level = l.level, place_id = l.place_id, topic_id = l.topic_id, first_night = l.first_night, last_night = l.last_night,
    status = case when l.ended then 'ended' else 'open' end,
    ended_on = case when l.ended then l.last_night + $2::int + 1 end
from latest l
where a.id = l.alert_id
  and (a.level, a.place_id, a.topic_id, a.first_night, a.last_night, a.status)
      is distinct from (l.level, l.place_id, l.topic_id, l.first_night, l.last_night, case when l.ended then 'ended' else 'open' end)
