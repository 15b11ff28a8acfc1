-- Forecasts of night $1 by place, topic and horizon; $2 null or the one horizon. Rows without quantiles are of an earlier version.
select place_id as "placeId", topic_id as "topicId", horizon, mean, q025, q10, q25, q50, q75, q90, q975, usual, threshold, surge, chances, model,
       trained_on as "trainedOn", certain
from forecasts
where night = $1 and ($2::int is null or horizon = $2) and q50 is not null
order by place_id, topic_id, horizon
