-- Tickets by their numbers, each with the first night that knew of it. Callers are numbered as they come.
select t.ticket_no as "ticketNo", t.day - date '1970-01-01' as day,
       least(t.known_on, (select min(v.known_on) from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no)) - date '1970-01-01' as known,
       t.caller_key::text as caller, t.place_id as "placeId", t.topic_id as "topicId", t.sweep is not null as sweep
from tickets t
where t.ticket_no = any ($1)
order by t.day, t.ticket_no, t.source_id
