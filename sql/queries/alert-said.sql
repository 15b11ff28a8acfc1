-- The tickets of an alert with text, in the state that night $2 knew, without bulk entries; which of them may be quoted: not secret, no report of wrongdoing (举报).
-- Params: $1 alert id, $2 night. Order: acceptance, source, number.
with mine as (
  select source_id, ticket_no from alert_tickets where alert_id = $1 and first_night <= $2
), states as (
  select t.source_id, t.ticket_no, t.accepted_at, t.day, t.known_on, null::date as superseded_on, t.place_id, t.caller_key, t.sweep, t.is_secret, t.appeal_type, t.channel, t.title, t.content
  from tickets t join mine using (source_id, ticket_no)
  union all
  select v.source_id, v.ticket_no, v.accepted_at, v.day, v.known_on, v.superseded_on, v.place_id, v.caller_key, v.sweep, v.is_secret, v.appeal_type, v.channel, v.title, v.content
  from ticket_versions v join mine using (source_id, ticket_no)
)
select source_id || '/' || ticket_no as ticket, day, place_id as place, coalesce(caller_key::text, source_id || '/' || ticket_no) as caller, channel, title, content,
       is_secret is not true and coalesce(appeal_type, '') !~ '举报' as quotable
from states
where known_on <= $2 and (superseded_on is null or superseded_on > $2) and sweep is null and coalesce(nullif(content, ''), nullif(title, '')) is not null
order by accepted_at, source_id, ticket_no
