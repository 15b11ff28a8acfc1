-- For each alert first seen $2 nights before night $1: tickets and callers since, against what was usual for that span.
-- grew: more callers came after the first night than were usual. one_off: none came. quiet: no more than usual.
with opened as (
  select n.alert_id, min(n.night) as first_night from alert_nights n group by 1
),
due as (
  select o.alert_id, o.first_night, $1::date - o.first_night as age, n.place_id, n.topic_id, n.expected / n.window_days as usual
  from opened o join alert_nights n on n.alert_id = o.alert_id and n.night = o.first_night
  where $1::date - o.first_night = any ($2::int[])
),
since as (
  select d.alert_id, d.age, d.usual * d.age as expected,
         coalesce(sum(c.tickets - c.sweeps), 0) as tickets, coalesce(sum(c.callers), 0) as callers
  from due d
  left join daily_counts c on c.place_id = d.place_id and c.topic_id = d.topic_id
    and c.day > d.first_night and c.day <= $1::date and c.known_on <= $1::date
  group by 1, 2, 3
)
insert into reviews (night, alert_id, age_days, tickets_since, callers_since, expected_since, outcome)
select $1, alert_id, age, tickets, callers, expected,
       case when callers = 0 then 'one_off' when callers > greatest(expected, 1) then 'grew' else 'quiet' end
from since
