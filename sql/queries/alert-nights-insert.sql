-- The state of alerts on one night. Params: $1 night, $2 JSON of rows.
insert into alert_nights (alert_id, night, level, place_id, topic_id, observed, expected, upper, window_days, log10_p, recurrence_days,
                          rank, within_budget, why, ruled_level, told_level, told_place_id, told_places, told_tickets, tickets, callers)
select n."alertId", $1, n.level, n."placeId", n."topicId", n.observed, n.expected, n.upper, n."windowDays", n."log10P", n."recurrenceDays",
       n.rank, n."withinBudget", n.why, n."ruledLevel", n.told->>'level', (n.told->>'placeId')::int, (n.told->>'places')::int, (n.told->>'tickets')::int, n.tickets, n.callers
from jsonb_to_recordset($2::jsonb) as n ("alertId" text, level text, "placeId" int, "topicId" int, observed int, expected float8, upper float8, "windowDays" int,
  "log10P" float8, "recurrenceDays" float8, rank int, "withinBudget" boolean, why jsonb, "ruledLevel" text, told jsonb, tickets int, callers int)
