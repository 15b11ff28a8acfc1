-- Targets with something to be sent now, those that wait longest first. Params: $1 night or null. Plan: deliveries_open_idx.
select d.target
from deliveries d
left join subscriptions s on s.id = d.subscription_id
where d.status in ('pending', 'failed') and ($1::date is null or d.night = $1::date)
  and (d.next_at is null or d.next_at <= clock_timestamp()) and (s.hold_until is null or s.hold_until <= clock_timestamp())
group by d.target
order by min(d.night), d.target
