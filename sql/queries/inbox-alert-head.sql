-- One alert with its row of the inbox and its last night. Params: $1 alert id. Plan: primary keys.
select a.id, a.kind, i.level, i.withheld, p.path as place, t.path as topic, n.place_id as "placeId", n.topic_id as "topicId", p.households, p.lng, p.lat, p.centre_from_tickets as "centreFromTickets",
       a.first_night as "firstNight", a.last_night as "lastNight", a.parent_alert_id as "parentId", a.lead_reason as "leadReason", a.due_on as "dueOn",
       case when isfinite(i.due_at) then floor(extract(epoch from i.due_at) * 1000)::float8 end as "dueAt", i.due_clock as "dueClock",
       coalesce((select min(z.time_zone) from sources z where z.city = split_part(p.path, '›', 1)), 'UTC') as "timeZone",
       n.tickets, n.callers, n.observed, n.expected, n.upper, n.window_days as "windowDays", n.recurrence_days as "recurrenceDays", n.why
from alerts a
join inbox_items i on i.alert_id = a.id
join alert_nights n on n.alert_id = a.id and n.night = a.last_night
join places p on p.id = n.place_id
join topics t on t.id = n.topic_id
where a.id = $1
