-- Params: $1 rows as JSON. A delivery that is there already stays as it is.
insert into deliveries (id, notice_id, night, subscription_id, target, channel, bundle, bundle_kind, slot_at, unreached_unit, next_at)
select id, notice_id, night, subscription_id, coalesce(subscription_id, 'channel:' || channel), channel, bundle, bundle_kind,
       to_timestamp(slot_at / 1000), unreached_unit, to_timestamp(next_at / 1000)
from jsonb_to_recordset($1::jsonb) as r (id text, notice_id text, night date, subscription_id text, channel text, bundle text, bundle_kind text,
                                         slot_at float8, unreached_unit text, next_at float8)
on conflict (id) do nothing
