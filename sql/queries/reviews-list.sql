-- The last $2 alerts that were opened or raised before night $1, each with its latest review and the latest word of a unit known by then.
-- Order: latest first.
with verdicts as (
  select distinct on (alert_id) alert_id, verdict, known_on from alert_verdicts where known_on <= $1 order by alert_id, known_on desc, id desc
),
latest as (
  select i.*, r.age_days, r.tickets_since, r.callers_since, r.expected_since, r.outcome, r.lead_10, r.lead_20, r.lead_50
  from (select * from rank_items where night < $1 order by night desc, alert_id limit $2) as i
  left join lateral (
    select * from reviews r where r.alert_id = i.alert_id and r.fresh_night = i.night and r.night <= $1 order by r.night desc limit 1
  ) as r on true
)
select l.alert_id as "alertId", l.night, l.event, l.kind, l.level, l.rule, l.detector, l.place_id as "placeId", l.family_id as "familyId", l.unit_id as "unitId",
       l.score, l.features, l.outcome, v.verdict, v.known_on as "judgedOn", l.age_days as "ageDays", l.tickets_since as "ticketsSince", l.callers_since as "callersSince",
       l.expected_since as "expectedSince", l.lead_10 as lead10, l.lead_20 as lead20, l.lead_50 as lead50
from latest l left join verdicts v using (alert_id)
order by l.night desc, l.alert_id
