-- The earliest, the middle and the latest ticket of each alert, one a caller, of alerts with at least $3 distinct callers
-- among those that may be quoted. Secret tickets and reports of wrongdoing (举报) are never quoted.
-- Params: $1 alert ids, $2 night, $3 fewest callers.
with quotable as (
  select l.alert_id, t.source_id, t.ticket_no, t.day, t.accepted_at, t.title, t.content, t.channel,
         row_number() over (partition by l.alert_id, coalesce(t.caller_key::text, t.source_id || '/' || t.ticket_no)
                            order by t.accepted_at, t.source_id, t.ticket_no) as of_caller
  from alert_tickets l
  join tickets t using (source_id, ticket_no)
  where l.alert_id = any($1::text[]) and l.first_night <= $2::date and t.known_on <= $2::date
    and t.is_secret is not true and coalesce(t.appeal_type, '') !~ '举报' and t.sweep is null
    and coalesce(nullif(t.content, ''), nullif(t.title, '')) is not null
), numbered as (
  select *, row_number() over (partition by alert_id order by accepted_at, source_id, ticket_no) as i,
         count(*) over (partition by alert_id) as n
  from quotable
  where of_caller = 1
)
select alert_id, day, title, content, channel
from numbered
where n >= $3::int and (i = 1 or i = n or i = (n + 1) / 2)
order by alert_id, i
