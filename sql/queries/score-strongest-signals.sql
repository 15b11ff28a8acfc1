-- The strongest signal of each span, at its place, above or below it, of its family, over the nights [from, until).
-- Params: $1 numbers of the spans, $2 places, $3 families, $4 from, $5 until.
select distinct on (w.i) w.i, s.night::text as night, p.path as place, o.path as topic, s.observed as callers, s.expected, s.window_days as "windowDays",
       s.verdict, s.recurrence_days as "recurrenceDays"
from unnest($1::int[], $2::int[], $3::int[], $4::date[], $5::date[]) as w (i, place_id, family_id, from_night, until_night)
join signals s on s.night >= w.from_night and s.night < w.until_night
join topics o on o.id = s.topic_id and coalesce(o.family_id, o.id) = w.family_id
join places p on p.id = s.place_id
join places own on own.id = w.place_id
where s.place_id = any (own.rollup) or w.place_id = any (p.rollup)
order by w.i, s.recurrence_days desc, s.night, p.path, o.path
