-- Writes down how the alerts of a night stand after it. Params: $1 night.
update alert_nights n
set kind = a.kind, lead_unit_id = a.lead_unit_id, lead_reason = a.lead_reason, territory_unit_id = a.territory_unit_id, co_unit_ids = a.co_unit_ids,
    due_on = a.due_on, due_certain = a.due_certain, parent_alert_id = a.parent_alert_id
from alerts a
where a.id = n.alert_id and n.night = $1::date
