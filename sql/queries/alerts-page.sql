-- A page of alerts in their last state, the latest signal first, as `alerts-list` gives them.
-- Params: $1 level, $2 kind, $3 status, $4 unit (lead, territory or co), $5 place and all below, $6 topic and all below, $7 first night of the
-- latest signal, $8 and $9 last night and id after which the page begins, $10 one id, $11 how many; null leaves a filter out.
select a.id, a.kind, n.level, a.status, n.place_id as "placeId", n.topic_id as "topicId", a.family_id as "familyId",
       a.first_night::text as "firstNight", a.last_night::text as "lastNight", n.tickets, n.callers, n.observed, n.expected, n.upper, n.window_days as "windowDays",
       n.recurrence_days as "recurrenceDays", n.rank, n.within_budget as "withinBudget", lead.name as "leadUnit", territory.name as "territoryUnit",
       array(select u.name from units u where u.id = any (a.co_unit_ids) order by u.name) as "coUnits",
       a.due_on::text as "dueOn", a.due_certain as "dueCertain", a.parent_alert_id as "parentId", n.why
from alerts a
join lateral (select * from alert_nights x where x.alert_id = a.id order by x.night desc limit 1) n on true
join places p on p.id = n.place_id
join topics o on o.id = n.topic_id
left join units lead on lead.id = a.lead_unit_id
left join units territory on territory.id = a.territory_unit_id
where ($1::text is null or n.level = $1) and ($2::text is null or a.kind = $2) and ($3::text is null or a.status = $3)
  and ($4::text is null or lead.name = $4 or territory.name = $4 or exists (select from units u where u.id = any (a.co_unit_ids) and u.name = $4))
  and ($5::int is null or $5 = any (p.rollup)) and ($6::int is null or $6 = any (o.rollup)) and ($7::date is null or a.last_night >= $7::date)
  and ($8::date is null or a.last_night < $8::date or a.last_night = $8::date and a.id > $9::text)
  and ($10::text is null or a.id = $10)
order by a.last_night desc, a.id
limit $11
