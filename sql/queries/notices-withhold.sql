-- After missed nights were caught up: withholds what has been overtaken, that is pending notices of earlier nights
-- of what nights found whose alert has ended since or has a newer one for the same unit. What still holds is sent, late.
-- Params: $1 from night, $2 until night (the newest, whose own notices all stay).
update notices n
set status = 'withheld', error = 'overtaken'
from alerts a
where a.id = n.alert_id and n.status = 'pending' and n.night >= $1::date and n.night < $2::date
  and n.reason in ('opened', 'raised', 'returned', 'ended')
  and (a.status = 'ended' or exists (
    select 1 from notices later
    where later.reason in ('opened', 'raised', 'returned', 'ended') and later.alert_id = n.alert_id and later.unit_id is not distinct from n.unit_id
      and later.night > n.night and later.night <= $2::date and later.status = 'pending'))
