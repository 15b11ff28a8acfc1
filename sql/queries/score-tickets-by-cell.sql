-- Tickets below places and topics over spans of days, without sweeps: $1 numbers of the spans, $2 places, $3 topics, $4 from, $5 until.
with spans as (select * from unnest($1::int[], $2::int[], $3::int[], $4::date[], $5::date[]) as s (i, place_id, topic_id, from_day, until_day)),
cells as materialized (
  select distinct s.i, p.id as place_id, o.id as topic_id, s.from_day, s.until_day
  from spans s join places p on s.place_id = any (p.rollup) join topics o on s.topic_id = any (o.rollup)
)
select distinct c.i, t.source_id as source, t.ticket_no as "ticketNo", t.day - date '1970-01-01' as day,
       least(t.known_on, (select min(v.known_on) from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no)) - date '1970-01-01' as known,
       t.caller_key::text as caller, t.place_id as "placeId", t.topic_id as "topicId", false as sweep
from tickets t
join cells c on c.place_id = t.place_id and c.topic_id = t.topic_id and t.day >= c.from_day and t.day < c.until_day
where t.sweep is null and t.day >= (select min(from_day) from spans) and t.day < (select max(until_day) from spans)
order by 1, 4, 3, 2
