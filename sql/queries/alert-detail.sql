-- One alert with what stands around it: units, its 90 days, its events and nights, and how many tickets it holds.
-- Params: $1 alert id. Plan: primary keys of the alert's tables.
select a.id, a.status, a.first_night::text as first_night, a.last_night::text as last_night, a.ended_on::text as ended_on,
       a.parent_alert_id, a.lead_reason, a.due_on::text as due_on, a.due_certain,
       lead.name as lead_unit, territory.name as territory_unit,
       (select coalesce(array_agg(u.name order by u.name), '{}') from units u where u.id = any (a.co_unit_ids)) as co_units,
       (select count(*)::int from alert_tickets k where k.alert_id = a.id) as tickets,
       (select coalesce(jsonb_agg(jsonb_build_object('day', s.day, 'observed', s.observed, 'expected', s.expected, 'upper', s.upper)
               order by s.day), '[]') from alert_series s where s.alert_id = a.id) as series,
       (select coalesce(jsonb_agg(jsonb_build_object('night', e.night, 'kind', e.kind, 'before', e.before, 'after', e.after)
               order by e.night, e.kind), '[]') from alert_events e where e.alert_id = a.id) as events
from alerts a
left join units lead on lead.id = a.lead_unit_id
left join units territory on territory.id = a.territory_unit_id
where a.id = $1
