-- Alerts that had ended by night $1, as they stood on their last night, with the end of each; $2 quiet nights to an end. Order: end, alert.
select a.id as "alertId", n.place_id as "placeId", a.family_id as "familyId", n.level, e.first - date '1970-01-01' as first, e.last + $2::int + 1 - date '1970-01-01' as ended
from (select alert_id, min(night) as first, max(night) as last from alert_nights where night <= $1 group by 1) as e
join alerts a on a.id = e.alert_id
join alert_nights n on n.alert_id = e.alert_id and n.night = e.last
where e.last + $2::int + 1 <= $1::date and a.kind <> 'seasonal'
order by 6, 1
