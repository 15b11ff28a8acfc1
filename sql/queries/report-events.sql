-- Known events that the night knew of and that lie over an alert's series, in its 90 days; days as [from, until).
-- Params: $1 alert ids, $2 night.
select n.alert_id, e.from_on as from, e.until_on as until, e.note
from alert_nights n
join places p on p.id = n.place_id
join topics o on o.id = n.topic_id
join known_events e on e.place_id = any (p.rollup) and e.topic_id = any (o.rollup)
where n.alert_id = any ($1::text[]) and n.night = $2::date
  and e.known_on <= $2::date and e.from_on <= $2::date and e.until_on > $2::date - 89
order by n.alert_id, e.from_on, e.until_on, e.id
