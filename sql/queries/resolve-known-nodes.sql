-- Since which night places and topics are known by a ticket there or below: the earliest of the dirty days' tickets, in any state.
with states as materialized (
  select t.place_id, t.topic_id, t.known_on from tickets t join dirty_days using (day)
  union all
  select v.place_id, v.topic_id, v.known_on from ticket_versions v join dirty_days using (day)
),
of_places as (
  select a.id, min(s.known_on) as known_on
  from (select place_id, min(known_on) as known_on from states group by 1) as s
  join places p on p.id = s.place_id cross join unnest(p.rollup) as a (id)
  group by 1
),
of_topics as (
  select a.id, min(s.known_on) as known_on
  from (select topic_id, min(known_on) as known_on from states group by 1) as s
  join topics o on o.id = s.topic_id cross join unnest(o.rollup) as a (id)
  group by 1
),
changed as (
  update places p set first_known_on = n.known_on from of_places n where n.id = p.id and (p.first_known_on is null or p.first_known_on > n.known_on)
)
update topics o set first_known_on = n.known_on from of_topics n where n.id = o.id and (o.first_known_on is null or o.first_known_on > n.known_on)
