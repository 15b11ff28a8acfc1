-- Callers of each of the $3 weeks that end with the night, per place of depth $2 and topic, as known on the night; a caller counts once a day.
-- Weeks are numbered from 0, the oldest; weeks without callers are absent.
-- Params: $1 night, $2 depth of the places, $3 weeks, $4 topic ids.
select c.place_id as place, c.topic_id as topic, ($3::int - 1 - ($1::date - c.day) / 7)::int as week, sum(c.callers)::int as callers
from daily_counts c join places p on p.id = c.place_id
where c.day > $1::date - 7 * $3::int and c.day <= $1::date and c.known_on <= $1::date and p.depth = $2 and c.topic_id = any ($4::int[])
group by 1, 2, 3
having sum(c.callers) > 0
order by 1, 2, 3
