-- The states of the tickets of day $1 that hold text: who, where, since and until when known, whether a bulk entry, and a hash of the text and place.
-- The text itself only where the hash is not among $2. Order: ticket, then the night that knew it first.
with states as (
  select t.source_id, t.ticket_no, e.known_on, e.superseded_on, e.sweep, t.place_id, t.topic_id, t.caller_key, t.title, t.content
  from tickets t
  left join late_sweeps l on l.source_id = t.source_id and l.ticket_no = t.ticket_no
  cross join lateral (values (t.known_on, l.sweep_on, t.sweep is not null and l.sweep_on is null), (l.sweep_on, null::date, true)) as e (known_on, superseded_on, sweep)
  where t.day = $1 and e.known_on is not null
  union all
  select v.source_id, v.ticket_no, v.known_on, v.superseded_on, v.sweep is not null, v.place_id, v.topic_id, v.caller_key, v.title, v.content
  from ticket_versions v where v.day = $1 and v.known_on < v.superseded_on
), hashed as (
  select *, ('x' || left(md5(place_id || ' ' || coalesce(title, '') || ' ' || coalesce(content, '')), 8))::bit(32)::int as hash from states
)
select source_id::int as source, ticket_no as no, known_on as "knownOn", superseded_on as "supersededOn", sweep, place_id as place, topic_id as topic,
       ('x' || left(caller_key::text, 8))::bit(32)::int as caller, hash,
       case when sweep or hash = any ($2::int[]) then null else coalesce(title, '') || chr(10) || coalesce(content, '') end as text
from hashed
where coalesce(title, '') <> '' or coalesce(content, '') <> ''
order by source_id, ticket_no, known_on
