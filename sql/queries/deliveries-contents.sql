-- What open deliveries of messages say, with the state of each alert as of the notice's night.
-- Params: $1 target, $2 bundles. Plan: deliveries_bundle_idx.
select d.bundle, d.id, d.notice_id as "noticeId", d.night::text as night, d.bundle_kind as kind, d.created_at as "createdAt", d.unreached_unit as "unreachedUnit",
       n.alert_id as "alertId", n.reason, n.payload, u.name as unit, n.channel,
       coalesce(n.payload->>'level', s.level, a.level) as level, coalesce(a.kind, n.payload->>'kind') as "alertKind",
       coalesce(p.path, n.payload->>'place', '') as place, coalesce(o.path, n.payload->>'family', '') as topic,
       a.first_night::text as "firstNight", s.window_days as "windowDays", s.observed, s.expected, s.callers, s.recurrence_days as "recurrenceDays", s.why,
       lead.name as lead, territory.name as territory, coalesce(s.due_on, a.due_on)::text as "dueOn",
       coalesce(s.due_certain, a.due_certain) as "dueCertain",
       array(select c.name from units c where c.id = any(coalesce(s.co_unit_ids, a.co_unit_ids)) order by c.name) as "coUnits"
from deliveries d
left join notices n on n.id = d.notice_id
left join units u on u.id = n.unit_id
left join alerts a on a.id = n.alert_id
left join lateral (
  select * from alert_nights s where s.alert_id = n.alert_id and s.night <= n.night order by s.night desc limit 1
) as s on true
left join places p on p.id = coalesce(s.place_id, a.place_id)
left join topics o on o.id = coalesce(s.topic_id, a.topic_id)
left join units lead on lead.id = coalesce(s.lead_unit_id, a.lead_unit_id)
left join units territory on territory.id = coalesce(s.territory_unit_id, a.territory_unit_id)
where d.bundle = any ($2) and d.target = $1 and d.status in ('pending', 'failed')
order by d.night, d.notice_id
