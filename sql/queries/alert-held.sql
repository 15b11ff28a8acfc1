-- The tickets of alerts by a night, each in the state that was current then: how many, of how many people, and to which units they had been sent.
-- A ticket without a caller counts as one caller. Params: $1 alert ids, $2 night.
-- Plan: one range of alert_tickets' key an alert, one probe of tickets' and of ticket_versions' keys a ticket.
with held as (
  select x.alert_id, s.caller_key, case when s.dispatched_at is null or (s.dispatched_at at time zone z.time_zone)::date <= $2::date then s.lead_unit_id end as unit_id
  from alert_tickets x
  join sources z on z.id = x.source_id
  cross join lateral (
    select t.caller_key, t.lead_unit_id, t.dispatched_at from tickets t
    where t.source_id = x.source_id and t.ticket_no = x.ticket_no and t.known_on <= $2::date
    union all
    select v.caller_key, v.lead_unit_id, v.dispatched_at from ticket_versions v
    where v.source_id = x.source_id and v.ticket_no = x.ticket_no and v.known_on <= $2::date and v.superseded_on > $2::date
  ) as s
  where x.alert_id = any ($1::text[]) and x.first_night <= $2::date
),
sent as (
  select alert_id, jsonb_agg(jsonb_build_object('unitId', unit_id, 'n', n) order by n desc, unit_id) as units
  from (select alert_id, unit_id, count(*) as n from held where unit_id is not null group by 1, 2) as c
  group by 1
)
select h.alert_id as "alertId", h.tickets, h.callers, coalesce(sent.units, '[]') as sent
from (
  select alert_id, count(*)::int as tickets, (count(distinct caller_key) + count(*) filter (where caller_key is null))::int as callers from held group by 1
) as h
left join sent on sent.alert_id = h.alert_id
order by 1
