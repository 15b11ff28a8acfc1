-- One alert's state on one night; tickets and distinct callers are those of the alert up to that night, by the state of each ticket that
-- was current then. A ticket without a caller counts as one caller.
insert into alert_nights (alert_id, night, level, place_id, topic_id, observed, expected, upper, window_days, log10_p, recurrence_days,
                          rank, within_budget, why, ruled_level, told_level, told_place_id, told_places, told_tickets, tickets, callers)
select $1, $2::date, $3, $4::int, $5::int, $6::int, $7::float8, $8::float8, $9::int, $10::float8, $11::float8, $12::int, $13::boolean, $14::jsonb,
       $15, $16, $17::int, $18::int, $19::int,
       count(*), count(distinct s.caller_key) + count(*) filter (where s.caller_key is null)
from alert_tickets a
cross join lateral (
  select t.caller_key from tickets t where t.source_id = a.source_id and t.ticket_no = a.ticket_no and t.known_on <= $2::date
  union all
  select v.caller_key from ticket_versions v
  where v.source_id = a.source_id and v.ticket_no = a.ticket_no and v.known_on <= $2::date and v.superseded_on > $2::date
) as s
where a.alert_id = $1 and a.first_night <= $2::date
