-- Tickets behind a number: of an area and topic in a window, as known on the night, latest first, without sweeps. Text of secret tickets and of reports of
-- wrongdoing (举报) is withheld. Area 0 is everything, -1 what was located no closer than a city.
-- Params: $1 night, [$2, $3) the window, $4 area, $5 topic, $6 rows skipped, $7 rows at most. Plan: the days of the window backwards, until there are enough.
with areas as materialized (select id from places where ($4::int = -1 and depth = 0) or $4 = any (rollup)),
families as materialized (select id from topics where $5::int = any (rollup)),
chosen as (
  (select source_id, ticket_no, day, accepted_at, place_id, topic_id, channel, status, title, content, is_secret, appeal_type, lead_unit_id
   from tickets
   where day >= $2::date and day < $3::date and known_on <= $1::date and sweep is null and ($4::int = 0 or place_id = any (array(select id from areas))) and ($5::int = 1 or topic_id = any (array(select id from families)))
   order by day desc, accepted_at desc, source_id, ticket_no limit $6::int + $7::int)
  union all
  (select source_id, ticket_no, day, accepted_at, place_id, topic_id, channel, status, title, content, is_secret, appeal_type, lead_unit_id
   from ticket_versions
   where day >= $2::date and day < $3::date and known_on <= $1::date and superseded_on > $1::date and sweep is null
     and ($4::int = 0 or place_id = any (array(select id from areas))) and ($5::int = 1 or topic_id = any (array(select id from families)))
   order by day desc, accepted_at desc, source_id, ticket_no limit $6::int + $7::int)
), page as (
  select *, coalesce(is_secret, false) or coalesce(appeal_type, '') ~ '举报' as withheld from chosen order by day desc, accepted_at desc, source_id, ticket_no offset $6::int limit $7::int
)
select c.source_id as "sourceId", s.name as source, c.ticket_no as "ticketNo", c.day, p.path as place, o.path as topic, c.channel, c.status, u.name as unit, c.withheld,
       case when c.withheld then null else c.title end as title, case when c.withheld then null else left(c.content, 160) end as content
from page c join places p on p.id = c.place_id join topics o on o.id = c.topic_id join sources s on s.id = c.source_id left join units u on u.id = c.lead_unit_id
order by c.day desc, c.accepted_at desc, c.source_id, c.ticket_no
