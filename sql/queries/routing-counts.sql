-- Who closed the tickets of seven days four weeks before each Sunday, as known on it. Params: $1 Sundays.
-- Plan: range scans on tickets_day_idx and ticket_versions_day_idx, a week of each a Sunday.
insert into routing_counts (night, place_id, family_id, unit_id, closed, returned)
select s.night, r.place_id, coalesce(o.family_id, o.id), t.lead_unit_id,
       count(*) filter (where coalesce(t.return_count, 0) = 0), count(*) filter (where t.return_count > 0)
from unnest($1::date[]) as s (night)
cross join lateral (
  select source_id, place_id, topic_id, lead_unit_id, return_count, closed_at from tickets
  where day between s.night - 34 and s.night - 28 and known_on <= s.night and lead_unit_id is not null and closed_at is not null
  union all
  select source_id, place_id, topic_id, lead_unit_id, return_count, closed_at from ticket_versions
  where day between s.night - 34 and s.night - 28 and known_on <= s.night and superseded_on > s.night and lead_unit_id is not null and closed_at is not null
) as t
join sources z on z.id = t.source_id
join places p on p.id = t.place_id
join topics o on o.id = t.topic_id
cross join lateral unnest(p.rollup[1:3]) as r (place_id)
where (t.closed_at at time zone z.time_zone)::date <= s.night
group by 1, 2, 3, 4
