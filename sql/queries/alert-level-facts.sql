-- What the tickets of alerts tell a level rule, as known on night $2: repeats of a caller after the first ticket was closed, most returns of one
-- ticket, and distinct callers per list of words. Tickets of the last 30 days only. A count of returns has no date: it is believed once the ticket
-- is closed, or where the state itself was recorded by then.
-- Params: $1 alert ids, $2 night, $3 jsonb array of {id, words}, words in lower case. Plan: primary keys of alert_tickets and tickets, tickets_caller_idx.
with held as (
  select x.alert_id, s.*, z.time_zone, coalesce(o.family_id, o.id) as family_id, lower(concat_ws(' ', s.title, s.content)) as said
  from alert_tickets x
  cross join lateral (
    select t.source_id, t.ticket_no, t.day, t.accepted_at, t.closed_at, t.caller_key, t.place_id, t.topic_id, t.return_count, t.recorded_assumed, t.title, t.content
    from tickets t
    where t.source_id = x.source_id and t.ticket_no = x.ticket_no and t.known_on <= $2::date
    union all
    select v.source_id, v.ticket_no, v.day, v.accepted_at, v.closed_at, v.caller_key, v.place_id, v.topic_id, v.return_count, v.recorded_assumed, v.title, v.content
    from ticket_versions v
    where v.source_id = x.source_id and v.ticket_no = x.ticket_no and v.known_on <= $2::date and v.superseded_on > $2::date
  ) as s
  join sources z on z.id = s.source_id
  join topics o on o.id = s.topic_id
  where x.alert_id = any ($1::text[]) and x.first_night <= $2::date and s.day > $2::date - 30
),
repeats as (
  select h.alert_id, count(*)::int as n
  from held h
  where h.caller_key is not null and exists (
    select 1
    from tickets e
    join topics f on f.id = e.topic_id
    left join ticket_versions v on e.known_on > $2::date and v.source_id = e.source_id and v.ticket_no = e.ticket_no and v.known_on <= $2::date and v.superseded_on > $2::date
    where e.caller_key = h.caller_key and e.accepted_at < h.accepted_at and e.place_id = h.place_id and coalesce(f.family_id, f.id) = h.family_id
      and case when e.known_on <= $2::date then e.closed_at else v.closed_at end < h.accepted_at
  )
  group by 1
),
returned as (
  select alert_id, max(return_count) as n
  from held
  where not recorded_assumed or (closed_at at time zone time_zone)::date <= $2::date
  group by 1
),
spoken as (
  select alert_id, jsonb_object_agg(id, n) as words
  from (
    select h.alert_id, l.id, (count(distinct h.caller_key) + count(*) filter (where h.caller_key is null))::int as n
    from held h
    cross join jsonb_to_recordset($3::jsonb) as l (id text, words jsonb)
    where exists (select 1 from jsonb_array_elements_text(l.words) as w (word) where position(w.word in h.said) > 0)
    group by 1, 2
  ) as counted
  group by 1
)
select a.id as "alertId", coalesce(p.n, 0) as "repeatsAfterClosure", coalesce(r.n, 0) as returns, coalesce(s.words, '{}') as words
from unnest($1::text[]) as a (id)
left join repeats p on p.alert_id = a.id
left join returned r on r.alert_id = a.id
left join spoken s on s.alert_id = a.id
