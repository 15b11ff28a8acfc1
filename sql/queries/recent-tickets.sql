-- The tickets of the days [$1, $2] as known on night $3, in the state that was current then, without what was known as a sweep by then.
-- Params: $4, $5 places and topics (not their descendants) to keep, null for all. Order: day, source, number.
with states as (
  select source_id, ticket_no, day, known_on, null::date as superseded_on, place_id, topic_id, caller_key,
         case when sweep is null or exists (select from late_sweeps l where l.source_id = t.source_id and l.ticket_no = t.ticket_no and l.sweep_on > $3)
              then null else sweep end as sweep
  from tickets t where day between $1 and $2
  union all
  select source_id, ticket_no, day, known_on, superseded_on, place_id, topic_id, caller_key, sweep
  from ticket_versions where day between $1 and $2
)
select source_id::int as source, ticket_no as no, day - date '1970-01-01' as day, known_on - date '1970-01-01' as known, place_id as place, topic_id as topic, caller_key as caller
from states
where known_on <= $3 and (superseded_on is null or superseded_on > $3) and sweep is null
  and ($4::int[] is null or place_id = any ($4)) and ($5::int[] is null or topic_id = any ($5))
order by day, source_id, ticket_no
