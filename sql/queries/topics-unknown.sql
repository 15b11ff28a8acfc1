-- Tickets without a topic on days that will be counted anew. Params: $1 name of the topic of tickets without one.
select t.source_id::int as source, t.ticket_no as no, coalesce(t.title, '') as title, coalesce(t.content, '') as content
from dirty_days d join tickets t using (day)
where t.topic_id = (select id from topics where path = $1) and (coalesce(t.title, '') <> '' or coalesce(t.content, '') <> '')
order by t.source_id, t.ticket_no collate "C"
