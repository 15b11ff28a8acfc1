-- The signals behind the alerts of a night, with the paths of the places that stood out together with each, the busiest first.
-- Where a place and topic has two signals, the alert is the stronger one's. Signals without a baseline are of a version that kept none.
-- Params: $1 alert ids, $2 night.
select distinct on (n.alert_id) n.alert_id as "alertId", s.place_id as "placeId", s.topic_id as "topicId", s.detector, s.verdict,
       s.window_days as "windowDays", s.observed, s.expected, s.upper, s.log10_p as "log10P", s.recurrence_days as "recurrenceDays",
       s.callers, s.evidence,
       array(select p.path
             from jsonb_array_elements_text(s.evidence->'neighbours') with ordinality as k (id, rank)
             join places p on p.id = k.id::int
             order by k.rank) as "neighbourPaths"
from alert_nights n
join signals s on s.night = n.night and s.place_id = n.place_id and s.topic_id = n.topic_id
where n.alert_id = any ($1::text[]) and n.night = $2::date and s.evidence ? 'baseline'
order by n.alert_id, (s.evidence->>'score')::float8 desc
