-- Derives the current columns of every alert from its nights. Units, deadline and parent are those of its last night; where that one was run
-- before nights kept them, they stay as they are. Params: $1 newest night run, $2 quiet nights to an end.
with ends as (
  select n.alert_id, min(n.night) as first_night, max(n.night) as last_night
  from alert_nights n group by 1
),
latest as (
  select e.*, n.level, n.place_id, n.topic_id, case when $1::date - e.last_night > $2::int then 'ended' else 'open' end as status,
         case when n.kind is null then a.lead_unit_id else n.lead_unit_id end as lead_unit_id, coalesce(n.lead_reason, a.lead_reason) as lead_reason,
         case when n.kind is null then a.territory_unit_id else n.territory_unit_id end as territory_unit_id, coalesce(n.co_unit_ids, a.co_unit_ids) as co_unit_ids,
         case when n.kind is null then a.due_on else n.due_on end as due_on, coalesce(n.due_certain, a.due_certain) as due_certain,
         case when n.kind is null then a.parent_alert_id else (select p.id from alerts p where p.id = n.parent_alert_id) end as parent_alert_id
  from ends e
  join alert_nights n on n.alert_id = e.alert_id and n.night = e.last_night
  join alerts a on a.id = e.alert_id
)
update alerts a
set level = l.level, place_id = l.place_id, topic_id = l.topic_id, first_night = l.first_night, last_night = l.last_night, status = l.status,
    ended_on = case when l.status = 'ended' then l.last_night + $2::int + 1 end,
    lead_unit_id = l.lead_unit_id, lead_reason = l.lead_reason, territory_unit_id = l.territory_unit_id, co_unit_ids = l.co_unit_ids,
    due_on = l.due_on, due_certain = l.due_certain, parent_alert_id = l.parent_alert_id
from latest l
where a.id = l.alert_id
  and (a.level, a.place_id, a.topic_id, a.first_night, a.last_night, a.status, a.lead_unit_id, a.lead_reason, a.territory_unit_id, a.co_unit_ids, a.due_on,
       a.due_certain, a.parent_alert_id)
      is distinct from (l.level, l.place_id, l.topic_id, l.first_night, l.last_night, l.status, l.lead_unit_id, l.lead_reason, l.territory_unit_id, l.co_unit_ids,
       l.due_on, l.due_certain, l.parent_alert_id)
