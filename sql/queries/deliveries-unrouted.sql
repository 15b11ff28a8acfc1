-- Notices that have no delivery yet, or those that are named, with what subscriptions ask about, in the order in which they are to leave.
-- `tried`: subscriptions that have a delivery of it.
-- Params: $1 night or null for every night, $2 at most so many, $3 ids or null. Plan: notices_pending_idx, deliveries_notice_idx.
select n.id, n.alert_id as "alertId", n.night::text as night, n.reason, u.name as unit, n.channel,
       coalesce(n.payload->>'level', s.level, a.level, 'blue') as level, coalesce(a.kind, n.payload->>'kind', 'emerging') as kind,
       coalesce(p.path, n.payload->>'place', '') as place, coalesce(o.path, n.payload->>'family', '') as topic,
       array(select d.target from deliveries d where d.notice_id = n.id order by d.target) as tried
from notices n
left join units u on u.id = n.unit_id
left join alerts a on a.id = n.alert_id
left join lateral (
  select level, place_id, topic_id from alert_nights s where s.alert_id = n.alert_id and s.night <= n.night order by s.night desc limit 1
) as s on true
left join places p on p.id = coalesce(s.place_id, a.place_id)
left join topics o on o.id = coalesce(s.topic_id, a.topic_id)
where ($1::date is null or n.night = $1::date)
  and case when $3::text[] is null then n.status = 'pending' and not exists (select 1 from deliveries d where d.notice_id = n.id) else n.id = any ($3) end
order by n.night, n.id
limit $2
