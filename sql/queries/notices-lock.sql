-- One pending notice, locked until the transaction ends; no row where it is delivered, not due, or in other hands.
-- Params: $1 id.
select n.id, n.alert_id, n.night::text as night, n.reason, u.name as unit, n.channel, n.payload, n.attempts
from notices n
left join units u on u.id = n.unit_id
where n.id = $1 and n.status = 'pending' and (n.next_at is null or n.next_at <= clock_timestamp())
for update of n skip locked
