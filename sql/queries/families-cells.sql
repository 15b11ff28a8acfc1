-- Which topic families were heard of at which place in which four weeks, of the days [$1, $2): one row each. Places below the street alone.
select distinct t.place_id as place, (t.day - $1::date) / 28 as period, tp.family_id as family
from tickets t join topics tp on tp.id = t.topic_id join places p on p.id = t.place_id
where t.day >= $1 and t.day < $2 and tp.family_id is not null and p.kind in ('community', 'compound', 'point') and t.sweep is null
order by 1, 2, 3
