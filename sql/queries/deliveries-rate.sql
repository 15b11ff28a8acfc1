-- How many messages have left to the same address within the last minute, and for how long until the oldest is a minute old.
-- Params: $1 subscription. Subscriptions that name the same target by the same channel share its budget.
select count(*)::int as sent, extract(epoch from min(tried_at) + interval '1 minute' - clock_timestamp())::float8 as seconds
from (
  select d.bundle, max(d.tried_at) as tried_at
  from deliveries d
  where d.tried_at > clock_timestamp() - interval '1 minute'
    and d.target in (select o.id from subscriptions s join subscriptions o on o.channel = s.channel and o.target = s.target where s.id = $1)
  group by 1
) as messages
