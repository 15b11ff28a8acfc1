-- Callers of the $2 months that end with the night's, per topic over everything, as known on the night; a caller counts once a day.
-- Params: $1 night, $2 months, $3 topic ids.
select topic_id as topic, to_char(day, 'YYYY-MM') as month, sum(callers)::int as callers
from daily_counts c join places p on p.id = c.place_id
where day >= date_trunc('month', $1::date) - ($2::int - 1) * interval '1 month' and day <= $1::date and known_on <= $1::date
  and p.depth = 0 and topic_id = any ($3::int[])
group by 1, 2
order by 1, 2
