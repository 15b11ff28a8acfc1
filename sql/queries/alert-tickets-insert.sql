-- The tickets below a place and a topic over the days [$5, $6) as known on night $2, without sweeps, added to alert $1.
with places_below as (select id from places where $3 = any (rollup)),
topics_below as (select id from topics where $4 = any (rollup)),
states as (
  select t.source_id, t.ticket_no, t.place_id, t.topic_id, t.known_on, null::date as superseded_on,
         case when t.sweep is null or exists (select from late_sweeps l where l.source_id = t.source_id and l.ticket_no = t.ticket_no and l.sweep_on > $2)
              then null else t.sweep end as sweep
  from tickets t where t.day >= $5 and t.day < $6
  union all
  select v.source_id, v.ticket_no, v.place_id, v.topic_id, v.known_on, v.superseded_on, v.sweep
  from ticket_versions v where v.day >= $5 and v.day < $6
)
insert into alert_tickets (alert_id, source_id, ticket_no, first_night)
select $1, s.source_id, s.ticket_no, $2
from states s
join places_below p on p.id = s.place_id
join topics_below o on o.id = s.topic_id
where s.known_on <= $2 and (s.superseded_on is null or s.superseded_on > $2) and s.sweep is null
on conflict do nothing
