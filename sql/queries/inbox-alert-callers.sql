-- How the tickets of an alert came and by how many people; sweeps of staff are left out. A ticket without caller is one caller and is in no one's count of many.
-- Params: $1 alert id. Plan: alert_tickets by alert, tickets by key.
with mine as materialized (
  select t.caller_key, t.channel, t.is_repeat from alert_tickets l join tickets t using (source_id, ticket_no) where l.alert_id = $1 and t.sweep is null
),
people as (select count(*)::int as n from mine where caller_key is not null group by caller_key)
select (select count(*)::int from mine) as tickets,
       (select count(*)::int from people) + (select count(*)::int from mine where caller_key is null) as callers,
       (select count(*)::int from mine where caller_key is null) as anonymous,
       (select count(*)::int from mine where is_repeat) as repeats,
       (select coalesce(max(n), 0) from people) as top,
       (select count(*)::int from people where n > 1) as many,
       (select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'tickets', c.n) order by c.n desc, c.name), '[]')
        from (select coalesce(nullif(channel, ''), '') as name, count(*)::int as n from mine group by 1) as c) as channels
