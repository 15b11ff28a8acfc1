-- Known events, oldest first. Params: $1 night, whose events are those known by then and begun by then; null for all.
select id, place_id as "placeId", topic_id as "topicId", from_on - date '1970-01-01' as from, until_on - date '1970-01-01' as until,
       known_on - date '1970-01-01' as "knownOn", note, alert_id as "alertId"
from known_events
where $1::date is null or (known_on <= $1 and from_on <= $1)
order by from_on, until_on, id
