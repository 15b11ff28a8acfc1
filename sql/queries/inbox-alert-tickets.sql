-- What the page of an alert tells of its tickets, each part as JSON, so that the tickets are read once. Sweeps of staff are in the numbers alone.
--   callers: how they came and by how many people; a ticket without caller is one caller and is in no one's count of many.
--   cells: where they lie on a grid of 0.002 degrees, with the first night of each cell; those without coordinates lie at their place, where a registry
--     located it. Cells of fewer than $2 callers are left out, so that no point is a door.
--   places: those in which they lie, two levels below the alert's at most, the busiest first; those of fewer than $2 callers together under null.
--   samples: texts, one a caller, evenly from the first to the last. Secret tickets and reports of wrongdoing (举报) are never quoted.
--   numbers: of those that are not secret.
-- Params: $1 alert id, $2 fewest callers, $3 texts at most. Plan: alert_tickets by alert, tickets and places by key.
with a as materialized (select array_length(p.rollup, 1) as depth from alerts a join places p on p.id = a.place_id where a.id = $1),
linked as materialized (
  select t.source_id, t.ticket_no, t.day, t.accepted_at, t.title, t.content, t.channel, t.caller_key, t.is_repeat, t.sweep, t.is_secret, t.appeal_type, l.first_night,
         p.id as place_id, p.rollup, coalesce(t.lng, case when not p.centre_from_tickets and p.depth > 1 then p.lng end) as lng, coalesce(t.lat, case when not p.centre_from_tickets and p.depth > 1 then p.lat end) as lat
  from alert_tickets l join tickets t using (source_id, ticket_no) left join places p on p.id = t.place_id
  where l.alert_id = $1
), mine as materialized (select * from linked where sweep is null),
people as (select count(*)::int as n from mine where caller_key is not null group by caller_key),
cells as (
  select (round((lng / 0.002)::numeric) * 0.002)::float8 as lng, (round((lat / 0.002)::numeric) * 0.002)::float8 as lat, count(*)::int as tickets,
         (count(distinct caller_key) + count(*) filter (where caller_key is null))::int as callers, min(first_night)::text as first
  from mine where lng is not null and lat is not null
  group by 1, 2
  having count(distinct caller_key) + count(*) filter (where caller_key is null) >= $2
  order by tickets desc, 1, 2
  limit 400
), areas as (
  select m.rollup[least(array_length(m.rollup, 1), a.depth + case when a.depth < 3 then 1 else 2 end)] as place_id, count(*)::int as tickets,
         (count(distinct m.caller_key) + count(*) filter (where m.caller_key is null))::int as callers, min(m.first_night) as first
  from a join mine m on m.place_id is not null group by 1
), places_shown as (
  select p.path as place, c.tickets, c.callers, c.first::text as first from areas c join places p on p.id = c.place_id where c.callers >= $2
  union all
  select null, sum(c.tickets)::int, null, min(c.first)::text from areas c where c.callers < $2 having count(*) > 0
  order by 2 desc, 1
  limit 60
), quotable as (
  select *, row_number() over (partition by coalesce(caller_key::text, source_id || '/' || ticket_no) order by accepted_at, source_id, ticket_no) as of_caller
  from mine where is_secret is not true and coalesce(appeal_type, '') !~ '举报' and coalesce(nullif(content, ''), nullif(title, '')) is not null
), numbered as (
  select day, title, content, channel, row_number() over (order by accepted_at, source_id, ticket_no) as i, count(*) over () as n from quotable where of_caller = 1
), chosen as (
  select i, day, title, content, channel from numbered
  where n >= $2 and (n <= $3::int or i in (select 1 + round((n - 1)::numeric * k / ($3::int - 1))::int from generate_series(0, $3::int - 1) as k))
)
select jsonb_build_object(
         'tickets', (select count(*)::int from mine),
         'callers', (select count(*)::int from people) + (select count(*)::int from mine where caller_key is null),
         'anonymous', (select count(*)::int from mine where caller_key is null),
         'repeats', (select count(*)::int from mine where is_repeat),
         'top', (select coalesce(max(n), 0) from people),
         'many', (select count(*)::int from people where n > 1),
         'channels', (select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'tickets', c.n) order by c.n desc, c.name), '[]')
                      from (select coalesce(nullif(channel, ''), '') as name, count(*)::int as n from mine group by 1) as c)) as callers,
       (select coalesce(jsonb_agg(to_jsonb(c) order by c.tickets desc, c.lng, c.lat), '[]') from cells c) as cells,
       (select coalesce(jsonb_agg(to_jsonb(p) order by p.tickets desc, p.place), '[]') from places_shown p) as places,
       (select coalesce(jsonb_agg(to_jsonb(s) - 'i' order by s.i), '[]') from chosen s) as samples,
       (select coalesce(jsonb_agg(n.ticket_no order by n.accepted_at, n.ticket_no), '[]')
        from (select ticket_no, accepted_at from linked where is_secret is not true order by accepted_at, ticket_no limit 2000) as n) as numbers
