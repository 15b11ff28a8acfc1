-- Every night of every alert before night $1 with what its level was decided by: as the schema in front has it. Order: night, rank, alert.
select n.alert_id as "alertId", n.night - date '1970-01-01' as night, a.kind, a.family_id as "familyId",
       n.place_id as "placeId", n.topic_id as "topicId", f.unit_id as "unitId", n.rank, n.observed, n.recurrence_days as "recurrenceDays",
       n.why ->> 'verdict' as verdict, coalesce(n.why ->> 'rule', '') as rule, coalesce((n.why ->> 'threshold_offset')::float8, 0) as "offset", n.level, n.within_budget as "withinBudget",
       coalesce(r.held is not null, false) as held, coalesce(r.news = 'released', false) as released, f.facts
from alert_nights n
join alerts a on a.id = n.alert_id
join alert_facts f on f.alert_id = n.alert_id and f.night = n.night
left join alert_routes r on r.alert_id = n.alert_id and r.night = n.night
where n.night < $1::date and a.kind <> 'seasonal'
order by n.night, n.rank, n.alert_id
