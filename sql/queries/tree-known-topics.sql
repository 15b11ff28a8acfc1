-- Since which night the given topics are known by a ticket of them or below, after what lies below has changed. Params: $1 topic ids.
with states as (
  select topic_id, min(known_on) as known_on from (
    select topic_id, known_on from tickets union all select topic_id, known_on from ticket_versions) as s group by 1
),
heard as (
  select a.id, min(s.known_on) as known_on from states s join topics p on p.id = s.topic_id cross join unnest(p.rollup) as a (id)
  where a.id = any ($1::int[]) group by 1
)
update topics p set first_known_on = h.known_on
from unnest($1::int[]) as w (id) left join heard h using (id)
where p.id = w.id and p.merged_into is null and p.first_known_on is distinct from h.known_on
