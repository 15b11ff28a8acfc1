-- The places in which the tickets of an alert lie, two levels below its own at most, the busiest first; those of fewer than $2 callers together under null.
-- Params: $1 alert id, $2 fewest callers. Plan: alert_tickets by alert, tickets and places by key.
with a as (select a.id, array_length(p.rollup, 1) as depth from alerts a join places p on p.id = a.place_id where a.id = $1),
mine as (
  select p.rollup[least(array_length(p.rollup, 1), a.depth + case when a.depth < 3 then 1 else 2 end)] as place_id, t.caller_key, l.first_night
  from a join alert_tickets l on l.alert_id = a.id join tickets t using (source_id, ticket_no) join places p on p.id = t.place_id
  where t.sweep is null
),
cells as (
  select place_id, count(*)::int as tickets, (count(distinct caller_key) + count(*) filter (where caller_key is null))::int as callers, min(first_night) as first from mine group by 1
)
select p.path as place, c.tickets, c.callers, c.first::text as first from cells c join places p on p.id = c.place_id where c.callers >= $2
union all
select null, sum(c.tickets)::int, null, min(c.first)::text from cells c where c.callers < $2 having count(*) > 0
order by 2 desc, 1
limit 60
