-- What came after the alerts that were opened, reopened or raised $2 nights before night $1, as known on it: at the places of their signal
-- and its topic, tickets and callers since (without appeals that were ruled out of scope), the nights to the 10th, 20th and 50th ticket, and what was usual there.
-- Seasonal alerts speak of weeks to come and are not looked at. Params: $1 night, $2 ages in nights. Plan: one probe of daily_counts' key per alert, place and day. Order: alert, fresh night.
with due as (
  select e.alert_id, case when e.kind = 'returned' then 'opened' else e.kind end as event, e.night as fresh
  from alert_events e join alerts a on a.id = e.alert_id and a.kind <> 'seasonal'
  where (e.kind in ('opened', 'raised') or e.kind = 'returned' and e.after is not null) and e.night in (select $1::date - age from unnest($2::int[]) as age)
    and not exists (select 1 from alerts a where a.id = e.alert_id and a.kind = 'seasonal')
),
stood as (
  select d.*, n.place_id, n.topic_id, n.window_days, n.expected, s.evidence,
         array[n.place_id] || array(select jsonb_array_elements_text(coalesce(s.evidence->'neighbours', '[]'))::int) as places,
         (select max(x.night) from alert_nights x where x.alert_id = d.alert_id and x.night <= $1) as last_signal
  from due d
  join alert_nights n on n.alert_id = d.alert_id and n.night = d.fresh
  left join lateral (
    select evidence from signals s where s.night = d.fresh and s.place_id = n.place_id and s.topic_id = n.topic_id order by detector limit 1
  ) as s on true
),
days as (
  select t.alert_id, t.fresh, c.day, sum(c.tickets - c.sweeps - c.out_of_scope) as tickets, greatest(sum(c.callers - c.out_of_scope), 0) as callers
  from stood t
  cross join lateral generate_series(t.fresh - t.window_days + 1, $1::date, interval '1 day') as g (at)
  cross join lateral unnest(t.places) as p (id)
  -- The offset keeps the probe a probe: a day and its month's partition at a time.
  cross join lateral (
    select d.day, d.tickets, d.sweeps, d.callers, d.out_of_scope from daily_counts d
    where d.day = g.at::date and d.place_id = p.id and d.topic_id = t.topic_id and d.known_on <= $1 offset 0
  ) as c
  group by 1, 2, 3
),
running as (
  select *, sum(tickets) over (partition by alert_id, fresh order by day) as so_far from days
),
summed as (
  select alert_id, fresh,
         coalesce(sum(tickets) filter (where day > fresh), 0)::int as tickets, coalesce(sum(callers) filter (where day > fresh), 0)::int as callers,
         min(day) filter (where so_far >= 10) - fresh as lead10, min(day) filter (where so_far >= 20) - fresh as lead20,
         min(day) filter (where so_far >= 50) - fresh as lead50
  from running group by 1, 2
)
select t.alert_id as "alertId", t.event, t.fresh as "freshNight", $1::date - t.fresh as "ageDays", $1::date - t.last_signal as "silentNights",
       t.expected / t.window_days as "usualPerDay",
       coalesce((t.evidence->'baseline'->>'cv')::float8, 0) as cv, coalesce((t.evidence->'baseline'->>'dispersion')::float8, 1) as dispersion,
       coalesce(s.tickets, 0) as "ticketsSince", coalesce(s.callers, 0) as "callersSince", s.lead10, s.lead20, s.lead50
from stood t left join summed s using (alert_id, fresh)
order by 1, 3
