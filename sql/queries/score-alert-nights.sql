-- Each night of each alert over the nights [$1, $2), alert by alert, night by night. `earlier`: the alert had a night before $1.
select n.alert_id as id, n.night - date '1970-01-01' as night, n.level, n.observed, n.expected, n.window_days as "windowDays",
       n.recurrence_days as "recurrenceDays", n.within_budget as "withinBudget", n.rank, n.place_id as "placeId", n.topic_id as "topicId",
       coalesce(n.why ->> 'rule', '') as rule,
       coalesce(n.lead_unit_id, a.lead_unit_id) as "leadUnit",
       exists (select 1 from alert_nights e where e.alert_id = n.alert_id and e.night < $1) as earlier
from alert_nights n join alerts a on a.id = n.alert_id
where n.night >= $1 and n.night < $2 and a.kind <> 'seasonal'
order by n.alert_id, n.night
