-- Tickets first known on the nights [$1, $2), as they were first known, without consultations and thanks ($3, a pattern) and bulk entries of staff; and those that
-- imports after $6 brought late: first known on the nights [$5, $1) and not grouped. These count as of night $1.
-- The topic is the family that the source told, 0 where it told none ($4: path of the topic of such tickets) or a classifier guessed it.
-- Order: night, acceptance, source, number.
with first_states as (
  select source_id, ticket_no, known_on, accepted_at, place_id, topic_id, title, content, appeal_type,
         case when sweep is null or exists (select from late_sweeps l where l.source_id = t.source_id and l.ticket_no = t.ticket_no and l.sweep_on > t.known_on)
              then null else sweep end as sweep
  from tickets t
  where (known_on >= $1 and known_on < $2 or batch_id > $6 and known_on >= $5 and known_on < $1)
    and not exists (select from ticket_versions v where v.source_id = t.source_id and v.ticket_no = t.ticket_no)
  union all
  select source_id, ticket_no, known_on, accepted_at, place_id, topic_id, title, content, appeal_type, sweep
  from ticket_versions v where version = 1 and known_on >= $1 and known_on < $2
  union all
  select v.source_id, v.ticket_no, v.known_on, v.accepted_at, v.place_id, v.topic_id, v.title, v.content, v.appeal_type, v.sweep
  from tickets t join ticket_versions v using (source_id, ticket_no) where t.batch_id > $6 and v.version = 1 and v.known_on >= $5 and v.known_on < $1
)
select f.source_id::int as source, f.ticket_no as no, (greatest(f.known_on, $1) - date '1970-01-01')::int as night, f.place_id as place, coalesce(f.title, '') as title,
       coalesce(f.content, '') as content, s.preset,
       case when p.path = $4 or exists (select from topic_guesses g where g.source_id = f.source_id and g.ticket_no = f.ticket_no and g.topic_id = f.topic_id) then 0
            else coalesce(p.family_id, 0) end as topic
from first_states f join sources s on s.id = f.source_id join topics p on p.id = f.topic_id
where (f.known_on >= $1 or not exists (select from issue_tickets m where m.source_id = f.source_id and m.ticket_no = f.ticket_no))
  and f.sweep is null and coalesce(f.appeal_type, '') !~ $3 and (coalesce(f.title, '') <> '' or coalesce(f.content, '') <> '')
order by greatest(f.known_on, $1), f.accepted_at, f.source_id, f.ticket_no collate "C"
