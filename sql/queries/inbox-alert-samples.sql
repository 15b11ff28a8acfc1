-- Texts of an alert's tickets, one a caller, evenly from the first to the last. Secret tickets and reports of wrongdoing (举报) are never quoted.
-- Params: $1 alert id, $2 fewest distinct callers that may be quoted, $3 texts at most.
with quotable as (
  select t.source_id, t.ticket_no, t.day, t.accepted_at, t.title, t.content, t.channel,
         row_number() over (partition by coalesce(t.caller_key::text, t.source_id || '/' || t.ticket_no) order by t.accepted_at, t.source_id, t.ticket_no) as of_caller
  from alert_tickets l join tickets t using (source_id, ticket_no)
  where l.alert_id = $1 and t.is_secret is not true and coalesce(t.appeal_type, '') !~ '举报' and t.sweep is null and coalesce(nullif(t.content, ''), nullif(t.title, '')) is not null
), numbered as (
  select day, title, content, channel, row_number() over (order by accepted_at, source_id, ticket_no) as i, count(*) over () as n from quotable where of_caller = 1
)
select day, title, content, channel from numbered
where n >= $2 and (n <= $3 or i in (select 1 + round((n - 1)::numeric * k / ($3 - 1))::int from generate_series(0, $3 - 1) as k))
order by i
