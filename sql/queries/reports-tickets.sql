-- Tickets behind a number: of an area and topic in a window, as known on the night, latest first, without sweeps; none where there are fewer than
-- $6 distinct callers. Text of secret tickets and of reports of wrongdoing (举报) is withheld. Area 0 is everything, -1 what was located no
-- closer than a city.
-- Params: $1 night, [$2, $3) the window, $4 area, $5 topic, $6 fewest callers, $7 rows skipped, $8 rows at most.
with known as (
  select source_id, ticket_no, day, accepted_at, place_id, topic_id, caller_key, channel, status, title, content, is_secret, appeal_type, lead_unit_id
  from tickets t
  where day >= $2::date and day < $3::date and known_on <= $1::date and sweep is null
  union all
  select source_id, ticket_no, day, accepted_at, place_id, topic_id, caller_key, channel, status, title, content, is_secret, appeal_type, lead_unit_id
  from ticket_versions
  where day >= $2::date and day < $3::date and known_on <= $1::date and superseded_on > $1::date and sweep is null
), chosen as materialized (
  select k.*, p.path as place, tp.path as topic
  from known k join places p on p.id = k.place_id join topics tp on tp.id = k.topic_id
  where ($4::int = 0 or ($4 = -1 and p.depth = 0) or $4 = any (p.rollup)) and $5::int = any (tp.rollup)
), size as (
  select count(*)::int as tickets, count(distinct coalesce(caller_key::text, source_id || '/' || ticket_no))::int as callers from chosen
)
select z.tickets, z.callers, c.source_id as "sourceId", s.name as source, c.ticket_no as "ticketNo", c.day, c.place, c.topic, c.channel, c.status, u.name as unit,
       coalesce(c.is_secret, false) or coalesce(c.appeal_type, '') ~ '举报' as withheld,
       case when coalesce(c.is_secret, false) or coalesce(c.appeal_type, '') ~ '举报' then null else c.title end as title,
       case when coalesce(c.is_secret, false) or coalesce(c.appeal_type, '') ~ '举报' then null else left(c.content, 160) end as content
from size z
left join lateral (select * from chosen where z.callers >= $6::int order by accepted_at desc, source_id, ticket_no offset $7::int limit $8::int) c on true
left join sources s on s.id = c.source_id
left join units u on u.id = c.lead_unit_id
order by c.accepted_at desc, c.source_id, c.ticket_no
