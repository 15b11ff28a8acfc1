-- The delivery log, newest first. Params: $1 night or null, $2 status or null, $3 subscription or null, $4 at most so many.
select d.id, d.night::text as night, d.notice_id, n.alert_id, u.name as unit, d.subscription_id as subscription, d.channel, d.bundle as message, d.bundle_kind as kind,
       d.status, d.attempts, d.created_at, d.next_at, d.delivered_at, d.error, d.response_code, d.unreached_unit
from deliveries d
left join notices n on n.id = d.notice_id
left join units u on u.id = n.unit_id
where ($1::date is null or d.night = $1::date) and ($2::text is null or d.status = $2) and ($3::text is null or d.subscription_id = $3)
order by d.night desc, d.created_at desc, d.id
limit $4
