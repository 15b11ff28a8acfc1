-- Tickets of alerts that hold a word of a list, in their present wording, by the night that brought them into the alert.
-- Params: $1 jsonb array of {id, words}, words in lower case; $2 night before which. Order: alert, night.
with said as (
  select x.alert_id, x.first_night, t.day, t.caller_key, t.source_id, t.ticket_no, lower(concat_ws(' ', t.title, t.content)) as text
  from alert_tickets x
  join tickets t using (source_id, ticket_no)
  where x.first_night < $2::date
)
select s.alert_id as "alertId", l.id as rule, s.first_night - date '1970-01-01' as night, s.day - date '1970-01-01' as day,
       coalesce(s.caller_key::text, s.source_id || '/' || s.ticket_no) as caller
from said s
cross join jsonb_to_recordset($1::jsonb) as l (id text, words jsonb)
where exists (select 1 from jsonb_array_elements_text(l.words) as w (word) where position(w.word in s.text) > 0)
order by 1, 3, 4, 5
