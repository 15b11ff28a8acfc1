-- Forecasts of night $1 for the $2 days after it, with the callers of these days as known on night $3.
select f.place_id as "placeId", f.topic_id as "topicId", f.horizon, f.mean, f.q025, f.q10, f.q25, f.q50, f.q75, f.q90, f.q975, f.usual, f.threshold, f.surge,
       f.chances, f.model, f.trained_on as "trainedOn", f.certain, coalesce(sum(c.callers), 0)::int as observed
from forecasts f
left join daily_counts c on c.place_id = f.place_id and c.topic_id = f.topic_id and c.day > f.night and c.day <= f.night + f.horizon and c.known_on <= $3
where f.night = $1 and f.horizon = $2 and f.q50 is not null
group by f.night, f.place_id, f.topic_id, f.horizon
order by 1, 2
