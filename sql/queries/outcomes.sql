-- Alerts that were opened or raised, with what was known of them then, what came of them, and the word on them (words_on_alerts of migration 0081).
-- Params: $1 from this night, $2 reviews up to this night, $3 verdicts known by this night, $4 age of the final review; alerts that have
-- neither are left out. Order: night, alert.
with verdicts as materialized (
  select * from words_on_alerts($3::date)
)
select i.alert_id as "alertId", i.night, i.event, i.kind, i.level, i.rule, i.detector, i.place_id as "placeId", i.family_id as "familyId", i.unit_id as "unitId",
       i.score, i.features, r.outcome, v.verdict, v.known_on as "judgedOn"
from rank_items i
left join reviews r on r.alert_id = i.alert_id and r.fresh_night = i.night and r.age_days = $4 and r.night <= $2
left join verdicts v on v.alert_id = i.alert_id
where i.night >= $1 and i.night <= $3 and (r.outcome is not null or v.verdict is not null)
order by i.night, i.alert_id
