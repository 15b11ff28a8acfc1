-- Alerts that may move the threshold of their series on night $1, with the reason: the latest verdict known by then, where it
-- is of this night or no move has followed it yet; or the final review of this night, $2 nights after the alert was opened.
-- `earlier`: other alerts of the series that came to nothing in the year before, unless somebody judged them true. Order: alert.
with latest as (
  select distinct on (alert_id) alert_id, verdict, known_on from alert_verdicts where known_on <= $1 order by alert_id, known_on desc, id desc
),
judged as (
  select a.id, a.place_id, a.family_id, l.verdict
  from latest l join alerts a on a.id = l.alert_id
  where l.verdict in ('true', 'false') and a.first_night <= $1
    and not exists (select 1 from threshold_moves m where m.alert_id = a.id and m.reason = 'judged_' || l.verdict and m.night >= l.known_on and m.night < $1)
),
reviewed as (
  select a.id, a.place_id, a.family_id
  from reviews r join alerts a on a.id = r.alert_id
  where r.night = $1 and r.age_days = $2 and r.event = 'opened' and r.outcome = 'came_to_nothing'
    and not exists (select 1 from latest l where l.alert_id = r.alert_id)
)
select j.id as "alertId", j.place_id as "placeId", j.family_id as "familyId", j.verdict, false as nothing, 0 as earlier from judged j
union all
select v.id, v.place_id, v.family_id, null, true,
       (select count(*)::int from reviews e join alerts b on b.id = e.alert_id
        where b.place_id = v.place_id and b.family_id = v.family_id and b.id <> v.id and e.age_days = $2 and e.event = 'opened'
          and e.outcome = 'came_to_nothing' and e.night < $1 and e.night >= $1::date - 365
          and not exists (select 1 from latest l where l.alert_id = b.id and l.verdict in ('true', 'partly', 'known')))
from reviewed v
order by 1
