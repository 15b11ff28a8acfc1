-- What is usually said at an alert's place, and of its topic in its city: the newest $4 tickets each of the $5 days before the alert's first window, without its own.
-- Params: $1 alert id, $2 night, $3 window in days, $4 most tickets, $5 days. Plan: backwards over tickets_day_idx, stopped by the limits.
with about as (
  select n.place_id, n.topic_id, p.rollup[1] as city, (select min(night) from alert_nights f where f.alert_id = $1) - $3::int as until
  from alert_nights n join places p on p.id = n.place_id where n.alert_id = $1 and n.night <= $2 order by n.night desc limit 1
), here as (
  select t.source_id, t.ticket_no, t.place_id, t.caller_key, t.title, t.content
  from about a cross join lateral (
    select * from tickets t
    where t.day <= a.until and t.day > a.until - $5::int and t.known_on <= $2 and t.sweep is null and t.place_id in (select id from places where a.place_id = any (rollup))
    order by t.day desc limit $4) as t
), same as (
  select t.source_id, t.ticket_no, t.place_id, t.caller_key, t.title, t.content
  from about a cross join lateral (
    select * from tickets t
    where t.day <= a.until and t.day > a.until - $5::int and t.known_on <= $2 and t.sweep is null and t.topic_id in (select id from topics where a.topic_id = any (rollup))
      and t.place_id in (select id from places where rollup[1] = a.city)
    order by t.day desc limit $4) as t
)
select place_id as place, coalesce(caller_key::text, source_id || '/' || ticket_no) as caller, coalesce(title, '') || chr(10) || coalesce(content, '') as text
from (select * from here union select * from same) as u
where not exists (select from alert_tickets k where k.alert_id = $1 and k.source_id = u.source_id and k.ticket_no = u.ticket_no)
order by 1, 2, 3
