-- Once missed nights are caught up: what they held back and still holds may leave, late; what has been overtaken stays. Overtaken is
-- a notice whose alert has ended since, or of which the same unit has a newer one.
update notices n
set status = case when overtaken then 'withheld' else 'pending' end, error = case when overtaken then 'overtaken' end
from (
  select held.id, coalesce(a.status = 'ended', true) or exists (
    select 1 from notices later
    where later.reason in ('opened', 'raised', 'widened', 'returned', 'released', 'ended') and later.alert_id = held.alert_id and later.unit_id is not distinct from held.unit_id and later.night > held.night
      and (later.status <> 'withheld' or later.error = 'catch_up')) as overtaken
  from notices held left join alerts a on a.id = held.alert_id
  where held.status = 'withheld' and held.error = 'catch_up') as known
where n.id = known.id and n.status = 'withheld' and n.error = 'catch_up'
