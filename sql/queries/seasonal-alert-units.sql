-- Units of an alert of a season, which has no tickets. Lead: the owner of the topic, the narrowest one; else the hotline desk.
-- Territory: of the areas in the order given, the first that is a unit's own territory; co-units: those of the others.
-- Params: $1 alert, $2 ids of the areas, $3 name of the hotline desk.
with alert as (
  select o.path as topic_path from alerts a join topics o on o.id = a.topic_id where a.id = $1
),
owner as (
  select u.unit_id from unit_topics u, alert a
  where a.topic_path = u.topic_path or a.topic_path like u.topic_path || '›%'
  order by length(u.topic_path) desc, u.unit_id limit 1
),
territories as (
  select distinct on (x.at) x.at, u.id as unit_id
  from unnest($2::int[]) with ordinality as x (place_id, at)
  join places p on p.id = x.place_id
  join units u on u.territory_path = p.path
  order by x.at, u.name
),
chosen as (
  select coalesce((select unit_id from owner), (select id from units where name = $3)) as lead,
         case when exists (select 1 from owner) then 'topic_owner' else 'hotline_desk' end as reason,
         (select unit_id from territories order by at limit 1) as territory
)
update alerts a
set lead_unit_id = c.lead, lead_reason = c.reason, territory_unit_id = c.territory,
    co_unit_ids = (select coalesce(array_agg(distinct unit_id order by unit_id), '{}') from territories where unit_id <> c.lead)
from chosen c
where a.id = $1
returning a.lead_unit_id as "leadUnitId", a.territory_unit_id as "territoryUnitId", a.co_unit_ids as "coUnitIds"
