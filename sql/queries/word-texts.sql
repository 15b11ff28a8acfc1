-- Texts of tickets in the state that night $1 knew, and whether they may be quoted: not secret, no report of wrongdoing (举报). Params: $2 sources, $3 numbers, of the same length. Order: day, source, number.
with wanted as (
  select * from unnest($2::int[], $3::text[]) as w (source_id, ticket_no)
), states as (
  select t.source_id, t.ticket_no, t.day, t.known_on, null::date as superseded_on, t.place_id, t.topic_id, t.caller_key, t.title, t.content, t.is_secret, t.appeal_type
  from tickets t join wanted w on w.source_id = t.source_id and w.ticket_no = t.ticket_no
  union all
  select v.source_id, v.ticket_no, v.day, v.known_on, v.superseded_on, v.place_id, v.topic_id, v.caller_key, v.title, v.content, v.is_secret, v.appeal_type
  from ticket_versions v join wanted w on w.source_id = v.source_id and w.ticket_no = v.ticket_no
)
select source_id::int as source, ticket_no as no, day - date '1970-01-01' as day, place_id as place, topic_id as topic, caller_key as caller,
       coalesce(title, '') || chr(10) || coalesce(content, '') as text,
       is_secret is not true and coalesce(appeal_type, '') !~ '举报' as quotable
from states
where known_on <= $1 and (superseded_on is null or superseded_on > $1)
order by day, source_id, ticket_no
