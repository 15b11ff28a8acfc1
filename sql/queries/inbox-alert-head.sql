-- One alert with its row of the inbox and its last night. Params: $1 alert id. Plan: primary keys.
select a.id, a.kind, i.level, a.status, i.state, i.version, i.withheld, i.open, p.path as place, t.path as topic, f.path as family, n.place_id as "placeId", n.topic_id as "topicId", a.family_id as "familyId",
       p.kind as "placeKind", p.households, p.lng, p.lat, p.centre_from_tickets as "centreFromTickets",
       a.first_night as "firstNight", a.last_night as "lastNight", a.ended_on as "endedOn", a.parent_alert_id as "parentId", a.lead_reason as "leadReason", a.due_on as "dueOn", a.due_certain as "dueCertain",
       case when isfinite(i.due_at) then floor(extract(epoch from i.due_at) * 1000)::float8 end as "dueAt", i.due_clock as "dueClock", i.due_unit as "dueUnit", i.assignee,
       coalesce((select min(z.time_zone) from sources z where z.city = split_part(p.path, '›', 1)), 'UTC') as "timeZone",
       n.tickets, n.callers, n.observed, n.expected, n.upper, n.window_days as "windowDays", n.log10_p as "log10P", n.recurrence_days as "recurrenceDays", n.within_budget as "withinBudget", n.why
from alerts a
join inbox_items i on i.alert_id = a.id
join alert_nights n on n.alert_id = a.id and n.night = a.last_night
join places p on p.id = n.place_id
join topics t on t.id = n.topic_id
join topics f on f.id = a.family_id
where a.id = $1
