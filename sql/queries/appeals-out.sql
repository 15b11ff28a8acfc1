-- Appeals of the days [$2, $3) that are out of scope as known on night $1: by the latest ruling that it knew, else by the word of the source. Newest first.
-- Plan: range scan on tickets_day_idx, probes of appeal_rulings' key.
with states as (
  select source_id, ticket_no, day, known_on, null::date as superseded_on, place_id, topic_id, caller_key, sweep, title, unreasonable_state from tickets where day >= $2 and day < $3
  union all
  select source_id, ticket_no, day, known_on, superseded_on, place_id, topic_id, caller_key, sweep, title, unreasonable_state from ticket_versions where day >= $2 and day < $3
)
select s.name as source, t.ticket_no as no, t.day, t.place_id as "placeId", t.topic_id as "topicId", t.caller_key as caller, t.title,
       case when r.seq is null then 'imported' else 'ruled' end as origin, r.by_whom as "byWhom", r.reason, r.known_on as "knownOn", coalesce(r.seq, 0) as version
from states t join sources s on s.id = t.source_id
left join lateral (
  select * from appeal_rulings a where a.source_id = t.source_id and a.ticket_no = t.ticket_no and a.known_on <= $1 order by a.known_on desc, a.seq desc limit 1
) as r on true
where t.known_on <= $1 and (t.superseded_on is null or t.superseded_on > $1) and t.sweep is null
  and case when r.seq is null then is_out_of_scope(t.unreasonable_state) else r.ruling = 'out_of_scope' end
order by t.day desc, s.name, t.ticket_no
