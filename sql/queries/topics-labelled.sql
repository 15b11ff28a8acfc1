-- Tickets whose topic somebody told, with their text: at most $1 of each topic, chosen by a hash of their number.
-- Params: $2 the family in place of the topic, $3 name of the topic of tickets without one. Order: hash.
with chosen as (
  select t.source_id, t.ticket_no, t.accepted_at, case when $2 then coalesce(tp.family_id, tp.id) else tp.id end as topic,
         coalesce(t.title, '') as title, coalesce(t.content, '') as content, md5(t.source_id || ':' || t.ticket_no) as hash
  from tickets t join topics tp on tp.id = t.topic_id
  where tp.parent_id is not null and tp.path <> $3 and t.sweep is null and (coalesce(t.title, '') <> '' or coalesce(t.content, '') <> '')
    and not exists (select from topic_guesses g where g.source_id = t.source_id and g.ticket_no = t.ticket_no)
),
ranked as (select *, row_number() over (partition by topic order by hash) as n from chosen)
select topic, title, content, extract(epoch from accepted_at)::float8 as at, hash from ranked where n <= $1 order by hash
