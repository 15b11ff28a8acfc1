-- Tickets of alerts as service requests, the latest first. Secret tickets, reports of wrongdoing (举报) and staff sweeps are not among them.
-- `near` counts distinct callers of the same alerts in the ticket's cell of the map, `at_place` at its place and below, `at_street` and
-- `at_district` within these: what fewer than three callers share is not shown by whoever asks.
-- Params: $1 ids 'source-number' or null, $2 topic ids or null, $3 from, $4 until, $5 'open' | 'closed' | null, $6 how many, $7 offset, $8 cells a degree.
with page as (
  select t.source_id, t.ticket_no, t.accepted_at, t.recorded_at, t.closed_at, t.deadline_at, t.topic_id, t.place_id, t.lead_unit_id, t.title, t.content, t.lng, t.lat
  from tickets t
  where exists (select from alert_tickets k where k.source_id = t.source_id and k.ticket_no = t.ticket_no)
    and t.is_secret is not true and coalesce(t.appeal_type, '') !~ '举报' and t.sweep is null
    and ($1::text[] is null or t.source_id || '-' || t.ticket_no = any ($1::text[])) and ($2::int[] is null or t.topic_id = any ($2::int[]))
    and t.accepted_at >= $3::timestamptz and t.accepted_at < $4::timestamptz
    and ($5::text is null or (t.closed_at is not null) = ($5 = 'closed'))
  order by t.accepted_at desc, t.source_id, t.ticket_no
  limit $6 offset $7
), mates as (
  select distinct g.source_id, g.ticket_no, coalesce(m.caller_key::text, m.source_id || '/' || m.ticket_no) as caller, m.place_id, m.lng, m.lat
  from page g
  join alert_tickets a on a.source_id = g.source_id and a.ticket_no = g.ticket_no
  join alert_tickets b on b.alert_id = a.alert_id
  join tickets m on m.source_id = b.source_id and m.ticket_no = b.ticket_no
  where m.sweep is null
)
select g.source_id || '-' || g.ticket_no as id, g.accepted_at as "requestedAt", greatest(g.recorded_at, g.closed_at) as "updatedAt", g.closed_at as "closedAt", g.deadline_at as "dueAt",
       g.topic_id as "topicId", o.name as topic, f.name as family, g.title, g.content, u.name as unit, g.lng, g.lat,
       array(select n.name from unnest(p.rollup) with ordinality r (id, i) join places n using (id) order by i) as place,
       c.callers, c.near, c."atDepth"
from page g
join topics o on o.id = g.topic_id
join topics f on f.id = coalesce(o.family_id, o.id)
join places p on p.id = g.place_id
left join units u on u.id = g.lead_unit_id
cross join lateral (
  select count(distinct m.caller)::int as callers,
         count(distinct m.caller) filter (where floor(m.lng * $8) = floor(g.lng * $8) and floor(m.lat * $8) = floor(g.lat * $8))::int as near,
         array(select (select count(distinct x.caller) from mates x join places q on q.id = x.place_id
                       where x.source_id = g.source_id and x.ticket_no = g.ticket_no and p.rollup[d] = any (q.rollup))::int
               from generate_subscripts(p.rollup, 1) d order by d) as "atDepth"
  from mates m where m.source_id = g.source_id and m.ticket_no = g.ticket_no
) c
order by g.accepted_at desc, g.source_id, g.ticket_no
