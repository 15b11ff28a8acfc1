-- The alerts of a night, the gravest level first and by rank within it, with the names a reader needs; path arrays run from the city and from the top topic.
-- Params: $1 night.
select n.alert_id as id, a.kind, n.level, n.rank, n.within_budget, n.place_id, n.topic_id, n.tickets, n.callers, n.observed,
       n.expected, n.upper, n.window_days, n.log10_p, n.recurrence_days, n.why,
       a.first_night, a.parent_alert_id, a.lead_reason, a.due_on, a.due_certain,
       p.kind as place_kind, p.rollup as place_rollup, p.households, p.lng, p.lat, p.centre_from_tickets,
       string_to_array(p.path, '›') as place, string_to_array(nullif(tp.path, ''), '›') as topic,
       lead.name as lead_unit, territory.name as territory_unit,
       array(select u.name from units u where u.id = any(a.co_unit_ids) order by array_position(a.co_unit_ids, u.id)) as co_units,
       (select e.kind from alert_events e where e.alert_id = a.id and e.night = n.night and e.kind <> 'continued'
         order by array_position(array['opened', 'returned', 'raised', 'lowered', 'moved', 'ended'], e.kind) limit 1) as event,
       (select b.level from alert_nights b where b.alert_id = a.id and b.night < n.night order by b.night desc limit 1) as level_before,
       (select r.held from alert_routes r where r.alert_id = n.alert_id and r.night = n.night) as held,
       (select coalesce(jsonb_agg(jsonb_build_object('place', x.name, 'callers', x.callers) order by x.callers desc, x.path), '[]') from (
          select s.name, s.path, l.callers from alert_places l join places s on s.id = l.place_id
          where l.alert_id = n.alert_id and l.night = n.night and l.callers >= 3 order by l.callers desc, s.path limit 10) as x) as affected
from alert_nights n
join alerts a on a.id = n.alert_id
join places p on p.id = n.place_id
join topics tp on tp.id = n.topic_id
left join units lead on lead.id = a.lead_unit_id
left join units territory on territory.id = a.territory_unit_id
where n.night = $1::date and a.kind <> 'seasonal'
order by array_position(array['red', 'orange', 'yellow', 'blue'], n.level), n.rank, n.alert_id
