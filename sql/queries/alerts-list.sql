-- Alerts with a signal on night $1, or with $2 every alert up to then in its last state. Strongest first.
select a.id, a.kind, n.level,
       case when $2 and $1::date - n.night > 0 then a.status else 'open' end as status,
       n.place_id as "placeId", n.topic_id as "topicId", a.family_id as "familyId",
       (select min(night) from alert_nights f where f.alert_id = a.id) as "firstNight", n.night as "lastNight",
       n.tickets, n.callers, n.observed, n.expected, n.upper, n.window_days as "windowDays", n.recurrence_days as "recurrenceDays",
       n.rank, n.within_budget as "withinBudget", lead.name as "leadUnit", territory.name as "territoryUnit",
       array(select u.name from units u where u.id = any (a.co_unit_ids) order by u.name) as "coUnits",
       a.due_on as "dueOn", a.due_certain as "dueCertain", a.parent_alert_id as "parentId", n.why
from (
  select distinct on (alert_id) * from alert_nights
  where night <= $1 and ($2 or night = $1)
  order by alert_id, night desc
) as n
join alerts a on a.id = n.alert_id
left join units lead on lead.id = a.lead_unit_id
left join units territory on territory.id = a.territory_unit_id
order by n.night desc, array_position(array['red', 'orange', 'yellow', 'blue'], n.level), n.rank, a.id
