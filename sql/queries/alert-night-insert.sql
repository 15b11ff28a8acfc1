-- One alert's state on one night; tickets and distinct callers are those of the alert up to that night. A ticket
-- without a caller counts as one caller.
insert into alert_nights (alert_id, night, level, place_id, topic_id, observed, expected, upper, window_days, log10_p, recurrence_days,
                          rank, within_budget, why, tickets, callers)
select $1, $2::date, $3, $4::int, $5::int, $6::int, $7::float8, $8::float8, $9::int, $10::float8, $11::float8, $12::int, $13::boolean, $14::jsonb,
       count(*), count(distinct t.caller_key) + count(*) filter (where t.caller_key is null)
from alert_tickets a
join tickets t on t.source_id = a.source_id and t.ticket_no = a.ticket_no
where a.alert_id = $1 and a.first_night <= $2::date
