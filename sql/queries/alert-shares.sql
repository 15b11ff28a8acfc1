-- To which units the tickets of alerts had been sent by a night, the busiest first. Params: $1 alert ids, $2 night.
-- Plan: one probe of alert_tickets' key an alert, one of tickets' and of ticket_versions' keys a ticket.
with sent as (
  select x.alert_id, t.lead_unit_id as unit_id
  from alert_tickets x
  join sources z on z.id = x.source_id
  cross join lateral (
    select t.lead_unit_id, t.dispatched_at from tickets t
    where t.source_id = x.source_id and t.ticket_no = x.ticket_no and t.known_on <= $2::date
    union all
    select v.lead_unit_id, v.dispatched_at from ticket_versions v
    where v.source_id = x.source_id and v.ticket_no = x.ticket_no and v.known_on <= $2::date and v.superseded_on > $2::date
  ) as t
  where x.alert_id = any ($1::text[]) and x.first_night <= $2::date and t.lead_unit_id is not null
    and (t.dispatched_at is null or (t.dispatched_at at time zone z.time_zone)::date <= $2::date)
)
select alert_id as "alertId", unit_id as "unitId", count(*)::int as n,
       count(*)::float8 / sum(count(*)) over (partition by alert_id)::float8 as share
from sent
group by 1, 2
order by 1, 3 desc, 2
