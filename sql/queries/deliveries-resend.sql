-- Makes deliveries pending again, all attempts before them: a message in any state by its id or that of one of its deliveries, else all that
-- were given up. Those of subscriptions that are not active stay. Their notices become pending with them. Params: $1 id or null, $2 night or null.
with again as (
  update deliveries d
  set status = 'pending', attempts = 0, next_at = null, created_at = clock_timestamp()
  where case when $1::text is null then d.status = 'dead' and ($2::date is null or d.night = $2::date)
             else d.status <> 'withheld' and (d.bundle, d.target) in (select o.bundle, o.target from deliveries o where o.id = $1 or o.bundle = $1) end
    and (d.subscription_id is null or exists (select 1 from subscriptions s where s.id = d.subscription_id and s.status = 'active'))
  returning d.id, d.notice_id, d.subscription_id
),
told as (
  update notices n set status = 'pending', error = null from again where n.id = again.notice_id and n.status in ('failed', 'delivered') returning 1
),
free as (
  update subscriptions s set hold_until = null, failures = 0 from again where s.id = again.subscription_id returning 1
)
select id from again order by id
